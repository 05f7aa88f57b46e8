"""Giving people their probability and its reasons, by the version in use and what was lately heard."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from ryorin.alignment.definitions.queries import active_node
from ryorin.alignment.learning.models import Lesson, ScoreVersion
from ryorin.alignment.learning.queries.features import columns_at, columns_of_few
from ryorin.alignment.learning.rules import reasons_as_json
from ryorin.alignment.scoring.actions import rescore
from ryorin.conditions.parser import to_json
from ryorin.customers.people.actions import set_chances
from ryorin.customers.people.models import Chance, Person
from ryorin.insight.methods.learning import Columns, Scorer, Words
from ryorin.insight.methods.learning.columns import Floats
from ryorin.insight.methods.learning.scorer import sigmoid
from ryorin.lib import clock

AT_ONCE = 250_000
FEW = 200  # so many people's history is read where it lies
SOME = 5_000  # more than these: readiness is looked at for everybody


def score_people(ids: Sequence[int] | None = None) -> int:
    """This function will score these people (None: everybody) with the version in use, and return how many changed."""
    version = ScoreVersion.objects.active().defer("content", "figures").first()
    if version is None:
        return 0
    scorer, lessons, now = scorer_of(version.number, version.trained_at), list(Lesson.objects.all()), clock.now()
    changed: list[int] = []
    for some in batches(ids):
        changed += score_some(some, scorer, version=version.number, lessons=lessons, now=now)
    if changed and asks_for_chance():
        rescore(changed if len(changed) <= SOME else None)
    return len(changed)


@lru_cache(maxsize=2)
def scorer_of(number: int, trained_at: datetime) -> Scorer:
    """Return what a version keeps, ready to score with; what a version keeps never changes."""
    return Scorer.from_json(ScoreVersion.objects.get(number=number, trained_at=trained_at).content)


def batches(ids: Sequence[int] | None) -> Iterator[list[int]]:
    """Yield the people in batches by their ids; None: all there are."""
    if ids is not None:
        ordered = sorted(set(ids))
        yield from (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
        return
    last = 0
    while some := list(Person.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield some
        last = some[-1]


def score_some(
    people: list[int], scorer: Scorer, *, version: int, lessons: Sequence[Lesson], now: datetime
) -> list[int]:
    """This function will score one batch, and return whose percentage or version changed."""
    numbers = frozenset(number.name for number in scorer.encoder.numbers)
    if len(people) <= FEW:
        columns = columns_of_few(people, now, numbers=numbers)
    else:
        moment = np.datetime64(now.replace(tzinfo=None), "us")
        columns = columns_at(people, np.full(len(people), moment), numbers=numbers)
    odds, parts = scorer.explained({name: columns[name] for name in columns if name in scorer.names} or columns)
    learned = sigmoid(odds)
    names, parts, told = with_lessons(scorer.names, parts, columns, lessons)
    shifted = odds + parts[:, len(scorer.names) :].sum(axis=1)
    probability = sigmoid(shifted)
    percent = np.clip(np.round(100 * probability), 0, 100).astype(int)
    held = dict(held_percents(people, version))
    place = [row for row, pk in enumerate(people) if held.get(pk) != percent[row]]
    if not place:
        return []
    some = {**columns, **told} if len(place) == len(people) else taken({**columns, **told}, place)
    reasons = reasons_as_json(names, parts[place], some)
    rows = zip(
        [people[row] for row in place], percent[place].tolist(), probability[place].tolist(),
        learned[place].tolist(), reasons, [version] * len(place), [now] * len(place), strict=True,
    )  # fmt: skip
    set_chances(rows)
    return [people[row] for row in place]


def with_lessons(
    names: Sequence[str], parts: Floats, columns: Columns, lessons: Sequence[Lesson]
) -> tuple[list[str], Floats, dict[str, Words]]:
    """Return the reasons with one more for each lesson, and what each lesson says of whom."""
    named, added, told = list(names), [parts], dict[str, Words]()
    for lesson in lessons:
        source = columns[lesson.about]
        assert isinstance(source, Words)
        place = source.values.index(lesson.key) if lesson.key in source.values else -2
        meant = source.codes == place
        name = f"lesson:{lesson.about}:{lesson.key}"
        named.append(name)
        added.append((meant * lesson.shift)[:, None])
        text = json.dumps({"answers": lesson.answers, "sent_back": lesson.sent_back, "reason": lesson.reason})
        told[name] = Words(np.where(meant, 0, -1).astype(np.int64), (text,))
    return named, np.hstack(added), told


def taken(columns: dict[str, Any], rows: list[int]) -> dict[str, Any]:
    """Return some rows of the columns."""
    return {
        name: Words(column.codes[rows], column.values) if isinstance(column, Words) else column[rows]
        for name, column in columns.items()
    }


def held_percents(people: list[int], version: int) -> Iterator[tuple[int, int]]:
    """Yield (person, percent) as stored by this version."""
    rows = Chance.objects.filter(pk__gte=people[0], pk__lte=people[-1], version=version)
    if len(people) <= FEW:
        rows = Chance.objects.filter(pk__in=people, version=version)
    yield from rows.values_list("pk", "percent").iterator(chunk_size=20_000)


def asks_for_chance() -> bool:
    """Return whether the definition of a ready lead asks for the probability."""
    node = active_node()
    return node is not None and '"chance"' in json.dumps(to_json(node))
