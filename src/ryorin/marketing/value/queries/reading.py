"""The settings, the newest computation, and what the pages show."""

from datetime import date
from typing import Any

from ryorin.customers.value.models import CompanyValue, PersonValue, Subject
from ryorin.lib import clock
from ryorin.marketing.value.models import ModelFit, Picture, ValueSettings
from ryorin.workspace.organisation.queries import current

VALUES: dict[str, type[PersonValue] | type[CompanyValue]] = {
    Subject.PERSON.value: PersonValue,
    Subject.COMPANY.value: CompanyValue,
}
ONLY_ROW = 1
SUBJECT_COLUMNS = {Subject.PERSON.value: "person_id", Subject.COMPANY.value: "company_id"}


def settings_now() -> ValueSettings:
    """Return how values are computed; the defaults where nobody has said."""
    return ValueSettings.objects.filter(pk=ONLY_ROW).first() or ValueSettings()


def day_of_values(settings: ValueSettings) -> date:
    """Return the day as of which values are computed: the one that is set, else today."""
    return settings.as_of or clock.today(current().time_zone)


def newest_fit(subject: str) -> ModelFit | None:
    """Return the newest computation for people or for companies."""
    return ModelFit.objects.filter(subject=subject).order_by("-pk").first()


def picture(subject: str, kind: str) -> dict[str, Any]:
    """Return what a page shows as it was computed; empty before the first computation."""
    found = Picture.objects.filter(subject=subject, kind=kind).values_list("content", flat=True).first()
    return found or {}
