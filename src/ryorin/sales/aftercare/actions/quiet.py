"""Noticing who has gone quiet, once a day, and planning a call."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.aftercare.errors import NotQuietAnyMore
from ryorin.sales.aftercare.models import QuietCustomer, QuietLook
from ryorin.sales.aftercare.queries.quiet import Look, Quiet, orders_version, quiet_in_history
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import closed_days, current
from ryorin.workspace.tasks.actions import add_task
from ryorin.workspace.tasks.models import Task

AT_ONCE = 500
END_OF_WORK = time(18)
COLUMNS = (
    "person_id", "company_id", "owner_id", "orders", "last_on", "quiet_since", "usual_days", "long_days",
    "is_own_rhythm", "is_long_gone", "value", "seen_on",
)  # fmt: skip


def look_for_quiet() -> int | None:
    """This function will look at all customers once a day and return how many are quiet; None where it did so today."""
    company = current()
    today = clock.today(company.time_zone)
    if QuietLook.objects.filter(day=today).exists():
        return None
    version = orders_version()
    look = quiet_in_history(today, currency=company.currency, tz=company.time_zone)
    rows = rows_of(look.found, today)
    write(rows, look, today, version)
    return len(rows)


def rows_of(found: Sequence[Quiet], today: date) -> list[QuietCustomer]:
    """Return the quiet customers that are still there as rows, each with whose customer it is."""
    owners = {
        "company_id": owners_of(Company, [one.company_id for one in found if one.company_id]),
        "person_id": owners_of(Person, [one.person_id for one in found if one.person_id]),
    }
    rows = []
    for one in found:
        name, pk = ("company_id", one.company_id) if one.company_id else ("person_id", one.person_id)
        if pk is None or pk not in owners[name]:
            continue
        rows.append(
            QuietCustomer(
                key=f"{name.removesuffix('_id')}:{pk}",
                person_id=one.person_id,
                company_id=one.company_id,
                owner_id=owners[name][pk],
                orders=one.days,
                last_on=one.last_on,
                quiet_since=one.last_on + timedelta(days=int(one.long_days) + 1),
                usual_days=one.usual_days,
                long_days=one.long_days,
                is_own_rhythm=one.is_own_rhythm,
                is_long_gone=one.is_long_gone,
                value=one.value,
                seen_on=today,
            )
        )
    return rows


@transaction.atomic
def write(rows: list[QuietCustomer], look: Look, today: date, version: str) -> None:
    """This function will put the rows in the place of those of the day before; tasks planned for a customer stay."""
    names = [name.removesuffix("_id") for name in COLUMNS]
    for start in range(0, len(rows), AT_ONCE):
        QuietCustomer.objects.bulk_create(
            rows[start : start + AT_ONCE], update_conflicts=True, unique_fields=["key"], update_fields=names
        )
    kept = {row.key for row in rows}
    stale = [pk for pk, key in QuietCustomer.objects.values_list("pk", "key") if key not in kept]
    for start in range(0, len(stale), AT_ONCE):
        QuietCustomer.objects.filter(pk__in=stale[start : start + AT_ONCE]).delete()
    values = {"customers": look.customers, "quiet": look.quiet, "long_gone": look.long_gone, "value": look.value}
    QuietLook.objects.update_or_create(day=today, defaults={**values, "history": version, "at": clock.now()})


@transaction.atomic
def plan_call(row: QuietCustomer, *, by: Member) -> Task:
    """This function will put a call to a quiet customer onto a task list, for its owner else for who asks; once."""
    require(by, "tasks.change")
    found = QuietCustomer.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise NotQuietAnyMore()
    if found.task_id and (task := Task.objects.open().filter(pk=found.task_id).first()):
        return task
    customer: tuple[str, int, str] | None = None
    if found.company is not None:
        customer = ("company", found.company.pk, found.company.name)
    elif found.person is not None:
        customer = ("person", found.person.pk, found.person.name)
    zone = ZoneInfo(current().time_zone)
    day = add_business_days(clock.now().astimezone(zone).date(), 1, closed=closed_days())
    task = add_task(
        title=_("ご無沙汰のお客さまに連絡する"),
        owner=found.owner or by,
        by=by,
        due_at=datetime.combine(day, END_OF_WORK, tzinfo=zone),
        about=customer,
        why=_("いつもは%(usual)s日ごとの注文が、%(day)sから途絶えています。")
        % {"usual": round(found.usual_days), "day": found.last_on.isoformat()},
    )
    found.task_id = task.pk
    found.save(update_fields=["task_id"])
    audit.record("quiet_call_planned", "quiet_customer", found.pk, by=by, about=customer)
    return task


def owners_of(model: type[Company] | type[Person], ids: list[int]) -> dict[int, int | None]:
    """Return whose each of the records is; those that are gone are left out."""
    found: dict[int, int | None] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = model._default_manager.filter(pk__in=ids[start : start + AT_ONCE])
        found |= dict(rows.values_list("pk", "owner_id"))
    return found
