"""Adding and changing what is sold."""

from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.products.catalogue.actions.categories import know_category
from ryorin.products.catalogue.errors import ProductRefused
from ryorin.products.catalogue.models import Product
from ryorin.products.catalogue.rules import normalised, search_text
from ryorin.workspace.audit.actions import record
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search.actions import forget, index


@transaction.atomic
def create_product(*, by: Member | None, **fields: Any) -> Product:
    """This function will add a product to the catalogue; its code is its own."""
    require(by, "products.change")
    if fields.get("cost") not in (None, ""):
        require(by, "products.cost")
    values = normalised(fields, currency=current().currency)
    refuse_taken(values["code"])
    know_category(values.get("category", ""))
    product = Product.objects.create(**values)
    index("product", [(product.pk, search_text(product))], fresh=True)
    record("product_created", "product", product.pk, by=by, code=product.code, name=product.name)
    return product


@transaction.atomic
def change_product(product: Product, *, by: Member | None, version: int | None, **fields: Any) -> Product:
    """This function will change what is given; refuses when somebody else changed the product since `version`."""
    require(by, "products.change")
    product = Product.objects.select_for_update().get(pk=product.pk)
    if version is not None and product.version != version:
        raise StaleRecord()
    if "cost" in fields:
        require(by, "products.cost")
    values = normalised(fields, is_new=False, currency=current().currency)
    if "code" in values:
        refuse_taken(values["code"], exclude=product.pk)
    know_category(values.get("category", ""))
    changes = {name: [getattr(product, name), new] for name, new in values.items() if getattr(product, name) != new}
    if not changes:
        return product
    for name in changes:
        setattr(product, name, values[name])
    product.version += 1
    product.save(update_fields=[*changes, "version", "updated_at"])
    index("product", [(product.pk, search_text(product))])
    record("product_changed", "product", product.pk, by=by, **changes)
    return product


@transaction.atomic
def delete_product(product: Product, *, by: Member | None) -> AuditEntry:
    """This function will delete a product that no deal, bundle or document holds; the entry can restore it."""
    require(by, "products.change")
    forget("product", [product.pk])
    return delete(product, record_type="product", by=by)


@transaction.atomic
def restore_product(entry: AuditEntry, *, by: Member | None) -> Product:
    """This function will put a deleted product back."""
    require(by, "products.change")
    product = cast(Product, restore(entry, by=by))
    index("product", [(product.pk, search_text(product))])
    return product


def refuse_taken(code: str, *, exclude: int | None = None) -> None:
    """This function will refuse a code that another product has."""
    taken = Product.objects.filter(code=code)
    if (taken.exclude(pk=exclude) if exclude else taken).exists():
        raise ProductRefused({"code": _("商品コード「%(code)s」は登録済みです。") % {"code": code}})
