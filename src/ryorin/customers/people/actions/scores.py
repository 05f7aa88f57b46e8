from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import transaction

from ryorin.customers.people.models import Person
from ryorin.lib import clock

Score = tuple[int, int, list[dict[str, Any]], bool]

AT_ONCE = 500


def set_scores(scores: Iterable[Score]) -> int:
    """This function will store (person id, score, reasons, whether ready to be handed over) where they differ.

    It returns how many people changed. Computed values are no edits: versions stay, and the trail is not written.
    """
    return sum(_set_some(some) for some in _chunks(iter(scores)))


@transaction.atomic
def _set_some(scores: list[Score]) -> int:
    held = Person.objects.in_bulk([score[0] for score in scores])
    changed = []
    for pk, score, reasons, is_ready in scores:
        person = held.get(pk)
        if person and (person.score, person.score_reasons, person.is_ready) != (score, reasons, is_ready):
            person.score, person.score_reasons, person.is_ready = score, reasons, is_ready
            person.updated_at = clock.now()
            changed.append(person)
    Person.objects.bulk_update(changed, ["score", "score_reasons", "is_ready", "updated_at"], batch_size=100)
    return len(changed)


def _chunks(scores: Iterator[Score]) -> Iterator[list[Score]]:
    while some := list(islice(scores, AT_ONCE)):
        yield some
