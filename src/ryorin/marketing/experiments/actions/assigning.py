"""Giving people their variant. Nothing is written: a keyed hash gives the same answer for ever."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from ryorin.customers.timeline.actions import record
from ryorin.lib import clock
from ryorin.lib.ids import named_id
from ryorin.marketing.experiments.models import Experiment, ExperimentState, Variant
from ryorin.marketing.experiments.rules import place_of, takes_part


def assign(experiment: Experiment, unit: str) -> Variant:
    """Return the variant this unit ("p:12" a person, "v:..." a browser) gets, always the same one.

    Before the start, and for those who take no part, it is the first variant; once decided, the winner for everybody.
    """
    return assign_many(experiment, [unit])[unit]


def assign_many(experiment: Experiment, units: Iterable[str]) -> dict[str, Variant]:
    """Return the variant of each unit, with one question to the database for all of them."""
    variants = list(experiment.variants.all())
    first = variants[0]
    if experiment.state != ExperimentState.RUNNING:
        settled = next((variant for variant in variants if variant.pk == experiment.winner_id), first)
        return dict.fromkeys(units, settled)
    shares = [variant.share for variant in variants]
    return {
        unit: variants[place_of(experiment.key, unit, shares)] if has_part(experiment, unit) else first
        for unit in units
    }


def has_part(experiment: Experiment, unit: str) -> bool:
    """Return whether what this unit does counts in the experiment now."""
    is_running = experiment.state == ExperimentState.RUNNING
    return is_running and takes_part(experiment.key, unit, experiment.included)


def expose(
    experiment: Experiment,
    variant: Variant,
    *,
    unit: str,
    visitor: str = "",
    person_id: int | None = None,
    url: str = "",
) -> bool:
    """This function will write down that somebody met the variant, once a day at most; False: it does not count.

    Mails need no call: their touchpoints carry `variant.as_properties()` for those who have part.
    """
    if not has_part(experiment, unit):
        return False
    now = clock.now()
    today = datetime.combine(now.astimezone(UTC).date(), time.min, UTC)
    record(
        "variant_shown",
        source=f"experiment:{experiment.pk}",
        uid=named_id(today, "variant_shown", str(experiment.pk), unit),
        at=now,
        visitor=visitor,
        person_id=person_id,
        campaign_id=experiment.campaign_id,
        properties={**variant.as_properties(), **({"url": url[:2000]} if url else {})},
    )
    return True
