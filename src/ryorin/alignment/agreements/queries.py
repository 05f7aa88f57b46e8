"""How each promise stands in a period, and the hand-offs behind every number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from ryorin.alignment.agreements.models import Agreement, Promise, PromiseKind
from ryorin.alignment.agreements.rules import SIDE_OF, Progress, Standing, progress, share_elapsed
from ryorin.alignment.definitions.models import Side
from ryorin.alignment.handoffs.models import Handoff, HandoffQuerySet, HandoffState
from ryorin.alignment.handoffs.queries import business_time
from ryorin.conditions.to_orm import among
from ryorin.lib import clock
from ryorin.lib.fiscal import Period, period_of, previous
from ryorin.sales.activities.models import Activity, ActivityKind
from ryorin.workspace.organisation.queries import current

CONTACTS = (ActivityKind.CALL, ActivityKind.VISIT, ActivityKind.MEETING, ActivityKind.MAIL)
PERIODS_SHOWN = 4


@dataclass(frozen=True)
class Watched:
    """A promise in one period with how it stands."""

    promise: Promise
    period: Period
    progress: Progress

    @property
    def side(self) -> Side:
        return SIDE_OF[PromiseKind(self.promise.kind)]

    @property
    def is_bad(self) -> bool:
        return self.progress.standing in (Standing.BEHIND, Standing.BROKEN)


def active() -> Agreement | None:
    """Return the agreement that counts now."""
    return with_signers(Agreement.objects.active()).order_by("-version").first()


def proposal() -> Agreement | None:
    """Return the agreement that waits for signatures."""
    return with_signers(Agreement.objects.proposed()).order_by("-version").first()


def with_signers(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Return agreements with who proposed and signed them, and what they promise."""
    who = ("proposed_by", "signed_by_marketing", "signed_by_sales")
    return rows.select_related(*who).prefetch_related("promises__team")


def period_at(agreement: Agreement, day: date) -> Period:
    """Return the month or quarter of the agreement that the day lies in."""
    grain = "quarter" if agreement.rhythm == "quarter" else "month"
    return period_of(day, grain=grain, start_month=current().fiscal_start_month)  # type: ignore[arg-type]


def recent_periods(agreement: Agreement, *, today: date, count: int = PERIODS_SHOWN) -> list[Period]:
    """Return the running period and those before, newest first, none that ended before the agreement began."""
    periods: list[Period] = []
    period = period_at(agreement, today)
    began = (agreement.active_from or clock.now()).astimezone(ZoneInfo(current().time_zone)).date()
    while len(periods) < count and period.end > began:
        periods.append(period)
        period = previous(period)
    return periods or [period_at(agreement, today)]


def watched(agreement: Agreement, period: Period, *, today: date) -> list[Watched]:
    """Return how every promise of the agreement stands in the period."""
    return [Watched(promise, period, standing_of(promise, period, today=today)) for promise in agreement.promises.all()]


def standing_of(promise: Promise, period: Period, *, today: date) -> Progress:
    """Return how one promise stands in the period."""
    met, missed = cases(promise, period)
    done = met.count()
    return progress(
        promise.kind, promise.value, met=done, base=done + missed.count(), elapsed=share_elapsed(period, today)
    )


def today_here() -> date:
    """Return the day it is at the company."""
    return clock.today(current().time_zone)


def cases(promise: Promise, period: Period) -> tuple[HandoffQuerySet, HandoffQuerySet]:
    """Return the hand-offs of the period that keep the promise, and those that break it; undecided ones are neither."""
    start, end = bounds(period)
    rows = Handoff.objects.filter(team=promise.team_id) if promise.team_id else Handoff.objects.all()
    offered = rows.filter(offered_at__gte=start, offered_at__lt=end)
    answered = rows.answered().filter(answered_at__gte=start, answered_at__lt=end)
    match promise.kind:
        case PromiseKind.VOLUME:
            return offered, rows.none()
        case PromiseKind.QUALITY:
            return answered.filter(state=HandoffState.ACCEPTED), answered.sent_back()
        case PromiseKind.ANSWER:
            return _by_answer(offered, promise.hours or 0)
        case _:
            return _by_contact(answered.filter(state=HandoffState.ACCEPTED), promise.hours or 0)


def bounds(period: Period) -> tuple[datetime, datetime]:
    """Return the first moment of the period at the company, and the first after it."""
    zone = ZoneInfo(current().time_zone)
    return datetime.combine(period.start, time(), zone), datetime.combine(period.end, time(), zone)


def troubles() -> list[Watched]:
    """Return the promises that are behind now, or were broken in the period before; for home and the menu."""
    agreement = active()
    if agreement is None:
        return []
    today = today_here()
    periods = recent_periods(agreement, today=today, count=2)
    return [each for period in periods for each in watched(agreement, period, today=today) if each.is_bad]


def _by_answer(rows: HandoffQuerySet, hours: int) -> tuple[HandoffQuerySet, HandoffQuerySet]:
    """Split hand-offs by whether they were answered within so many business hours; who may still do it is left out."""
    office, now = business_time(), clock.now()
    waiting = rows.waiting().order_by().values_list("pk", "offered_at")
    late = [pk for pk, at in waiting.iterator() if office.between(at, now) > hours]
    answered = rows.answered()
    met = answered.filter(answer_hours__lte=hours)
    return met, rows.filter((~Q(state=HandoffState.WAITING) & Q(answer_hours__gt=hours)) | among("pk", late))


def _by_contact(rows: HandoffQuerySet, hours: int) -> tuple[HandoffQuerySet, HandoffQuerySet]:
    """Split accepted hand-offs by whether sales spoke or wrote to the lead within so many business hours."""
    office, now = business_time(), clock.now()
    met, missed = [], []
    for pk, accepted, contact in _with_contact(rows):
        taken = office.between(accepted, contact or now)
        if contact is not None and taken <= hours:
            met.append(pk)
        elif taken > hours:
            missed.append(pk)
    return rows.filter(among("pk", met)), rows.filter(among("pk", missed))


def _with_contact(rows: HandoffQuerySet) -> Iterator[tuple[int, datetime, datetime | None]]:
    """Yield (hand-off, accepted at, first contact after the offer)."""
    ours = Activity.objects.filter(kind__in=CONTACTS, at__gte=OuterRef("offered_at")).order_by()
    first_at = {
        name: Subquery(ours.filter(**{name: OuterRef(name)}).values(name).annotate(first=Min("at")).values("first"))
        for name in ("deal", "person")
    }
    found = rows.order_by().annotate(by_deal=first_at["deal"], by_person=first_at["person"])
    for pk, accepted, *contacts in found.values_list("pk", "answered_at", "by_deal", "by_person").iterator():
        known = [at for at in contacts if at is not None]
        yield pk, accepted, min(known) if known else None
