"""A record's profile on its page: fields with their values, changed where they stand."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Model

from ryorin.conditions.fields import RecordType
from ryorin.web.lists.cells import Words
from ryorin.web.lists.editing import is_editable
from ryorin.web.lists.listing import Listing
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current


def facts_of(
    row: Model,
    names: Sequence[str],
    *,
    record_type: RecordType,
    listing: Listing,
    member: Member,
    always: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return the named fields with values as HTML; those that are empty and not in `always` are marked rare."""
    record_type = record_type.seen_by(member.role)
    fields = [record_type.field(name) for name in names if name in record_type]
    values = {one.path: row.serializable_value(one.path) for one in fields}
    words = Words(currency=current().currency)
    words.learn(fields, [values])
    return [
        {
            "field": one,
            "html": words.shown(one, values[one.path]),
            "edit": one.name if is_editable(one, member=member, listing=listing) else "",
            "is_rare": one.name not in always and values[one.path] in (None, ""),
        }
        for one in fields
    ]
