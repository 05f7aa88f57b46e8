"""The sections of an agenda in their order. A new one is a file with a Provider, and a line here."""

from ryorin.alignment.meetings.queries.sections.base import Gathered, Provider, Scope
from ryorin.alignment.meetings.queries.sections.campaigns import CAMPAIGNS
from ryorin.alignment.meetings.queries.sections.deals import LOST, WON
from ryorin.alignment.meetings.queries.sections.decided import DECIDED
from ryorin.alignment.meetings.queries.sections.handoffs import HANDOFFS
from ryorin.alignment.meetings.queries.sections.kpi import KPI
from ryorin.alignment.meetings.queries.sections.own import OWN
from ryorin.alignment.meetings.queries.sections.proposals import PROPOSALS

PROVIDERS: tuple[Provider, ...] = (DECIDED, KPI, HANDOFFS, WON, LOST, CAMPAIGNS, PROPOSALS, OWN)
BY_KEY = {provider.key: provider for provider in PROVIDERS}

__all__ = ["BY_KEY", "OWN", "PROVIDERS", "Gathered", "Provider", "Scope"]
