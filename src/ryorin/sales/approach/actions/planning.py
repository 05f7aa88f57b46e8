from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from ryorin.conditions.parser import to_json
from ryorin.lib import clock
from ryorin.sales.approach.actions.outcomes import prepare_outcomes
from ryorin.sales.approach.errors import ListGone, PeriodBackwards
from ryorin.sales.approach.models import About, ApproachList, Method
from ryorin.sales.approach.queries.asking import asked
from ryorin.sales.deals.rules import checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGEABLE = frozenset(
    {
        "name", "team", "starts_on", "ends_on", "script", "goal", "quiet_days", "skips_open_deals", "retry_hours",
        "retry_limit", "is_consumer", "goods", "purpose", "campaign_id", "piece_cost",
    }
)  # fmt: skip


@transaction.atomic
def create_list(
    *,
    by: Member | None,
    name: str,
    method: str = Method.CALL,
    about: str = About.PERSON,
    condition: Any = None,
    callers: Iterable[Member] = (),
    owner: Member | None = None,
    **fields: Any,
) -> ApproachList:
    """This function will make an empty list; `condition` says who belongs on it, None that they are chosen by hand."""
    require(by, "approach.plan")
    prepare_outcomes()
    if condition is not None:
        condition = to_json(asked(condition, about=About(about)))
    values = _values({"name": name, **fields})
    now = clock.now()
    row = ApproachList.objects.create(
        **values,
        method=Method(method),
        about=About(about),
        condition=condition,
        owner=owner or by,
        matched_at=now,
        created_at=now,
        updated_at=now,
    )
    row.callers.set(callers)
    audit.record("approach_list_created", "approach_list", row.pk, by=by, name=row.name, method=row.method)
    return row


@transaction.atomic
def change_list(
    row: ApproachList,
    *,
    by: Member | None,
    version: int | None,
    callers: Collection[Member] | None = None,
    **fields: Any,
) -> ApproachList:
    """This function will change the named fields and, where given, who works on the list."""
    require(by, "approach.plan")
    row = locked(row, version)
    values = _values({"starts_on": row.starts_on, "ends_on": row.ends_on} | fields)
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    if callers is not None:
        before, after = set(row.callers.values_list("pk", flat=True)), {one.pk for one in callers}
        if before != after:
            row.callers.set(callers)
            changes["callers"] = [sorted(before), sorted(after)]
    if not changes:
        return row
    for name, (_old, value) in changes.items():
        if name != "callers":
            setattr(row, name, value)
    _save(row, *(changes.keys() - {"callers"}))
    said = {name: [_said(old), _said(new)] for name, (old, new) in changes.items()}
    audit.record("approach_list_changed", "approach_list", row.pk, by=by, **said)
    return row


def close_list(row: ApproachList, *, by: Member | None) -> ApproachList:
    """This function will end the work on a list; what was done stays."""
    return _set_open(row, False, by=by)


def reopen_list(row: ApproachList, *, by: Member | None) -> ApproachList:
    """This function will let people work on an ended list again."""
    return _set_open(row, True, by=by)


def locked(row: ApproachList, version: int | None = None) -> ApproachList:
    """Return the list's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    found: ApproachList | None = ApproachList.objects.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise ListGone()
    if version is not None and found.version != version:
        raise StaleRecord()
    return found


@transaction.atomic
def _set_open(row: ApproachList, is_open: bool, *, by: Member | None) -> ApproachList:
    require(by, "approach.plan")
    row = locked(row)
    if row.is_open == is_open:
        return row
    row.is_open = is_open
    _save(row, "is_open")
    action = "approach_list_reopened" if is_open else "approach_list_closed"
    audit.record(action, "approach_list", row.pk, by=by, name=row.name)
    return row


def _values(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not changeable here: {', '.join(sorted(unknown))}")
    values = checked(ApproachList, fields)
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and ends and ends < starts:
        raise PeriodBackwards()
    return values


def _save(row: ApproachList, *columns: str) -> None:
    row.version += 1
    row.updated_at = clock.now()
    row.save(update_fields=[*columns, "version", "updated_at"])


def _said(value: Any) -> Any:
    """Return a value as the trail keeps it: records by their name."""
    return str(value) if hasattr(value, "pk") else value
