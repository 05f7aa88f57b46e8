"""The one view behind every list: shows it, shows parts of it, and takes changes made in it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import RecordType
from ryorin.conditions.to_orm import among, to_q
from ryorin.conditions.tree import Did
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.web.lists import builder, cells, changes
from ryorin.web.lists.editing import owners_of
from ryorin.web.lists.listing import Asked, Listing
from ryorin.web.lists.rows import counted, page_of
from ryorin.web.lists.state import State, as_text, read, state_of
from ryorin.web.lists.table import rows_html
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search.queries import find_ids

FOUND_AT_MOST = 2000


def record_list(
    request: HttpRequest, *, record_type: RecordType, rows: QuerySet[Any], member: Member, listing: Listing
) -> HttpResponse:
    """Return the list page, one of its parts (?part=...), or the answer to a change posted to it."""
    asked = Asked(request, record_type.seen_by(member.role), rows, member, listing)
    if request.method == "POST":
        return changes.take(asked)
    parts: dict[str, Callable[[Asked], HttpResponse]] = {
        "build": _build,
        "builder": _builder,
        "line": _line,
        "group": _group,
        "cell": _cell,
    }
    return parts.get(request.GET.get("part", ""), _page)(asked)


def _page(asked: Asked, *, form: builder.Form | None = None, problem: str = "") -> HttpResponse:
    """Return the list as the address asks for it; what cannot be read is told, and left out."""
    record_type, listing, member = asked.record_type, asked.listing, asked.member
    state = state_of(asked.request, record_type=record_type, member=member, listing=listing)
    problem = problem or state.problem
    if not problem:
        try:
            rows = filtered(asked.rows, state, listing=listing)
        except Refusal as refusal:
            problem = str(refusal)
    if problem:
        rows = asked.rows.none()
    count, rows = counted(rows, is_filtered=state.is_filtered or not _sees_all(member))
    page = page_of(rows, _paths(state, listing), order=state.order, after=state.after, before=state.before)
    words = cells.Words(currency=current().currency)
    words.learn(state.columns, page.rows)
    may_change = bool(listing.change and may(member, listing.change_verb))
    owner = owners_of(record_type) if may_change else None
    is_building = form is not None or "build" in asked.request.GET
    context = {
        **listing.context,
        "listing": listing,
        "record_type": record_type,
        "state": state,
        "columns": [_column(one, state) for one in state.columns],
        "lead": _lead_column(state, listing),
        "rows": rows_html(page.rows, state.columns, listing=listing, words=words, member=member, with_ticks=may_change),
        "count": count,
        "previous_url": state.address(before=page.before) if page.before else "",
        "next_url": state.address(after=page.after) if page.after else "",
        "sentence": state.said,
        "problem": problem,
        "is_building": is_building,
        "builder_query": state.address(part="builder"),
        **(_building(form or builder.form_of(state.node), asked) if is_building else {}),
        "pickable": [{"field": one, "on": one in state.columns} for one in record_type.fields if one.name != "id"],
        "may_change": may_change,
        "may_create": bool(listing.new_url and listing.change_verb) and may(member, listing.change_verb),
        "may_delete": bool(listing.delete and may(member, listing.delete_verb)),
        "may_export": may(member, "records.export"),
        "owner_choices": owner.options() if owner else (),
        "export_query": state.address(view=""),
        "found_at_most": FOUND_AT_MOST if state.text and count.number >= FOUND_AT_MOST else 0,
        "condition_text": as_text(state.node),
    }
    return render(asked.request, listing.template, context, status=400 if problem else 200)


def filtered(rows: QuerySet[Any], state: State, *, listing: Listing) -> QuerySet[Any]:
    """Return the rows that meet the condition and hold the searched words."""
    now = clock.now()
    wanted = to_q(state.node, state.record_type, now=now, did=who_did(listing)) if state.is_filtered else Q()
    if state.text and listing.search:
        wanted &= among("pk", find_ids(state.text, listing.search, limit=FOUND_AT_MOST))
    return rows.filter(wanted) if wanted else rows


def who_did(listing: Listing) -> Callable[[Did], Iterable[int]] | None:
    """Return how to ask history who did something, where the list may ask."""
    if not listing.asks_touchpoints:
        return None
    from ryorin.insight.lake.queries import people_who_did  # history is loaded when somebody asks it

    return lambda did: people_who_did(did, clock.now())


def _builder(asked: Asked) -> HttpResponse:
    """Return the form that builds a condition, filled with the one the list is under."""
    state = state_of(asked.request, record_type=asked.record_type, member=asked.member, listing=asked.listing)
    context = {"listing": asked.listing, "state": state, **_building(builder.form_of(state.node), asked)}
    return render(asked.request, "lists/builder.html", context)


def _build(asked: Asked) -> HttpResponse:
    """Go to the list under the condition somebody has put together; or show what is wrong with it."""
    record_type, listing = asked.record_type, asked.listing
    form = builder.form_from(asked.request.GET)
    try:
        node = read(builder.condition_from(form, record_type), record_type, asks_touchpoints=listing.asks_touchpoints)
    except ConditionInvalid as refusal:
        return _page(asked, form=form, problem=str(refusal))
    state = state_of(asked.request, record_type=record_type, member=asked.member, listing=listing)
    return redirect(listing.address() + state.address(f=as_text(node)))


def _line(asked: Asked) -> HttpResponse:
    """Return one line of the builder anew: with what fits its field, or an empty one for a group."""
    form = builder.form_from(asked.request.GET)
    line = form.groups[0].lines[0] if form.groups else _empty(asked)
    context = {"editor": builder.editor(line, asked.record_type, asks_touchpoints=asked.listing.asks_touchpoints)}
    return render(asked.request, "lists/line.html", context | {"listing": asked.listing})


def _group(asked: Asked) -> HttpResponse:
    """Return one more group of the builder with an empty line."""
    key = asked.request.GET.get("key", "")[:8]
    key = key if key.isalnum() else "1"
    line = builder.empty_line(asked.record_type, group=key)
    group = builder.Group(key, "any", (line,))
    editors = _editors(builder.Form("all", (group,)), asked.record_type, asked.listing)
    context = {"group": editors[0], "listing": asked.listing, "joins": builder.JOINS}
    return render(asked.request, "lists/group.html", context)


def _empty(asked: Asked) -> builder.Line:
    group = asked.request.GET.get("in", "0")[:8]
    return builder.empty_line(asked.record_type, group=group if group.isalnum() else "0")


def _cell(asked: Asked) -> HttpResponse:
    """Return one cell, as it is or to be edited."""
    return changes.show_cell(asked, in_form="show" not in asked.request.GET)


def _building(form: builder.Form, asked: Asked) -> dict[str, Any]:
    """Return what the template of the builder shows."""
    return {"form": form, "groups": _editors(form, asked.record_type, asked.listing), "joins": builder.JOINS}


def _editors(form: builder.Form, record_type: RecordType, listing: Listing) -> list[dict[str, Any]]:
    """Return the groups of the form with what each line offers."""
    return [
        {
            "key": group.key,
            "join": group.join,
            "lines": [
                builder.editor(line, record_type, asks_touchpoints=listing.asks_touchpoints) for line in group.lines
            ],
        }
        for group in form.groups
    ]


def _paths(state: State, listing: Listing) -> list[str]:
    return list(dict.fromkeys([*listing.lead.paths, *(one.path for one in state.columns)]))


def _column(one: Any, state: State) -> dict[str, Any]:
    return {"label": one.label, "css": cells.css_of(one), **_sorting(one.name if one.sortable else "", state)}


def _lead_column(state: State, listing: Listing) -> dict[str, Any]:
    return {"label": listing.lead.label, **_sorting(listing.lead.sort, state)}


def _sorting(name: str, state: State) -> dict[str, Any]:
    """Return the address that sorts by a column, and how it is sorted now."""
    if not name:
        return {}
    now = {name: "ascending", f"-{name}": "descending"}.get(state.sort, "")
    return {"sort_url": state.address(sort=f"-{name}" if now == "ascending" else name), "sorted": now}


def _sees_all(member: Member) -> bool:
    return member.scope == "all"
