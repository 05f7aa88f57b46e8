"""Making the archives of personal data that were asked for: the rows, and what history knows."""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ryorin.customers.privacy.actions.exporting import make_export, remove_old_exports
from ryorin.customers.privacy.models import ExportState, PersonalExport
from ryorin.customers.privacy.queries.archive import Table
from ryorin.customers.timeline.rules import KINDS
from ryorin.insight.lake.queries.people import touchpoints_of

COLUMNS = ("at", "kind", "visitor", "channel", "source", "value", "properties")


def make_exports() -> int:
    """This function will make every archive that was asked for, remove those whose time is over, and count the made."""
    made = 0
    for export in PersonalExport.objects.filter(state=ExportState.WAITING).select_related("person", "asked_by"):
        try:
            make_export(export, further=history_of(export.person_id))
        except (OSError, ValueError) as error:
            problem = {"state": ExportState.FAILED, "problem": str(error)[:300]}
            PersonalExport.objects.filter(pk=export.pk).update(**problem)
        made += 1
    remove_old_exports()
    return made


def history_of(person_id: int) -> Iterator[Table]:
    """Yield what the person did, as history knows it: what machines did is left out."""
    rows = sorted(touchpoints_of([person_id], COLUMNS), key=lambda row: row["at"])
    if rows:
        told = [
            {name: row[name] for name in COLUMNS}
            | {"kind": str(KINDS[row["kind"]].label) if row["kind"] in KINDS else row["kind"]}
            | {"properties": json.loads(row["properties"] or "{}")}
            for row in rows
        ]
        yield Table("touchpoints", _("接点の履歴"), told)
