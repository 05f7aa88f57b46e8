"""What each role may do. Names are `area.verb`; a name that stands nowhere here is a programming error."""

import secrets
from typing import Protocol

from ryorin.workspace.members.errors import NotAllowed

EVERYONE = frozenset({"administrator", "manager", "marketer", "sales", "read_only"})
WORKERS = EVERYONE - {"read_only"}
LEADERS = frozenset({"administrator", "manager"})
MARKETING = LEADERS | {"marketer"}
SALES = LEADERS | {"sales"}
ADMINISTRATORS = frozenset({"administrator"})

MAY: dict[str, frozenset[str]] = {
    "people.change": WORKERS,
    "people.delete": LEADERS,
    "consents.lift": MARKETING,
    "privacy.handle": MARKETING,
    "privacy.erase": LEADERS,
    "companies.change": WORKERS,
    "companies.delete": LEADERS,
    "records.import": WORKERS,
    "records.export": WORKERS,
    "orders.change": WORKERS,
    "products.change": MARKETING | SALES,
    "products.cost": LEADERS | {"sales"},
    "prices.change": LEADERS,
    "campaigns.change": MARKETING,
    "analysis.change": MARKETING,
    "experiments.change": MARKETING,
    "creatives.approve": LEADERS,
    "forms.change": MARKETING,
    "tags.change": MARKETING,
    "pages.change": MARKETING,
    "articles.change": MARKETING,
    "sites.change": LEADERS,
    "mail.change": MARKETING,
    "mail_senders.change": LEADERS,
    "segments.change": MARKETING,
    "personas.change": MARKETING,
    "journeys.change": MARKETING,
    "journeys.switch": MARKETING,
    "journeys.limits": LEADERS,
    "webhooks.change": ADMINISTRATORS,
    "mailings.change": MARKETING,
    "mailings.send": MARKETING,
    "mailings.settings": LEADERS,
    "deals.change": SALES,
    "deals.delete": LEADERS,
    "quotations.change": SALES,
    "pipelines.change": LEADERS,
    "forecast.commit": SALES,
    "forecast.manage": LEADERS,
    "aftercare.change": WORKERS,
    "aftercare.plan": LEADERS,
    "documents.issue": SALES,
    "proposals.change": SALES,
    "proposal_templates.change": MARKETING,
    "contracts.change": SALES,
    "contracts.sign": SALES,
    "contracts.settings": LEADERS,
    "bills.change": SALES,
    "certificates.change": ADMINISTRATORS,
    "activities.change": WORKERS,
    "needs.change": WORKERS,
    "hearings.change": SALES,
    "sheets.change": LEADERS,
    "stages.override": LEADERS,
    "calendar.change": WORKERS,
    "sequences.change": SALES,
    "sequences.run": WORKERS,
    "tasks.change": WORKERS,
    "approach.plan": WORKERS,
    "approach.work": WORKERS,
    "approach.settings": LEADERS,
    "handoffs.offer": WORKERS,
    "handoffs.answer": SALES,
    "routing.change": LEADERS,
    "definitions.change": MARKETING | SALES,
    "agreements.change": MARKETING | SALES,
    "scoring.change": MARKETING,
    "goals.change": LEADERS,
    "meetings.change": WORKERS,
    "spending.change": LEADERS,
    "spending.read": LEADERS,
    "observations.change": MARKETING,
    "plans.change": MARKETING | SALES,
    "feedback.decide": MARKETING,
    "views.change": EVERYONE,
    "approvals.request": WORKERS,
    "approvals.decide": EVERYONE,
    "approvals.reroute": ADMINISTRATORS,
    "approvals.routes": ADMINISTRATORS,
    "members.change": ADMINISTRATORS,
    "files.keep": WORKERS,
    "organisation.change": ADMINISTRATORS,
    "audit.read": LEADERS,
    "system.read": ADMINISTRATORS,
}


READABLE = "abcdefghijkmnpqrstuvwxyz23456789"


class HasRole(Protocol):
    role: str
    is_active: bool


def may(member: HasRole | None, verb: str) -> bool:
    """Return whether the member's role allows the verb; None is the system itself, which may do all."""
    return member is None or (member.is_active and member.role in MAY[verb])


def require(member: HasRole | None, verb: str) -> None:
    """This function will refuse with NotAllowed unless the member's role allows the verb."""
    if not may(member, verb):
        raise NotAllowed()


def one_time_password() -> str:
    """Return a new password (over 75 bits) without letters that look alike, in groups that can be read out."""
    return "-".join("".join(secrets.choice(READABLE) for _each in range(4)) for _group in range(4))
