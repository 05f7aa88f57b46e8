from datetime import date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db import transaction

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.activities.errors import ActivityGone, NobodyTookPart
from ryorin.sales.activities.models import Activity
from ryorin.sales.activities.rules import checked_moment, known_kind
from ryorin.sales.deals.actions import change_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.rules import checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.actions import add_task

CHANGEABLE = frozenset({"at", "minutes", "subject", "body", "outcome"})
END_OF_WORK = time(18)


@transaction.atomic
def log_activity(
    kind: str,
    *,
    by: Member | None,
    at: datetime | None = None,
    person: Person | None = None,
    company: Company | None = None,
    deal: Deal | None = None,
    subject: str = "",
    body: str = "",
    minutes: int | None = None,
    outcome: str = "",
    next_action: str = "",
    next_action_on: date | None = None,
    owner: Member | None = None,
) -> Activity:
    """This function will keep what was done with a customer; the next action goes to the open deal or the task list."""
    require(by, "activities.change")
    person = person or (deal.person if deal else None)
    company = company or (deal.company if deal else None) or (person.company if person else None)
    if person is None and company is None and deal is None:
        raise NobodyTookPart()
    now = clock.now()
    moment = checked_moment(at or now, now=now)
    values = checked(
        Activity, {"kind": known_kind(kind), "subject": subject, "body": body, "outcome": outcome, "minutes": minutes}
    )
    owner = owner or by
    activity = Activity.objects.create(
        **values, at=moment, person=person, company=company, deal=deal, owner=owner, created_at=now, updated_at=now
    )
    if next_action.strip() or next_action_on:
        _plan(activity, next_action.strip(), next_action_on, by=by)
    audit.record("activity_logged", "activity", activity.pk, by=by, kind=kind, subject=activity.subject)
    if person is not None or company is not None:
        activity.touchpoint = timeline.record(
            activity.kind,
            source="activities",
            at=moment,
            person_id=person.pk if person else None,
            company_id=company.pk if company else None,
            by=owner,
            channel="rep",
            properties=_told(activity),
        )
        activity.save(update_fields=["touchpoint"])
    return activity


@transaction.atomic
def change_activity(activity: Activity, *, by: Member | None, **fields: Any) -> Activity:
    """This function will correct what was kept of an activity; the timeline keeps what was first told."""
    require(by, "activities.change")
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not changeable here: {', '.join(sorted(unknown))}")
    row = Activity.objects.select_for_update().filter(pk=activity.pk).first()
    if row is None:
        raise ActivityGone()
    if "at" in fields:
        fields["at"] = checked_moment(fields["at"], now=clock.now())
    values = checked(Activity, fields)
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    if not changes:
        return row
    for name, (_old, value) in changes.items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    row.save(update_fields=[*changes, "updated_at"])
    audit.record("activity_changed", "activity", row.pk, by=by, **changes)
    return row


@transaction.atomic
def delete_activity(activity: Activity, *, by: Member | None) -> AuditEntry:
    """This function will delete an activity entered by mistake and return the entry it can come back from."""
    require(by, "activities.change")
    return delete(activity, record_type="activity", by=by)


@transaction.atomic
def restore_activity(entry: AuditEntry, *, by: Member | None) -> Activity:
    """This function will bring a deleted activity back."""
    require(by, "activities.change")
    if entry.action != "activity_deleted":
        raise ActivityGone()
    return cast(Activity, restore(entry, by=by))


def _plan(activity: Activity, title: str, day: date | None, *, by: Member | None) -> None:
    """This function will put the next action where its owner looks for it: on the open deal, else on the task list."""
    deal = activity.deal
    if deal is not None and may(by, "deals.change") and Deal.objects.open().filter(pk=deal.pk).exists():
        change_deal(deal, by=by, version=None, next_action=title or activity.get_kind_display(), next_action_on=day)
        return
    about = _about(activity)
    due_at = datetime.combine(day, END_OF_WORK, tzinfo=ZoneInfo(current().time_zone)) if day else None
    add_task(title=title or activity.get_kind_display(), owner=activity.owner, by=by, due_at=due_at, about=about)


def _about(activity: Activity) -> tuple[str, int, str] | None:
    """Return the record a follow-up task belongs to: the person, else the company, else the deal."""
    for record_type, record in (
        ("person", activity.person),
        ("company", activity.company),
        ("deal", activity.deal),
    ):
        if record is not None:
            return record_type, record.pk, record.name
    return None


def _told(activity: Activity) -> dict[str, Any]:
    """Return what the timeline shows of an activity: only what was filled in."""
    said = {
        "activity_id": activity.pk,
        "deal_id": activity.deal_id,
        "subject": activity.subject,
        "note": activity.body[:4000],
        "outcome": activity.outcome,
        "minutes": activity.minutes,
    }
    return {name: value for name, value in said.items() if value not in (None, "")}
