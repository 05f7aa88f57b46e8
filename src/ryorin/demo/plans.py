"""What both sides of the demo company plan together: this quarter signed by both, the next one waiting for sales."""

from datetime import datetime, timedelta

from ryorin.alignment.plans.actions import draft_plan, sign_plan
from ryorin.alignment.plans.queries import History, history_before, quarter_of
from ryorin.alignment.plans.rules import Basis, Source
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock

AHEAD = timedelta(days=10)  # so long before the quarter its plan is written
USUAL = {
    "hours_per_lead": 1.5, "hours_per_deal": 6.0, "qualified_rate": 0.3, "accepted_rate": 0.7, "won_rate": 0.3,
    "qualified_lag": 10.0, "accepted_lag": 2.0, "won_lag": 45.0, "order_value": 1_200_000.0,
}  # fmt: skip


def plan_quarters(staff: Staff, *, now: datetime) -> None:
    """This function will write the plans of this quarter and of the next from what the year before says."""
    tamura, okada = staff.members["tamura"], staff.members["okada"]
    this = quarter_of(now.astimezone(TOKYO).date())
    written = datetime.combine(this.start, now.astimezone(TOKYO).timetz()) - AHEAD
    with clock.frozen(written):
        plan = draft_plan(this.start, basis_from(history_before(this, today=written.date())), by=okada)
        sign_plan(plan, by=okada, side="marketing")
        sign_plan(plan, by=tamura, side="sales")
    following = quarter_of(this.end)
    history = history_before(following, today=now.astimezone(TOKYO).date())
    sign_plan(draft_plan(following.start, basis_from(history), by=okada), by=okada, side="marketing")


def basis_from(history: History) -> Basis:
    """Return what a plan rests on: the history, and what is usual where it says nothing."""
    return Basis(
        sources=tuple(
            Source(one.channel, round(one.cost_per_lead), round(one.cost / 4))
            for one in history.channels
            if one.cost_per_lead
        ),
        free_leads=round(history.free_leads, 1),
        members=history.members,
        hours_per_week=history.hours_per_week,
        **{name: round(getattr(history, name) or usual, 4) for name, usual in USUAL.items()},
        earlier_leads=history.earlier_leads,
        earlier_accepted=history.earlier_accepted,
    )
