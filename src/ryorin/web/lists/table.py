"""The rows of a list as HTML. Written here and not in a template because a page has five hundred cells."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ryorin.conditions.fields import Field
from ryorin.web.lists.cells import Words, css_of
from ryorin.web.lists.editing import is_editable
from ryorin.web.lists.listing import Listing
from ryorin.workspace.members.models import Member

Row = Mapping[str, Any]


def rows_html(
    rows: Iterable[Row],
    columns: Sequence[Field],
    *,
    listing: Listing,
    words: Words,
    member: Member,
    with_ticks: bool,
) -> list[SafeString]:
    """Return one <tr> for each row: a box to tick, the name with its link, the cells."""
    shape = [(one, *_openings(one, edits=is_editable(one, member=member, listing=listing))) for one in columns]
    before, after = listing.address_around()
    tick = escape(_("選ぶ"))
    lines = []
    for row in rows:
        pk, lead = row["pk"], conditional_escape(listing.lead.show(row))
        parts = [f'<tr data-id="{pk}">']
        if with_ticks:
            parts.append(
                f'<td class="pick"><input type="checkbox" name="ids" value="{pk}" form="bulk" aria-label="{tick}"></td>'
            )
        parts.append(
            f'<td class="name"><a href="{before}{pk}{after}">{lead}</a></td>' if before else f"<td>{lead}</td>"
        )
        for one, opening, opening_of_empty in shape:
            shown = words.shown(one, row[one.path])
            parts.append(f"{opening}{conditional_escape(shown)}</td>" if shown else f"{opening_of_empty}</td>")
        parts.append("</tr>")
        lines.append(mark_safe("".join(parts)))  # every part above is escaped or a number
    return lines


def _openings(one: Field, *, edits: bool) -> tuple[str, str]:
    """Return the opening tags of a column's filled and empty cells."""
    css = " ".join(filter(None, (css_of(one), "edit" if edits else "")))
    attributes = (f' class="{css}"' if css else "") + (f' data-field="{escape(one.name)}"' if edits else "")
    return f'<td{attributes} data-label="{escape(one.label)}">', f"<td{attributes}>"
