"""What a bundle (セット) holds."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.products.catalogue.errors import ProductRefused
from ryorin.products.catalogue.models import BundlePart, Product
from ryorin.products.catalogue.rules import MOST_PARTS, checked_quantity_of_part
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def set_parts(
    bundle: Product, parts: Sequence[tuple[Product, Decimal]], *, by: Member | None, version: int | None
) -> Product:
    """This function will make the product a bundle of these parts, in this order; without parts it is none any more."""
    require(by, "products.change")
    bundle = Product.objects.select_for_update().get(pk=bundle.pk)
    if version is not None and bundle.version != version:
        raise StaleRecord()
    refuse_wrong_parts(bundle, [product for product, _quantity in parts])
    new = [(product.pk, checked_quantity_of_part(quantity)) for product, quantity in parts]
    old = list(bundle.parts.values_list("product_id", "quantity"))
    if new == old and bundle.is_bundle == bool(new):
        return bundle
    bundle.parts.all().delete()
    BundlePart.objects.bulk_create(
        BundlePart(bundle=bundle, product_id=pk, quantity=quantity, position=place)
        for place, (pk, quantity) in enumerate(new)
    )
    bundle.is_bundle, bundle.version, bundle.updated_at = bool(new), bundle.version + 1, clock.now()
    bundle.save(update_fields=["is_bundle", "version", "updated_at"])
    record("product_parts_set", "product", bundle.pk, by=by, parts=[old, new])
    return bundle


def refuse_wrong_parts(bundle: Product, products: Sequence[Product]) -> None:
    """This function will refuse too many parts, the same twice, the bundle itself, and bundles in bundles."""
    problem = ""
    if len(products) > MOST_PARTS:
        problem = _("構成品は%(most)s件までです。") % {"most": MOST_PARTS}
    elif len({product.pk for product in products}) < len(products):
        problem = _("同じ商品が2回入っています。数量をまとめてください。")
    elif any(product.pk == bundle.pk or product.is_bundle for product in products):
        problem = _("セット商品の中に、セット商品は入れられません。")
    elif products and bundle.part_of.exists():
        problem = _("この商品はほかのセットの構成品です。セット商品にはできません。")
    if problem:
        raise ProductRefused({"parts": problem})
