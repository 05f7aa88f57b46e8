"""The tree of categories: two levels, each name once."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.products.catalogue.errors import CategoryInUse, CategoryRefused
from ryorin.products.catalogue.models import Category, Product
from ryorin.products.catalogue.rules import TEXTS, one_line, search_text
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import index


@transaction.atomic
def add_category(*, by: Member | None, name: str, parent: Category | None = None) -> Category:
    """This function will add a category, at the top or below one that stands there."""
    require(by, "products.change")
    refuse_depth(parent)
    try:
        with transaction.atomic():
            category = Category.objects.create(name=checked_name(name), parent=parent)
    except IntegrityError:
        raise CategoryRefused(
            problem=_("「%(name)s」という分類はすでにあります。") % {"name": one_line(name)}
        ) from None
    record("category_added", "category", category.pk, by=by, name=category.name)
    return category


@transaction.atomic
def change_category(
    category: Category, *, by: Member | None, version: int | None, name: str, parent: Category | None
) -> Category:
    """This function will rename a category, with all its products, or put it below another one."""
    require(by, "products.change")
    category = Category.objects.select_for_update().get(pk=category.pk)
    if version is not None and category.version != version:
        raise StaleRecord()
    refuse_depth(parent, of=category)
    new_name, new_parent = checked_name(name), parent.pk if parent else None
    both: dict[str, list[Any]] = {"name": [category.name, new_name], "parent": [category.parent_id, new_parent]}
    changes = {field: change for field, change in both.items() if change[0] != change[1]}
    if not changes:
        return category
    old, category.name, category.parent = category.name, new_name, parent
    category.version += 1
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError:
        raise CategoryRefused(problem=_("「%(name)s」という分類はすでにあります。") % {"name": category.name}) from None
    if "name" in changes:
        Product.objects.filter(category=old).update(category=category.name, updated_at=clock.now())
        index("product", [(each.pk, search_text(each)) for each in Product.objects.filter(category=category.name)])
    record("category_changed", "category", category.pk, by=by, **changes)
    return category


@transaction.atomic
def delete_category(category: Category, *, by: Member | None) -> None:
    """This function will take away a category that has no products and nothing below it."""
    require(by, "products.change")
    category = Category.objects.select_for_update().get(pk=category.pk)
    if category.children.exists() or Product.objects.filter(category=category.name).exists():
        raise CategoryInUse(name=category.name)
    pk, name = category.pk, category.name
    category.delete()
    record("category_removed", "category", pk, by=by, name=name)


def know_category(name: str) -> None:
    """This function will add a category at the top for a name that products use and no category has yet."""
    if name:
        Category.objects.get_or_create(name=name)


def checked_name(name: str) -> str:
    tidy = one_line(name)
    if not 0 < len(tidy) <= TEXTS["category"]:
        raise CategoryRefused(problem=_("分類名は1〜%(count)s字で入力してください。") % {"count": TEXTS["category"]})
    return tidy


def refuse_depth(parent: Category | None, *, of: Category | None = None) -> None:
    """This function will refuse a third level, and a category below itself."""
    if parent is None:
        return
    if parent.parent_id is not None or (of is not None and (of.pk == parent.pk or of.children.exists())):
        raise CategoryRefused(problem=_("分類は2階層までです。いちばん上の分類を選んでください。"))
