"""What a leaf keeps about a person, and what becomes of it when the person is erased: the words for `personal.py`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise


class OnErasure(StrEnum):
    """What becomes of rows about an erased person."""

    REMOVED = "removed"  # the rows go
    UNLINKED = "unlinked"  # the rows stay as figures, without the person and without what names them
    KEPT = "kept"  # the rows stay as they are, because a law says so; `why` says which


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """Rows of one model that are about a person, found by `person` (a path, or the name of a column with their id).

    `cleared` are columns set to these values when rows are unlinked; `why` is shown beside what stays.
    `files` are the columns that lead to a kept file.
    """

    model: str
    label: str | Promise
    on_erasure: OnErasure
    person: str = "person"
    cleared: dict[str, Any] = field(default_factory=dict)
    why: str | Promise = ""
    files: tuple[str, ...] = ()
    is_exported: bool = True
