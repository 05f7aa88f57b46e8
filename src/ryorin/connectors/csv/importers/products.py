"""Products from files, recognised by their code."""

from collections.abc import Sequence
from dataclasses import replace

from ryorin.conditions.fields import Type
from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import CREATED, UNCHANGED, UPDATED, Job, Outcome, Prepared, rejected
from ryorin.connectors.csv.targets import Target, targets_of
from ryorin.connectors.csv.values import World
from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.actions import change_product, create_product
from ryorin.products.catalogue.fields import PRODUCT
from ryorin.products.catalogue.models import Product


def targets() -> list[Target]:
    """Return the fields of a product; the tax class may also be written as a rate, so it is read as text."""
    return [
        replace(target, type=Type.TEXT, choices=()) if target.name == "tax_class" else target
        for target in targets_of(PRODUCT)
    ]


def prepare(values: Values, world: World) -> Values:
    return values


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will add new products and change those that are known, and say what became of each line."""
    codes = {str(line.values.get("code", "")).strip() for (line,) in groups}
    held = {product.code: product for product in Product.objects.filter(code__in=codes)}
    return [take(line, held, job)._replace(notes=line.notes) for (line,) in groups]


def take(line: Prepared, held: dict[str, Product], job: Job) -> Outcome:
    """Return what became of one product."""
    values = line.values
    known = held.get(" ".join(str(values.get("code", "")).split()))
    try:
        if known is None:
            product = create_product(by=job.by, **values)
            held[product.code] = product
            return CREATED
        product = change_product(known, by=job.by, version=None, **values)
    except Refusal as refusal:
        return rejected(str(refusal))
    held[product.code] = product
    return UNCHANGED if product.version == known.version else UPDATED


PRODUCTS = Kind(
    plural="products",
    record_type=PRODUCT,
    verb="products.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("code",),
    needs=(("code",),),
)
