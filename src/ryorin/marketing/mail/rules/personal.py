"""Filling a compiled mail in for one person: a join of bytes, thousands of times a second."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from ryorin.marketing.mail.rules.compiling import CompiledMail, End, Gate, Part, Slot

# Line ends and control characters would break headers; direction marks would turn the rest of a line round.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Values:
    """What is filled in for one person; what is not given stays as it is for nobody in particular."""

    fields: Mapping[str, str] = field(default_factory=dict)  # by MailField.key
    rules: frozenset[str] = frozenset()  # keys of the rules that hold for the person
    links: Sequence[str] = ()  # for each of CompiledMail.links the address to use in its place; () leaves them
    unsubscribe: str = ""
    preferences: str = ""
    browser: str = ""
    pixel: str = ""  # the address of the opening picture; "" for none


class Personal(NamedTuple):
    """One person's mail: html and text in UTF-8."""

    subject: str
    html: bytes
    text: bytes


def personalise(compiled: CompiledMail, values: Values) -> Personal:
    """Return the mail as this person gets it."""
    holding = values.rules & compiled.rules
    flat = compiled.flats.get(holding)
    if flat is None:
        flat = compiled.flats[holding] = _flat(compiled, holding)
    assert isinstance(flat, _Flat)
    given = {key: _UNFIT.sub(" ", _TURNS.sub("", text)) for key, text in values.fields.items() if text}
    given |= {"unsubscribe": values.unsubscribe, "preferences": values.preferences, "browser": values.browser}
    return Personal(
        "".join(part if isinstance(part, str) else _text(part, given, values, compiled) for part in flat.subject),
        b"".join(part if isinstance(part, bytes) else _html(part, given, values, compiled) for part in flat.html),
        b"".join(
            part if isinstance(part, bytes) else _text(part, given, values, compiled).encode() for part in flat.text
        ),
    )


@dataclass(frozen=True, slots=True)
class _Flat:
    """The mail with the blocks of one set of rules: literals and slots only."""

    subject: tuple[str | Slot, ...]
    html: tuple[bytes | Slot, ...]
    text: tuple[bytes | Slot, ...]


def _flat(compiled: CompiledMail, holding: frozenset[str]) -> _Flat:
    return _Flat(
        subject=tuple(part for part in compiled.subject if isinstance(part, str | Slot)),
        html=_shown(compiled.html, holding),
        text=_shown(compiled.text, holding),
    )


def _shown(parts: Sequence[Part], holding: frozenset[str]) -> tuple[bytes | Slot, ...]:
    """Return the parts outside gates and inside those that are open, neighbouring literals joined."""
    found: list[bytes | Slot] = []
    gates: list[bool] = []
    for part in parts:
        if isinstance(part, Gate):
            gates.append((part.rule in holding) == part.shown)
        elif isinstance(part, End):
            gates.pop()
        elif all(gates):
            if isinstance(part, Slot):
                found.append(part)
            elif found and isinstance(found[-1], bytes):
                found[-1] += part.encode()
            else:
                found.append(part.encode())
    return tuple(found)


def _html(slot: Slot, given: Mapping[str, str], values: Values, compiled: CompiledMail) -> bytes:
    if slot.kind == "pixel":
        if not values.pixel:
            return b""
        address = escape(values.pixel)
        return f'<img src="{address}" width="1" height="1" alt="" style="display:block;border:0">'.encode()
    text = _value(slot, given, values, compiled)
    return (escape(text) + slot.tail if text else "").encode()


def _text(slot: Slot, given: Mapping[str, str], values: Values, compiled: CompiledMail) -> str:
    text = _value(slot, given, values, compiled)
    return text + slot.tail if text else ""


def _value(slot: Slot, given: Mapping[str, str], values: Values, compiled: CompiledMail) -> str:
    if slot.kind == "link":
        return values.links[slot.number] if values.links else compiled.links[slot.number].url
    return given.get(slot.key) or slot.default
