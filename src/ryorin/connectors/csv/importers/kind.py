from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ryorin.conditions.fields import RecordType
from ryorin.connectors.csv.jobs import Job, Outcome, Prepared
from ryorin.connectors.csv.targets import Target
from ryorin.connectors.csv.values import World

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How records of one type are imported.

    `prepare` is pure and may run in another process; `write` takes the groups of one transaction, as a rule one line
    each, or all lines that share the `group_by` target, and answers with one outcome per group.
    """

    plural: str
    record_type: RecordType
    verb: str
    targets: Callable[[], list[Target]]
    prepare: Callable[[Values, World], Values]
    write: Callable[[Sequence[list[Prepared]], Job], list[Outcome]]
    keys: tuple[str, ...]
    related: tuple[str, ...] = ()
    created_by_default: tuple[str, ...] = ()
    plain: frozenset[str] = frozenset()  # targets whose text the record's own rules read
    group_by: str = ""
    chunk: int = 1_000  # groups in one transaction
    constants: tuple[str, ...] = ()  # what a page offers to fill in for all lines alike
    needs: tuple[tuple[str, ...], ...] = ()  # of each group of targets, one has to be mapped
