"""One page of rows: in a stable order, from a place marked by a row, counted at a bounded cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet

PAGE = 50
COUNTED_AT_MOST = 10_000


@dataclass(frozen=True)
class Order:
    """An order by one path, ties by id; empty values come first going up and last going down."""

    path: str
    down: bool

    def reversed(self) -> "Order":
        return Order(self.path, not self.down)


@dataclass(frozen=True)
class Page:
    """Rows with what marks the pages beside them: `before` and `after` are ids of rows, None at an end."""

    rows: list[dict[str, Any]]
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Count:
    """How many rows there are; when `is_more`, at least so many."""

    number: int
    is_more: bool = False


def page_of(
    rows: QuerySet[Any], paths: Sequence[str], *, order: Order, after: int | None = None, before: int | None = None
) -> Page:
    """Return one page of the rows' values at the paths, following or preceding the row with a given id."""
    backwards = before is not None
    walk = order.reversed() if backwards else order
    mark = before if backwards else after
    start = _beyond(rows.model, mark, walk) if mark is not None else Q()
    if start is None:
        return page_of(rows, paths, order=order)
    found = list(in_order(rows.filter(start), walk).values("pk", *paths)[: PAGE + 1])
    has_more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
        if not found:
            return page_of(rows, paths, order=order)
        return Page(found, before=found[0]["pk"] if has_more else None, after=found[-1]["pk"])
    is_first = mark is None
    return Page(
        found,
        before=found[0]["pk"] if found and not is_first else None,
        after=found[-1]["pk"] if has_more else None,
    )


def in_order(rows: QuerySet[Any], order: Order) -> QuerySet[Any]:
    """Return the rows in the order, the same on every database."""
    if order.path in ("id", "pk"):
        return rows.order_by("-pk" if order.down else "pk")
    column = F(order.path)
    if not is_nullable(rows.model, order.path):
        return rows.order_by(column.desc() if order.down else column.asc(), "-pk" if order.down else "pk")
    if order.down:
        return rows.order_by(column.desc(nulls_last=True), "-pk")
    return rows.order_by(column.asc(nulls_first=True), "pk")


def count_of(rows: QuerySet[Any], *, is_filtered: bool) -> Count:
    """Return how many rows there are; of filtered ones, no more are counted than a person would leaf through."""
    if not is_filtered:
        return Count(rows.order_by().count())
    number = rows.order_by().values("pk")[: COUNTED_AT_MOST + 1].count()
    return Count(min(number, COUNTED_AT_MOST), is_more=number > COUNTED_AT_MOST)


def is_nullable(model: type[Model], path: str) -> bool:
    """Return whether the value at the path may be missing; across a relation it may."""
    try:
        return bool(model._meta.get_field(path).null)
    except FieldDoesNotExist:
        return True


def _beyond(model: type[Model], mark: int, order: Order) -> Q | None:
    """Return what lies behind the marked row in the order; None where that row is gone."""
    pk = Q(pk__lt=mark) if order.down else Q(pk__gt=mark)
    if order.path in ("id", "pk"):
        return pk
    found = model._base_manager.filter(pk=mark).values_list(order.path).first()
    if found is None:
        return None
    path, value = order.path, found[0]
    if value is None:
        return Q((f"{path}__isnull", True)) & pk if order.down else Q((f"{path}__isnull", False)) | pk
    side, opposite = ("lte", "gte") if order.down else ("gte", "lte")
    beyond = Q((f"{path}__{side}", value)) & ~Q((path, value), (f"pk__{opposite}", mark))
    if order.down and is_nullable(model, path):
        return beyond | Q((f"{path}__isnull", True))
    return beyond
