"""How other parts of the house say that they use a segment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from ryorin.conditions.fields import Label


@dataclass(frozen=True)
class Use:
    """One record that uses a segment, with the name of its page."""

    label: str
    url: str
    pk: int


@dataclass(frozen=True, kw_only=True)
class SegmentUse:
    """What a leaf declares in `SEGMENT_USES` of its fields.py: what its records are called, and which use a segment."""

    label: Label
    find: Callable[[int], Iterable[Use]]


@cache
def declared_uses() -> tuple[SegmentUse, ...]:
    """Return what the leaves declare, in the order of the floors."""
    found: list[SegmentUse] = []
    for app in apps.get_app_configs():
        module = f"{app.name}.fields"
        if app.name.startswith("ryorin.") and find_spec(module) is not None:
            found += getattr(import_module(module), "SEGMENT_USES", ())
    return tuple(found)


def names_segment(condition: Any, segment: int) -> bool:
    """Return whether a stored condition, in JSON, asks about the segment."""
    if isinstance(condition, dict):
        return condition.get("segment") == segment or any(names_segment(part, segment) for part in condition.values())
    return isinstance(condition, list) and any(names_segment(part, segment) for part in condition)
