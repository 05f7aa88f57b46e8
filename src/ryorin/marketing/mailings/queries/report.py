"""What came of a mailing: counts, links, providers, refusals, over time, and what its readers did next."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncHour

from ryorin.insight.lake.queries import sql
from ryorin.lib import clock
from ryorin.marketing.mailings.models import (
    Bounce,
    MailEvent,
    Mailing,
    MailLink,
    Recipient,
    RecipientQuerySet,
    RecipientState,
)
from ryorin.marketing.mailings.rules.reasons import why

AFTER_DAYS = 30
GOALS = ("form_submitted", "handoff_accepted", "deal_opened", "deal_won")
HUMAN = Q(clicks__verdict="human")
WENT = (RecipientState.SENT, RecipientState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a mailing's recipients stand where; opened and clicked count people, not machines."""

    total: int = 0
    waiting: int = 0
    sent: int = 0
    uncertain: int = 0
    failed: int = 0
    suppressed: int = 0
    skipped: int = 0
    delivered: int = 0
    opened: int = 0
    machine_opened: int = 0
    clicked: int = 0
    machine_clicked: int = 0
    unsubscribed: int = 0
    hard: int = 0
    soft: int = 0
    complaints: int = 0

    @property
    def went(self) -> int:
        return self.sent + self.uncertain

    @property
    def mailed(self) -> int:
        """Everybody who is not set apart beforehand."""
        return self.total - self.suppressed - self.skipped

    @property
    def done_percent(self) -> int:
        return round((self.mailed - self.waiting) / self.mailed * 100) if self.mailed else 100

    def rate(self, name: str) -> float | None:
        """Return a count as a share of the delivered, None before anything was."""
        return getattr(self, name) / self.delivered if self.delivered else None


WHAT: dict[str, Q] = {
    "total": Q(),
    "waiting": Q(state__in=(RecipientState.WAITING, RecipientState.LEASED)),
    "sent": Q(state=RecipientState.SENT),
    "uncertain": Q(state=RecipientState.UNCERTAIN),
    "failed": Q(state=RecipientState.FAILED),
    "suppressed": Q(state=RecipientState.SUPPRESSED),
    "skipped": Q(state=RecipientState.SKIPPED),
    "delivered": Q(state__in=WENT) & ~Q(bounce__in=(Bounce.HARD, Bounce.SOFT)),
    "opened": Q(opened_at__isnull=False),
    "machine_opened": Q(opened_at__isnull=True, machine_opened_at__isnull=False),
    "clicked": Q(clicked_at__isnull=False),
    "machine_clicked": Q(clicked_at__isnull=True, machine_clicked_at__isnull=False),
    "unsubscribed": Q(unsubscribed_at__isnull=False),
    "hard": Q(bounce=Bounce.HARD),
    "soft": Q(bounce=Bounce.SOFT),
    "complaints": Q(bounce=Bounce.COMPLAINT),
}


def tally_of(mailing: Mailing) -> Tally:
    """Return the counts as they were last taken."""
    known = {field.name for field in fields(Tally)}
    return Tally(**{name: count for name, count in mailing.tally.items() if name in known})


def count(rows: QuerySet[Recipient]) -> Tally:
    """Return the counts of these recipients, in one pass."""
    counted: dict[str, Any] = rows.order_by().aggregate(
        **{name: Count("pk", filter=condition) if condition else Count("pk") for name, condition in WHAT.items()}
    )
    return Tally(**counted)


def recipients(mailing: Mailing, what: str) -> RecipientQuerySet:
    """Return the recipients behind one count."""
    return Recipient.objects.filter(WHAT.get(what, Q()), mailing=mailing)


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link of a mailing: how many people and how many machines followed it."""

    link: MailLink
    people: int
    machines: int
    percent: float  # of the most followed one


def links_of(mailing: Mailing) -> list[LinkLine]:
    """Return the mailing's links, the most followed first."""
    rows = mailing.links.annotate(
        people=Count("clicks__recipient", filter=HUMAN, distinct=True),
        machines=Count("clicks__recipient", filter=Q(clicks__verdict="machine"), distinct=True),
    ).order_by("-people", "pk")
    most = max((row.people for row in rows), default=0)
    return [LinkLine(row, row.people, row.machines, row.people / most * 100 if most else 0) for row in rows]


@dataclass(frozen=True, slots=True)
class DomainLine:
    """How one receiving domain treated a mailing."""

    domain: str
    sent: int
    opened: int
    bounced: int
    waiting: int


