"""What a list takes by POST: an edited cell, work on many rows, saved views."""

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext

from ryorin.conditions.fields import Field
from ryorin.lib.errors import Refusal
from ryorin.web.lists import cells, editing
from ryorin.web.lists.errors import NoSuchAction
from ryorin.web.lists.listing import Asked
from ryorin.web.lists.state import as_text, read, whole
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.views.actions import delete_view, save_view
from ryorin.workspace.views.models import SavedView


def take(asked: Asked) -> HttpResponse:
    """Return the answer to what was posted to a list."""
    takers: dict[str, Callable[[Asked], HttpResponse]] = {
        "cell": take_cell,
        "assign": assign,
        "delete": delete_chosen,
        "export": export_chosen,
        "save_view": take_view,
        "delete_view": drop_view,
    }
    taker = takers.get(asked.request.POST.get("act", ""))
    if taker is None:
        raise NoSuchAction()
    return taker(asked)


def show_cell(asked: Asked, *, in_form: bool) -> HttpResponse:
    """Return one cell, as it is or with a control to change it."""
    row = get_object_or_404(asked.rows, pk=whole(asked.request.GET.get("pk")) or 0)
    one = asked.record_type.field(asked.request.GET.get("field", ""))
    return _cell(asked, row, one, in_form=in_form)


def take_cell(asked: Asked) -> HttpResponse:
    """Return the changed cell; the choice between theirs and mine when somebody was faster; else what is wrong."""
    row = get_object_or_404(asked.rows, pk=whole(asked.request.POST.get("pk")) or 0)
    one = asked.record_type.field(asked.request.POST.get("field", ""))
    if not editing.is_editable(one, member=asked.member, listing=asked.listing):
        raise NotAllowed()
    text, version = asked.request.POST.get("value", ""), whole(asked.request.POST.get("version"))
    try:
        editing.change(
            row, one, text, version=version, by=asked.member, listing=asked.listing, currency=current().currency
        )
    except StaleRecord as refusal:
        row.refresh_from_db()
        if asked.request.POST.get("was") == _typed(row, one):  # the other change was to another field
            return _changed_since(asked, row, one, text)
        return _cell(asked, row, one, in_form=True, mine=text, problem=refusal)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _cell(asked, row, one, in_form=True, mine=text, problem=refusal)
    row.refresh_from_db()
    return _cell(asked, row, one, in_form=False)


def _changed_since(asked: Asked, row: Model, one: Field, text: str) -> HttpResponse:
    """Return the cell changed after all, over what others have done to the rest of the record."""
    editing.change(row, one, text, version=None, by=asked.member, listing=asked.listing, currency=current().currency)
    row.refresh_from_db()
    return _cell(asked, row, one, in_form=False)


@transaction.atomic
def assign(asked: Asked) -> HttpResponse:
    """Give the chosen rows to one member."""
    owner = editing.owners_of(asked.record_type)
    if owner is None or asked.listing.change is None:
        raise NoSuchAction()
    require(asked.member, asked.listing.change_verb)
    found = editing.chosen(asked.rows, asked.request.POST.getlist("ids"))
    for row in found:
        editing.change(
            row,
            owner,
            asked.request.POST.get("owner", ""),
            version=None,
            by=asked.member,
            listing=asked.listing,
            currency="JPY",
        )
    text = ngettext("%(count)s件の担当を変えました。", "%(count)s件の担当を変えました。", len(found)) % {
        "count": len(found)
    }
    return _done(text)


@transaction.atomic
def delete_chosen(asked: Asked) -> HttpResponse:
    """Delete the chosen rows; the message can undo it."""
    if asked.listing.delete is None:
        raise NoSuchAction()
    require(asked.member, asked.listing.delete_verb)
    found = editing.chosen(asked.rows, asked.request.POST.getlist("ids"))
    entries = [asked.listing.delete(row, by=asked.member) for row in found]
    text = ngettext("%(count)s件を削除しました。", "%(count)s件を削除しました。", len(found)) % {"count": len(found)}
    undo = undo_address([entry.pk for entry in entries]) if asked.listing.restores else ""
    return _done(text, undo=undo)


def export_chosen(asked: Asked) -> HttpResponse:
    """Go to the export of the chosen rows."""
    require(asked.member, "records.export")
    ids = [row.pk for row in editing.chosen(asked.rows, asked.request.POST.getlist("ids"))]
    condition = json.dumps({"field": "id", "op": "in", "value": ids}, separators=(",", ":"))
    return redirect(reverse("export", args=[asked.record_type.plural], query={"f": condition}))


def take_view(asked: Asked) -> HttpResponse:
    """Keep the list as it is shown under a name and go there."""
    node = read(asked.request.POST.get("f") or "{}", asked.record_type, asks_touchpoints=asked.listing.asks_touchpoints)
    view = save_view(
        name=asked.request.POST.get("name", ""),
        record_type=asked.record_type.name,
        by=asked.member,
        condition=json.loads(as_text(node)),
        columns=[name for name in asked.request.POST.getlist("cols") if name in asked.record_type],
        sort=asked.request.POST.get("sort", "")[:60],
        is_shared="is_shared" in asked.request.POST,
    )
    return redirect(f"{asked.listing.address()}?view={view.pk}")


def drop_view(asked: Asked) -> HttpResponse:
    """Remove a saved view and go to the whole list."""
    mine = SavedView.objects.filter(record_type=asked.record_type.name)
    delete_view(get_object_or_404(mine, pk=whole(asked.request.POST.get("view")) or 0), by=asked.member)
    return redirect(asked.listing.address())


def undo_address(entries: list[int]) -> str:
    """Return where to post to put deleted records back."""
    return reverse("undo_deletion", args=["-".join(map(str, entries))])


def _done(text: str, *, undo: str = "") -> HttpResponse:
    """Return an empty answer that shows a message and makes the list load itself anew."""
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({"toast": {"text": text, "undo": undo}, "list-changed": {}})
    return answer


def _cell(
    asked: Asked, row: Model, one: Field, *, in_form: bool, mine: str = "", problem: Refusal | None = None
) -> HttpResponse:
    """Return a cell; in its form after a refusal it holds what was typed, and says what is wrong."""
    listing, currency = asked.listing, current().currency
    may_edit = editing.is_editable(one, member=asked.member, listing=listing)
    if in_form and not may_edit:
        raise NotAllowed()
    value = row.serializable_value(one.path)
    words = cells.Words(currency=currency)
    words.learn([one], [{one.path: value}])
    context: dict[str, Any] = {
        "listing": listing,
        "row": row,
        "field": one,
        "css": cells.css_of(one),
        "html": words.shown(one, value),
        "edit": one.name if may_edit else "",
        "kind": editing.kind_of_input(one),
        "choices": one.options(),
        "typed": mine if problem else _typed(row, one),
        "was": _typed(row, one),
        "theirs": words.said(one, value),
        "problem": problem,
        "is_stale": isinstance(problem, StaleRecord),
        "tag": "dd" if (asked.request.POST or asked.request.GET).get("as") == "dd" else "td",
    }
    status = 200 if problem is None else 409 if isinstance(problem, StaleRecord) else 422
    return render(asked.request, "lists/cell_form.html" if in_form else "lists/cell.html", context, status=status)


def _typed(row: Model, one: Field) -> str:
    return editing.typed(one, row.serializable_value(one.path), currency=current().currency)
