"""One page of rows: in a stable order, from a place marked by a row, counted at a bounded cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet

from ryorin.conditions.to_orm import among

PAGE = 50
COUNTED_AT_MOST = 10_000
FEW = 2_000


@dataclass(frozen=True)
class Order:
    """An order by one path, then by another if given, then by id; empty values come first going up, last going down."""

    path: str
    down: bool
    then: str = ""  # a path that is never empty

    def reversed(self) -> "Order":
        return Order(self.path, not self.down, self.then)


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
    column, sign = F(order.path), "-" if order.down else ""
    ties = [f"{sign}{order.then}"] if order.then else []
    if not is_nullable(rows.model, order.path):
        return rows.order_by(f"{sign}{order.path}", *ties, f"{sign}pk")
    first = column.desc(nulls_last=True) if order.down else column.asc(nulls_first=True)
    return rows.order_by(first, *ties, f"{sign}pk")


def counted(rows: QuerySet[Any], *, is_filtered: bool) -> tuple[Count, QuerySet[Any]]:
    """Return how many rows there are, and the same rows to take pages from.

    Of filtered rows no more are counted than a person would leaf through; few are named by their ids from then on,
    so that no page has to look for them through the whole table again.
    """
    if not is_filtered:
        return Count(rows.order_by().count()), rows
    ids = list(rows.order_by().values_list("pk", flat=True)[: COUNTED_AT_MOST + 1])
    if len(ids) <= FEW:
        rows = rows.model._default_manager.filter(among("pk", ids)) if ids else rows.none()
    return Count(min(len(ids), COUNTED_AT_MOST), is_more=len(ids) > COUNTED_AT_MOST), rows


def is_nullable(model: type[Model], path: str) -> bool:
    """Return whether the value at the path may be missing; across a relation it may."""
    try:
        return bool(model._meta.get_field(path).null)
    except FieldDoesNotExist:
        return True


def _beyond(model: type[Model], mark: int, order: Order) -> Q | None:
    """Return what lies behind the marked row in the order; None where that row is gone."""
    past, until = ("lt", "lte") if order.down else ("gt", "gte")
    behind = Q((f"pk__{past}", mark))
    if order.path in ("id", "pk"):
        return behind
    found = model._base_manager.filter(pk=mark).values(*filter(None, (order.path, order.then))).first()
    if found is None:
        return None
    if order.then:
        behind = _past(order.then, found[order.then], behind, past=past, until=until)
    path, value = order.path, found[order.path]
    if value is None:
        return Q((f"{path}__isnull", True)) & behind if order.down else Q((f"{path}__isnull", False)) | behind
    beyond = _past(path, value, behind, past=past, until=until)
    return beyond | Q((f"{path}__isnull", True)) if order.down and is_nullable(model, path) else beyond


def _past(path: str, value: object, ties: Q, *, past: str, until: str) -> Q:
    """Return the rows past the value, and of those that share it the ones in `ties`; an index finds where to begin."""
    return Q((f"{path}__{until}", value)) & (Q((f"{path}__{past}", value)) | ties)