def domains_of(mailing: Mailing, *, most: int = 20) -> list[DomainLine]:
    """Return the domains with the most recipients."""
    rows = (
        Recipient.objects.filter(mailing=mailing)
        .exclude(state__in=(RecipientState.SUPPRESSED, RecipientState.SKIPPED))
        .order_by()
        .values("domain")
        .annotate(
            n=Count("pk"),
            sent=Count("pk", filter=Q(state__in=WENT)),
            opened=Count("pk", filter=Q(opened_at__isnull=False)),
            bounced=Count("pk", filter=Q(bounce__in=(Bounce.HARD, Bounce.SOFT)) | Q(state=RecipientState.FAILED)),
            waiting=Count("pk", filter=WHAT["waiting"]),
        )
        .order_by("-n")[:most]
    )
    return [DomainLine(row["domain"], row["sent"], row["opened"], row["bounced"], row["waiting"]) for row in rows]


def reasons_of(mailing: Mailing, *, most: int = 20) -> list[tuple[str, str, int]]:
    """Return (state, reason in words, how many) of those who got nothing, or whose mail came back."""
    rows = (
        Recipient.objects.filter(mailing=mailing)
        .exclude(answer="")
        .filter(~Q(state=RecipientState.SENT) | ~Q(bounce=""))
        .order_by()
        .values("state", "answer")
        .annotate(n=Count("pk"))
        .order_by("-n")[:most]
    )
    labels = dict(RecipientState.choices)
    return [(str(labels[row["state"]]), why(row["answer"]), row["n"]) for row in rows]


def over_time(mailing: Mailing, *, zone: Any) -> list[tuple[datetime, int, int]]:
    """Return (hour, people who opened first, people who clicked first) of the first days after the start."""
    rows = Recipient.objects.filter(mailing=mailing).order_by()
    found: dict[datetime, list[int]] = {}
    for place, column in enumerate(("opened_at", "clicked_at")):
        hours = rows.exclude(**{column: None}).annotate(hour=TruncHour(column, tzinfo=zone)).values("hour")
        for row in hours.annotate(n=Count("pk")).order_by("hour")[: 24 * 14]:
            found.setdefault(row["hour"], [0, 0])[place] = row["n"]
    return [(hour, *found[hour]) for hour in sorted(found)]  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a mailing goes, and when it will be done at that pace."""

    per_minute: float
    minutes_left: float | None
    next_at: datetime | None  # when nothing is due now: the earliest that will be


def pace_of(mailing: Mailing, tally: Tally) -> Pace:
    """Return the pace of the last two minutes."""
    now = clock.now()
    lately = Recipient.objects.filter(mailing=mailing, sent_at__gt=now - timedelta(minutes=2)).order_by()
    row = lately.aggregate(n=Count("pk"), first=Min("sent_at"), last=Max("sent_at"))
    seconds = max((row["last"] - row["first"]).total_seconds(), 1.0) if row["n"] else 1.0
    rate = row["n"] / seconds * 60 if row["n"] else 0.0
    next_at = None
    if tally.waiting and not row["n"]:
        waiting = Recipient.objects.filter(mailing=mailing, state=RecipientState.WAITING, due_at__gt=now)
        next_at = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    return Pace(rate, tally.waiting / rate if rate else None, next_at)


def what_followed(mailing: Mailing, *, days: int = AFTER_DAYS) -> dict[str, list[int]]:
    """Return for each goal the people who reached it within so many days after their mail, as history knows it."""
    rows = sql(
        "SELECT DISTINCT g.kind, g.person_id FROM {touchpoints} g JOIN {touchpoints} m ON m.person_id = g.person_id"
        f" WHERE m.kind = 'mail_sent' AND m.source = 'mailing:{int(mailing.pk)}'"
        f" AND g.kind IN ({', '.join(repr(goal) for goal in GOALS)})"
        f" AND g.at >= m.at AND g.at < m.at + INTERVAL {int(days)} DAY",
        "touchpoints",
    ).fetchall()
    found: dict[str, list[int]] = {goal: [] for goal in GOALS}
    for kind, person in rows:
        found[kind].append(person)
    return found


def people_with_events(mailing: Mailing, link: int, *, verdict: str) -> RecipientQuerySet:
    """Return the recipients who followed one link."""
    events = MailEvent.objects.filter(link=link, link__mailing=mailing, verdict=verdict)
    return Recipient.objects.filter(mailing=mailing, pk__in=events.values("recipient"))


def page_of(rows: QuerySet[Recipient], *, after: int = 0, size: int = 50) -> tuple[list[Recipient], int]:
    """Return the next recipients with their people, and the key to go on after; 0 at the end."""
    found = list(rows.filter(pk__gt=after).select_related("person__company").order_by("pk")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else 0
