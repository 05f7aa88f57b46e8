"""How hand-offs fared in a period, beside as long before: for meetings and agreements."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count, F, Q

from ryorin.alignment.feedback.errors import PeriodEmpty
from ryorin.alignment.feedback.rules import Change, Share, change_of
from ryorin.alignment.handoffs.models import Handoff, HandoffQuerySet, HandoffState
from ryorin.alignment.handoffs.queries import ReasonCount
from ryorin.insight.metrics.queries import beginning
from ryorin.lib.fiscal import Period


@dataclass(frozen=True, slots=True)
class HandoffHealth:
    """What became of the hand-offs of a period: offered in it, and those answered in it."""

    offered: int
    answered: int
    accepted: int
    late: int
    median_hours: float | None
    reasons: list[ReasonCount]
    change: Change

    @property
    def sent_back(self) -> int:
        return self.answered - self.accepted

    @property
    def acceptance(self) -> Share:
        return Share(self.accepted, self.answered)

    @property
    def on_time(self) -> Share:
        return Share(self.answered - self.late, self.answered)


def handoff_health(period: Period, *, among: HandoffQuerySet | None = None) -> HandoffHealth:
    """Return how hand-offs (all, or `among` these) fared in a period, and how acceptance moved against as long before.

    Raises PeriodEmpty.
    """
    start, end = beginning(period.start), beginning(period.end)
    if end <= start:
        raise PeriodEmpty()
    everything: HandoffQuerySet = Handoff.objects.all() if among is None else among
    rows = everything.answered().filter(answered_at__gte=start, answered_at__lt=end).order_by()
    counted = rows.aggregate(
        answered=Count("pk"),
        accepted=Count("pk", filter=Q(state=HandoffState.ACCEPTED)),
        late=Count("pk", filter=Q(answered_at__gt=F("deadline"))),
    )
    hours = list(rows.filter(answer_hours__isnull=False).values_list("answer_hours", flat=True))
    return HandoffHealth(
        offered=everything.filter(offered_at__gte=start, offered_at__lt=end).count(),
        **counted,
        median_hours=median(hours) if hours else None,
        reasons=_reasons(rows),
        change=change_of(
            _acceptance(everything, start - (end - start), start), Share(counted["accepted"], counted["answered"])
        ),
    )


def _acceptance(rows: HandoffQuerySet, start: datetime, end: datetime) -> Share:
    answered = rows.answered().filter(answered_at__gte=start, answered_at__lt=end).order_by()
    counted = answered.aggregate(of=Count("pk"), times=Count("pk", filter=Q(state=HandoffState.ACCEPTED)))
    return Share(counted["times"], counted["of"])


def _reasons(rows: HandoffQuerySet) -> list[ReasonCount]:
    named = rows.sent_back().filter(send_back_reason__isnull=False)
    counted = (
        named.order_by()
        .values_list("send_back_reason", "send_back_reason__name")
        .annotate(times=Count("pk"))
        .order_by("-times", "send_back_reason__position")
    )
    return [ReasonCount(*row) for row in counted]
