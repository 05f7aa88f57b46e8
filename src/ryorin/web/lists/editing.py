"""Changing records where they stand in a list: one cell, or many rows at once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.lib.dates import parse_date, parse_datetime
from ryorin.lib.money import decimals_of, to_decimal, to_minor
from ryorin.web.lists.errors import NothingChosen, TooManyChosen, ValueUnreadable
from ryorin.web.lists.listing import Listing
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

MOST_CHOSEN = 500


def is_editable(one: Field, *, member: Member, listing: Listing) -> bool:
    """Return whether the member may change this field in place."""
    if listing.change is None or not may(member, listing.change_verb) or not one.is_written_by(member.role):
        return False
    return "__" not in one.path and (one.type is not Type.REFERENCE or bool(one.choices))


def kind_of_input(one: Field) -> str:
    """Return how a value of the field is typed: choice, check, date, lines or text."""
    if one.choices:
        return "choice"
    if one.type is Type.BOOLEAN:
        return "check"
    if one.type is Type.DATE:
        return "date"
    return "lines" if one.name in ("memo", "purpose", "note") else "text"


def typed(one: Field, value: Any, *, currency: str) -> str:
    """Return a value as one would type it into the field."""
    if value is None or value == "":
        return ""
    if one.type is Type.MONEY:
        return f"{to_decimal(int(value), currency):,f}" if decimals_of(currency) else f"{int(value):,}"
    if isinstance(value, datetime):
        return value.astimezone().isoformat(timespec="minutes")[:16]
    return str(value)


def read_value(one: Field, text: str, *, model: type[Model], currency: str) -> Any:
    """Return typed text as the value a verb takes; raise ValueUnreadable."""
    text = text.strip()
    if one.type.is_text:
        return text
    if one.type is Type.BOOLEAN:
        return text in ("on", "true", "1")
    if not text:
        return None
    try:
        return _readers(currency)[one.type](text) if one.type is not Type.REFERENCE else _referred(one, text, model)
    except (ValueError, KeyError):
        raise ValueUnreadable(label=one.label, what=_("「%(text)s」は読めません。") % {"text": text[:40]}) from None


def change(
    row: Model, one: Field, text: str, *, version: int | None, by: Member, listing: Listing, currency: str
) -> None:
    """This function will change one field of one record by the record's own verb."""
    assert listing.change is not None
    listing.change(row, by=by, version=version, **{one.name: read_value(one, text, model=type(row), currency=currency)})


def chosen(rows: QuerySet[Any], ids: Sequence[str]) -> list[Model]:
    """Return the rows with these ids; raise when none or too many are named."""
    numbers = {int(text) for text in ids if text.isascii() and text.isdigit() and len(text) < 19}
    if not numbers:
        raise NothingChosen()
    if len(numbers) > MOST_CHOSEN:
        raise TooManyChosen(count=MOST_CHOSEN)
    found: list[Model] = list(rows.filter(pk__in=numbers))
    return found


def owners_of(record_type: RecordType) -> Field | None:
    """Return the field that says whose a record is, where there is one to choose."""
    return record_type.field("owner") if "owner" in record_type and record_type.field("owner").choices else None


def _readers(currency: str) -> dict[Type, Callable[[str], Any]]:
    return {
        Type.MONEY: lambda text: to_minor(text, currency),
        Type.NUMBER: lambda text: text,
        Type.DATE: parse_date,
        Type.DATETIME: parse_datetime,
    }


def _referred(one: Field, text: str, model: type[Model]) -> Any:
    """Return the record an id stands for; numbers without a model of their own stay numbers."""
    try:
        related = model._meta.get_field(one.path.removesuffix("_id")).related_model
    except FieldDoesNotExist:
        return int(text)
    if not isinstance(related, type):
        return int(text)
    found = related._default_manager.filter(pk=int(text)).first()
    if found is None:
        raise ValueError(text)
    return found
