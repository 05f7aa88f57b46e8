from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib.ids import new_id
from ryorin.lib.rows import insert_rows

COLUMNS = (
    "uid", "at", "kind", "person_id", "visitor", "company_id", "channel", "campaign_id", "member_id", "value",
    "verdict", "source", "properties",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = dict.fromkeys(COLUMNS) | {
    "visitor": "", "channel": "", "verdict": "human", "properties": "{}",
}  # fmt: skip
_values = itemgetter(*COLUMNS)


def write_inbox(touchpoints: Iterable[Mapping[str, Any]]) -> None:
    """This function will write many touchpoints whose kind was checked before, given as columns of the inbox.

    `properties` is JSON text; one whose `uid` waits there already stays as it is.
    """
    rows = []
    for touchpoint in touchpoints:
        row = {**_DEFAULTS, **touchpoint}
        row["uid"] = row["uid"] or new_id(row["at"])
        rows.append(_values(row))
    insert_rows(InboxTouchpoint, COLUMNS, rows, ignore_conflicts=True)
