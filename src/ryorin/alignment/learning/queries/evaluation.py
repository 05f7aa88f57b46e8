"""Trying the score on leads that came later, without keeping anything."""

import numpy as np

from ryorin.alignment.learning.errors import OrderUnknown
from ryorin.alignment.learning.queries.answers import Answer, known_answers, leads_within
from ryorin.alignment.learning.queries.features import columns_at, counted_before, groups_of, learnable
from ryorin.customers.people.models import Person
from ryorin.insight.methods.learning import Answers, Trained, train


def evaluated(*, order_by: str | None = None, within_days: int | None = None) -> Trained:
    """Return the score as it would be trained now, with its quality on the last fifth of the leads.

    `order_by` names the outside key or an additional column whose numbers stand for time, where leads have no dates;
    `within_days` takes all leads, good when a deal was won within so many days. Refuses where too little is known.
    """
    answers = leads_within(within_days) if within_days else known_answers().answers
    return train(ordered(prepared(answers), answers, order_by))


def prepared(answers: list[Answer]) -> Answers:
    """Return the answers with what was known of each lead at its moment."""
    at = np.array([np.datetime64(answer.at.replace(tzinfo=None), "us") for answer in answers], dtype="datetime64[us]")
    if not answers:
        return Answers({}, np.zeros(0), at, {})
    columns = columns_at([answer.person_id for answer in answers], at)
    y = np.array([answer.y for answer in answers])
    return Answers(learnable(columns), y, at, groups_of(columns), beforehand=frozenset(counted_before(columns)))


def ordered(found: Answers, answers: list[Answer], order_by: str | None) -> Answers:
    """Return the answers in the order of numbers that stand for time; these are no dates, so no month is told."""
    if order_by is None or not answers:
        return found
    people = [answer.person_id for answer in answers]
    if order_by == "external_key":
        texts = dict(Person.objects.filter(external_key__isnull=False).values_list("pk", "external_key"))
    else:
        rows = Person.objects.exclude(traits={}).values_list("pk", "traits")
        texts = {pk: traits.get(order_by) for pk, traits in rows}
    try:
        numbers = np.array([float(texts[person] or "") for person in people])
    except (KeyError, ValueError):
        raise OrderUnknown(name=order_by[:40]) from None
    ranks = np.argsort(np.argsort(numbers, kind="stable")).astype("timedelta64[us]")
    columns = {
        name: column for name, column in found.columns.items() if name not in (f"trait:{order_by}", "days_known")
    }
    return Answers(columns, found.y, np.datetime64(0, "us") + ranks, found.groups, has_dates=False)
