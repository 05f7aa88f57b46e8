"""Prices of price books from files, recognised by book, product and quantity."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import CREATED, UNCHANGED, UPDATED, Job, Outcome, Prepared, rejected
from ryorin.connectors.csv.references import find_products, missing
from ryorin.connectors.csv.targets import Target, targets_of
from ryorin.connectors.csv.values import World
from ryorin.lib.errors import Refusal
from ryorin.products.prices.actions import Line, change_prices
from ryorin.products.prices.actions.prices import prices_in, refuse_faults
from ryorin.products.prices.fields import PRICE
from ryorin.products.prices.models import PriceBook


def targets() -> list[Target]:
    return targets_of(PRICE)


def prepare(values: Values, world: World) -> Values:
    """Return the values of one price; raise ValueError where something is missing."""
    for name, problem in (("book", _("価格表がありません。")), ("product", _("商品がありません。"))):
        if not values.get(name):
            raise ValueError(problem)
    if values.get("unit_price") is None:
        raise ValueError(_("単価がありません。"))
    return values | {
        "book": " ".join(str(values["book"]).split()),
        "from_quantity": Decimal(values.get("from_quantity", 1)),
    }


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will set the prices, book by book, and say which of them are new and which other than before."""
    rows = [dict(line.values) for (line,) in groups]
    problems = find_products(rows, job)
    books = {
        book.name: book for book in PriceBook.objects.filter(name__in={row["book"] for row in rows}).order_by("pk")
    }
    outcomes: list[Outcome] = [UNCHANGED] * len(rows)
    taken: dict[int, list[tuple[int, Line]]] = defaultdict(list)
    for place, (row, problem) in enumerate(zip(rows, problems, strict=True)):
        try:
            if problem or row["book"] not in books:
                raise ValueError(problem or missing(_("価格表"), row["book"]))
            line = Line(row["product_found"], row["from_quantity"], row["unit_price"])
            refuse_faults([line])
            taken[books[row["book"]].pk].append((place, line))
        except (ValueError, Refusal) as refusal:
            outcomes[place] = rejected(str(refusal))
    for book in books.values():
        lines = taken[book.pk]
        before = prices_in(book, [line for _place, line in lines], ())
        newest = {(line.product.pk, line.from_quantity.normalize()): line for _place, line in lines}
        change_prices(book, list(newest.values()), by=job.by, version=None)
        for place, line in lines:
            old = before.get((line.product.pk, line.from_quantity.normalize()))
            outcomes[place] = CREATED if old is None else UNCHANGED if old == line.unit_price else UPDATED
    return [outcome._replace(notes=group[0].notes) for outcome, group in zip(outcomes, groups, strict=True)]


PRICES = Kind(
    plural="prices",
    record_type=PRICE,
    verb="prices.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("book", "product"),
    related=("product",),
    constants=("book",),
    needs=(("book",), ("product",), ("unit_price",)),
)
