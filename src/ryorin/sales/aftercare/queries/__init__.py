"""After-follow shaped for its pages."""

from ryorin.sales.aftercare.queries.quiet import Quiet, quiet_in_history
from ryorin.sales.aftercare.queries.work import Figures, figures, runs_about, satisfaction_of, steps_due

__all__ = ["Figures", "Quiet", "figures", "quiet_in_history", "runs_about", "satisfaction_of", "steps_due"]
