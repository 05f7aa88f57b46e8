from datetime import date

from ryorin.workspace.organisation.models import Organisation


def current() -> Organisation:
    """Return the company's row; before the first-run page has been filled in, unsaved defaults."""
    return Organisation.objects.order_by("pk").first() or Organisation(name="Ryorin")


def is_set_up() -> bool:
    """Return whether the first-run page has been filled in."""
    return Organisation.objects.exists()


def closed_days() -> frozenset[date]:
    """Return the days the company itself is closed, besides weekends and national holidays."""
    return frozenset(date.fromisoformat(day) for day in current().closed_days)
