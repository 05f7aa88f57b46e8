"""Keeping a list as one likes it."""

from typing import Any

from django.db import transaction

from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import LEADERS, require
from ryorin.workspace.views.errors import NotYourView, ViewNeedsName
from ryorin.workspace.views.models import SavedView

LONGEST_NAME = 80


@transaction.atomic
def save_view(
    *,
    name: str,
    record_type: str,
    by: Member,
    condition: dict[str, Any],
    columns: list[str],
    sort: str = "",
    is_shared: bool = False,
) -> SavedView:
    """This function will keep a view under a name; the member's own view of that name is replaced."""
    require(by, "views.change")
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise ViewNeedsName()
    view, is_new = SavedView.objects.update_or_create(
        record_type=record_type,
        owner=by,
        name=name,
        defaults={"condition": condition, "columns": columns, "sort": sort, "is_shared": is_shared},
    )
    record("view_saved" if is_new else "view_changed", "view", view.pk, by=by, name=name, is_shared=is_shared)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: Member) -> None:
    """This function will remove a view; one's own, or as a leader any shared one."""
    require(by, "views.change")
    if view.owner_id != by.pk and not (view.is_shared and by.role in LEADERS):
        raise NotYourView()
    record("view_deleted", "view", view.pk, by=by, name=view.name)
    view.delete()
