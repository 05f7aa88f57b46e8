"""What was computed becomes rows: one for each customer that is still there, in small transactions."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from ryorin.conditions.to_orm import among
from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.value.models import CompanyValue, CustomerGroup, PersonValue, Subject
from ryorin.lib import clock
from ryorin.lib.money import decimals_of
from ryorin.lib.rows import insert_rows
from ryorin.marketing.value.actions.computing import Computed
from ryorin.marketing.value.models import ModelFit, Picture
from ryorin.marketing.value.queries.reading import SUBJECT_COLUMNS, VALUES
from ryorin.marketing.value.rules import day_of, level_of
from ryorin.products.catalogue.models import Product

AT_ONCE = 2_000
FITS_KEPT = 400
COLUMNS = (
    "purchases", "first_on", "last_on", "revenue", "average", "recency_score", "frequency_score", "monetary_score",
    "rfm", "typical_gap", "next_on", "alive", "expected", "lifetime", "lifetime_low", "lifetime_high", "churn_risk",
    "churn_level", "group", "next_product_id", "because_of_id", "next_share", "as_of", "updated_at",
)  # fmt: skip
MODELS: dict[str, type[Person] | type[Company]] = {Subject.PERSON.value: Person, Subject.COMPANY.value: Company}


def write(done: Computed, *, currency: str, history: str, settings_version: int, started_at: datetime) -> ModelFit:
    """This function will put the values in the place of those before; killed in between, the next run does it again.

    Rows are written first, the word that they are there last.
    """
    values, key = VALUES[done.subject], SUBJECT_COLUMNS[done.subject]
    for rows in rows_of(done, currency=currency):
        with transaction.atomic():
            known, now = still_there(done.subject, [row[0] for row in rows]), clock.now()
            insert_rows(values, (key, *COLUMNS), [(*row, now) for row in rows if row[0] in known], replaces=key)
    drop_older(values, started_at)
    with transaction.atomic():
        write_groups(done)
        for kind, content in done.pictures.items():
            Picture.objects.update_or_create(
                subject=done.subject, kind=kind, defaults={"content": content, "made_at": started_at}
            )
        return write_fit(
            done, currency=currency, history=history, settings_version=settings_version, started_at=started_at
        )


def rows_of(done: Computed, *, currency: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of all customers, some at a time: the customer's id, then the columns but for the last."""
    minor, products = 10 ** decimals_of(currency), set(Product.objects.values_list("pk", flat=True))
    for start in range(0, len(done.found.who), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        yield list(zip(*columns_of(done, part, minor=minor, products=products), strict=True))


def columns_of(done: Computed, part: slice, *, minor: int, products: set[int]) -> list[Sequence[Any]]:
    """Return the columns of some customers in the order in which they are written, as plain values."""
    found = done.found
    who = found.who[part].tolist()
    scores = [done.scores[name].scores[part].tolist() for name in ("recency", "frequency", "monetary")]
    gaps, last = done.gaps[part].tolist(), found.last[part].tolist()
    return [
        who,
        found.purchases[part].tolist(),
        [day_of(number) for number in found.first[part].tolist()],
        [day_of(number) for number in last],
        found.revenue[part].tolist(),
        found.average[part].tolist(),
        *scores,
        [f"{r}{f}{m}" for r, f, m in zip(*scores, strict=True)],
        [None if np.isnan(gap) else round(gap, 1) for gap in gaps],
        [None if np.isnan(gap) else day_of(day + int(np.ceil(gap))) for day, gap in zip(last, gaps, strict=True)],
        *ahead_of(done, part, minor=minor),
        [None] * len(who) if done.grouping.model is None else (done.grouping.labels[part] + 1).tolist(),
        *offered(done, part, products),
        [done.as_of] * len(who),
    ]


def ahead_of(done: Computed, part: slice, *, minor: int) -> list[list[Any]]:
    """Return what is expected of some customers; nothing where there is no model."""
    ahead = done.outlook
    if ahead is None:
        count = len(done.found.who[part])
        return [*([None] * count for _column in range(6)), [""] * count]
    risk = 1 - ahead.returns[part]
    money = [np.round(values[part] * minor).astype(np.int64) for values in (ahead.value, ahead.low, ahead.high)]
    return [
        np.round(ahead.alive[part], 4).tolist(),
        np.round(ahead.purchases[part], 3).tolist(),
        *(values.tolist() for values in money),
        np.round(risk * 100).astype(np.int64).tolist(),
        level_of(risk),
    ]


def offered(done: Computed, part: slice, products: set[int]) -> list[list[Any]]:
    """Return the product to offer, because of which other, and how many of its buyers took it; products still there."""
    offers = done.baskets.offers
    triples = [
        (then, first, round(share, 4)) if then in products and first in products else (None, None, None)
        for then, first, share in zip(
            offers.product[part].tolist(), offers.because[part].tolist(), offers.confidence[part].tolist(), strict=True
        )
    ]
    return [list(column) for column in zip(*triples, strict=True)]


def still_there(subject: str, ids: Sequence[int]) -> set[int]:
    """Return which of the customers are still there; their rows are held until the values are written."""
    rows = MODELS[subject]._default_manager.filter(among("pk", ids)).order_by("pk")
    return set(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def drop_older(values: type[PersonValue] | type[CompanyValue], at: datetime) -> None:
    """This function will remove the values of customers who have none any more."""
    while some := list(values._default_manager.filter(updated_at__lt=at).values_list("pk", flat=True)[:AT_ONCE]):
        values._default_manager.filter(among("pk", some)).delete()


def write_groups(done: Computed) -> None:
    for number, said in enumerate(done.grouping.said, 1):
        CustomerGroup.objects.update_or_create(subject=done.subject, number=number, defaults=said)
    CustomerGroup.objects.filter(subject=done.subject, number__gt=len(done.grouping.said)).delete()


def write_fit(done: Computed, *, currency: str, history: str, settings_version: int, started_at: datetime) -> ModelFit:
    """This function will keep the parameters of this computation; the oldest are forgotten after a year or so."""
    minor = 10 ** decimals_of(currency)
    total = {} if done.total is None else {"value": done.total.value * minor, "error": done.total.error * minor}
    fit = ModelFit.objects.create(
        subject=done.subject,
        as_of=done.as_of,
        settings_version=settings_version,
        history=history,
        customers=len(done.found.who),
        repeaters=int(np.count_nonzero(done.found.purchases > 1)),
        purchases=done.fitted["purchases"],
        spend=done.fitted["spend"],
        backtest=done.backtest,
        totals={"revenue": int(done.found.revenue.sum()), "back": int(done.found.back.sum()), **newest(done), **total},
        started_at=started_at,
        made_at=clock.now(),
    )
    old = ModelFit.objects.filter(subject=done.subject).order_by("-pk").values_list("pk", flat=True)[FITS_KEPT:]
    ModelFit.objects.filter(pk__in=list(old)).delete()
    return fit


def newest(done: Computed) -> dict[str, str]:
    """Return the day of the newest purchase, where there is one."""
    return {"last_on": day_of(int(done.found.last.max())).isoformat()} if len(done.found.who) else {}
