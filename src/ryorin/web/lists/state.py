"""What a visitor asks of a list: by a saved view, and by the address over it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import Field, RecordType
from ryorin.conditions.parser import parse, to_json
from ryorin.conditions.sentence import sentence
from ryorin.conditions.tree import EVERYTHING, Node
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.rules import KINDS
from ryorin.lib.errors import Refusal
from ryorin.web.lists.listing import Lead, Listing
from ryorin.web.lists.rows import Order
from ryorin.workspace.members.models import Member
from ryorin.workspace.views.models import SavedView
from ryorin.workspace.views.queries import views_for

LONGEST_SEARCH = 100
MOST_COLUMNS = 20


@dataclass(frozen=True)
class State:
    """One wish: which rows, in which order, with which columns, from where on."""

    record_type: RecordType
    node: Node
    text: str
    sort: str
    columns: tuple[Field, ...]
    view: SavedView | None
    views: tuple[SavedView, ...]
    after: int | None
    before: int | None
    problem: str = ""
    sorts_then: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_filtered(self) -> bool:
        return self.node != EVERYTHING or bool(self.text)

    @property
    def order(self) -> Order:
        name = self.sort.removeprefix("-")
        path = self.record_type.field(name).path if name in self.record_type else "id"
        return Order(path, down=self.sort.startswith("-"), then=self.sorts_then.get(name, ""))

    @property
    def said(self) -> str:
        """The condition as a sentence; empty when everything is shown."""
        return "" if self.node == EVERYTHING else say(self.node, self.record_type)

    def address(self, **changes: Any) -> str:
        """Return the query string of this wish with some parts changed; the page starts anew."""
        parts: dict[str, Any] = {
            "view": self.view.pk if self.view else "",
            "f": as_text(self.node) if self.node != EVERYTHING or self.view else "",
            "q": self.text,
            "sort": self.sort,
        } | changes
        return "?" + urlencode({name: value for name, value in parts.items() if value not in ("", None)})


def state_of(request: HttpRequest, *, record_type: RecordType, member: Member, listing: Listing) -> State:
    """Return what is asked; a condition that cannot be read is left out and its problem told."""
    query = request.GET
    record_type = record_type.seen_by(member.role)
    views = tuple(views_for(member, record_type.name))
    wanted = whole(query.get("view"))
    view = next((one for one in views if one.pk == wanted), None)
    node: Node = EVERYTHING
    problem = ""
    try:
        data = query.get("f") or (view.condition if view else "") or "{}"
        node = read(data, record_type, asks_touchpoints=listing.asks_touchpoints)
    except (ConditionInvalid, Refusal) as refusal:
        problem = str(refusal)
    sort = query.get("sort") or (view.sort if view else "") or listing.sort
    state = State(
        record_type=record_type,
        node=node,
        text=query.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
        sort=sort if _is_sortable(sort, record_type) else listing.sort,
        columns=(),
        view=view,
        views=views,
        after=whole(query.get("after")),
        before=whole(query.get("before")),
        problem=problem,
        sorts_then=listing.sorts_then,
    )
    return replace(state, columns=_columns(request, state, lead=listing.lead))


def read(data: object, record_type: RecordType, *, asks_touchpoints: bool) -> Node:
    """Return the condition in JSON; raise ConditionInvalid saying what is wrong and where."""
    return parse(data, record_type, touchpoint_type=TOUCHPOINT if asks_touchpoints else None)


def say(node: Node, record_type: RecordType) -> str:
    """Return the condition in the reader's words."""
    kinds = {kind.name: kind.label for kind in KINDS.values()}
    return sentence(node, record_type, kinds=kinds, touchpoint_type=TOUCHPOINT)


def as_text(node: Node) -> str:
    """Return the condition as the compact JSON an address carries."""
    return json.dumps(to_json(node), ensure_ascii=False, separators=(",", ":"))


def whole(text: str | None) -> int | None:
    """Return a record's id given in an address; None where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _is_sortable(sort: str, record_type: RecordType) -> bool:
    name = sort.removeprefix("-")
    return name == "id" or (name in record_type and record_type.field(name).sortable)


def _columns(request: HttpRequest, state: State, *, lead: Lead) -> tuple[Field, ...]:
    """Return the columns asked for now, else the view's, else those chosen last, else those listed by default.

    What the first column already says is not listed again.
    """
    record_type = state.record_type
    kept = request.session.get(f"columns.{record_type.name}")
    if "cols" in request.GET:
        names = request.GET.getlist("cols")
        request.session[f"columns.{record_type.name}"] = names[:MOST_COLUMNS]
    elif state.view and state.view.columns:
        names = state.view.columns
    else:
        names = kept or []
    chosen = tuple(record_type.field(name) for name in dict.fromkeys(names) if name in record_type)[:MOST_COLUMNS]
    return chosen or tuple(one for one in record_type.fields if one.listed and one.path not in lead.paths)
