"""What is special about the list of one kind of record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Label, RecordType
from ryorin.workspace.members.models import Member

NEW, NOTHING_YET = _("新規登録"), _("まだ登録がありません")

Row = Mapping[str, Any]
Change = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Lead:
    """The first column: the record's name, linked to its page; made from several columns where it needs them."""

    label: Label
    paths: tuple[str, ...]
    show: Callable[[Row], SafeString | str]
    sort: str = ""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One list. `change(row, by=, version=, **fields)` and `delete(row, by=)` are the record's own verbs."""

    title: Label
    url: str  # name of the list's page
    record_url: str = ""  # name of a record's page, which takes its id
    lead: Lead
    new_url: str = ""
    new_label: Label = NEW
    search: str = ""  # the record's name in the search table; no search box without one
    sort: str = "-id"
    sorts_then: Mapping[str, str] = field(default_factory=dict)  # field sorted by: path of what ties are sorted by
    change: Change | None = None
    change_verb: str = ""  # who may change rows here, and begin new ones
    delete: Callable[..., Any] | None = None
    delete_verb: str = ""
    restores: bool = False  # whether `delete` returns the audit entry that can undo it
    asks_touchpoints: bool = False  # whether conditions may ask what the person did
    empty_title: Label = NOTHING_YET
    empty_text: Label = ""
    empty_url: str = ""
    empty_label: Label = ""
    icon: str = "list"
    template: str = "lists/page.html"
    context: Mapping[str, Any] = field(default_factory=dict)  # what the template needs besides

    def address(self) -> str:
        return reverse(self.url)

    def address_around(self) -> tuple[str, str]:
        """Return what stands before and after the id in the address of a record's page; empty without such pages."""
        before, _id, after = reverse(self.record_url, args=[0]).rpartition("0") if self.record_url else ("", "", "")
        return before, after


@dataclass(frozen=True)
class Asked:
    """One request to a list; `record_type` holds only what the member may see, `rows` only what is visible to them."""

    request: HttpRequest
    record_type: RecordType
    rows: QuerySet[Any]
    member: Member
    listing: Listing


def named_by(path: str, label: Label, *, sort: str = "") -> Lead:
    """Return a lead column that shows the value at one path."""
    return Lead(label=label, paths=(path,), show=lambda row: format_html("{}", row[path] or "–"), sort=sort)
