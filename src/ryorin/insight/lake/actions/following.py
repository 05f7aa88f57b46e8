"""History following what happens: at once when somebody asks, every few seconds in the worker."""

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.lake.actions.compacting import tidy
from ryorin.insight.lake.actions.draining import drain_all
from ryorin.insight.lake.actions.publishing import due, publish_all
from ryorin.insight.lake.actions.turns import turn
from ryorin.insight.lake.queries.catalogue import published_tables


def catch_up() -> dict[str, int]:
    """This function will bring all that has happened so far into the lake: touchpoints, then published tables."""
    with turn():
        moved = drain_all()
        tidy()
        return {"touchpoints": moved, **publish_all(published_tables())}


def keep_up() -> dict[str, int]:
    """This function will bring into the lake what is new; without news it writes nothing and takes no turn."""
    is_waiting, names = InboxTouchpoint.objects.exists(), due(patient=True)
    if not is_waiting and not names:
        return {}
    with turn():
        moved = drain_all()
        if moved:
            tidy()
        return {"touchpoints": moved, **publish_all(names)}
