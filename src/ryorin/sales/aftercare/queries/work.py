"""What is to do after sales, how well it is done, what customers say."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, Count, Q

from ryorin.lib import clock
from ryorin.sales.aftercare.models import (
    FollowUp,
    FollowUpState,
    FollowUpStep,
    QuietCustomer,
    Satisfaction,
    StepQuerySet,
)
from ryorin.sales.aftercare.rules import done_rate
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

PAGE = 50
LOOKED_BACK = 30
ASKED_BACK = 90
SOON = 7
WHEN = ("overdue", "soon", "later", "all")


@dataclass(frozen=True, slots=True)
class Figures:
    """How after-follow stands: steps overdue and due soon, how many of the last month's were done, what was said."""

    overdue: int
    soon: int
    running: int
    done: int
    due: int
    rate: float | None
    satisfaction: float | None
    answers: int
    quiet: int


def figures(member: Member, *, mine: bool) -> Figures:
    """Return the figures of what the member sees, or only of what is theirs to do."""
    today = clock.today(current().time_zone)
    steps = own(FollowUpStep.objects.visible_to(member), member, mine)
    waiting = steps.waiting()
    passed = steps.filter(due_on__gte=today - timedelta(days=LOOKED_BACK), due_on__lt=today)
    passed = passed.exclude(follow_up__state=FollowUpState.STOPPED, done_at__isnull=True)
    counts = passed.aggregate(
        due=Count("pk"),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        skipped=Count("pk", filter=Q(is_skipped=True)),
    )
    since = clock.now() - timedelta(days=ASKED_BACK)
    asked = Satisfaction.objects.visible_to(member).filter(at__gte=since)
    said = asked.aggregate(mean=Avg("score"), count=Count("pk"))
    runs = FollowUp.objects.visible_to(member).filter(state=FollowUpState.RUNNING)
    return Figures(
        overdue=waiting.filter(due_on__lt=today).count(),
        soon=waiting.filter(due_on__gte=today, due_on__lte=today + timedelta(days=SOON)).count(),
        running=(runs.filter(owner=member) if mine else runs).count(),
        done=counts["done"],
        due=counts["due"],
        rate=done_rate(counts["done"], counts["skipped"], counts["due"]),
        satisfaction=said["mean"],
        answers=said["count"],
        quiet=QuietCustomer.objects.visible_to(member).filter(is_long_gone=False).count(),
    )


def steps_due(
    member: Member, *, when: str, mine: bool, after: tuple[date, int] | None = None
) -> tuple[list[FollowUpStep], str]:
    """Return the waiting steps in order of their day, and the key to go on after; "" at the end."""
    today = clock.today(current().time_zone)
    rows = own(FollowUpStep.objects.visible_to(member), member, mine).waiting()
    match when:
        case "overdue":
            rows = rows.filter(due_on__lt=today)
        case "soon":
            rows = rows.filter(due_on__gte=today, due_on__lte=today + timedelta(days=SOON))
        case "later":
            rows = rows.filter(due_on__gt=today + timedelta(days=SOON))
    if after is not None:
        day, pk = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk))
    related = ("follow_up__person", "follow_up__company", "owner")
    found = list(rows.order_by("due_on", "pk").select_related(*related)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.due_on.isoformat()}_{last.pk}" if last else ""


def runs_about(member: Member, *, person_id: int | None = None, company_id: int | None = None) -> list[FollowUp]:
    """Return the plans that run or ran for a customer, running ones first, with their steps."""
    rows = FollowUp.objects.visible_to(member)
    rows = rows.filter(person_id=person_id) if person_id else rows.filter(company_id=company_id or 0)
    found = rows.order_by("-state", "-started_on", "-pk").prefetch_related("steps")[:5]
    return sorted(found, key=lambda run: run.state != FollowUpState.RUNNING)


def satisfaction_of(
    member: Member, *, person_id: int | None = None, company_id: int | None = None
) -> list[Satisfaction]:
    """Return what a customer said last about how content they are."""
    rows = Satisfaction.objects.visible_to(member)
    rows = rows.filter(person_id=person_id) if person_id else rows.filter(company_id=company_id or 0)
    return list(rows.select_related("person", "owner")[:5])


def own(rows: StepQuerySet, member: Member, mine: bool) -> StepQuerySet:
    return rows.filter(owner=member) if mine else rows
