from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from ryorin.customers.people.models import Person
from ryorin.lib import clock

Score = tuple[int, int, list[dict[str, Any]], bool]

AT_ONCE = 500


def set_scores(scores: Iterable[Score]) -> int:
    """This function will store (person id, score, reasons, whether ready to be handed over) where they differ.

    It returns how many people changed. Computed values are no edits: versions stay, and the trail is not written.
    """
    return sum(_set_some(some) for some in _chunks(iter(scores)))


def give_points(people: Iterable[int], points: int) -> None:
    """This function will add points to (or take them from) each of the people; the next scoring counts them."""
    rows = Person.objects.filter(pk__in=list(people))
    rows.update(given_points=F("given_points") + points, updated_at=clock.now())


@transaction.atomic
def _set_some(scores: list[Score]) -> int:
    rows = Person.objects.filter(pk__in=[score[0] for score in scores])
    held = {pk: rest for pk, *rest in rows.values_list("pk", "score", "score_reasons", "is_ready")}
    changed = [score for score in scores if score[0] in held and held[score[0]] != list(score[1:])]
    if changed:
        _write(changed)
    return len(changed)


def _write(scores: list[Score]) -> None:
    """This function will write the values row by row in one call: many times as fast as one statement with cases."""
    fields: list[Any] = [Person._meta.get_field(name) for name in ("score", "score_reasons", "is_ready", "updated_at")]
    now = clock.now()
    rows = [
        [*(field.get_db_prep_save(value, connection) for field, value in zip(fields, (*rest, now), strict=True)), pk]
        for pk, *rest in scores
    ]
    names = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    table, key = connection.ops.quote_name(Person._meta.db_table), connection.ops.quote_name("id")
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {names} WHERE {key} = %s", rows)


def _chunks(scores: Iterator[Score]) -> Iterator[list[Score]]:
    while some := list(islice(scores, AT_ONCE)):
        yield some
