"""What a better step would bring, from the people of the funnel and the deals won."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ryorin.alignment.funnel.queries.counting import OF_PEOPLE, funnel
from ryorin.alignment.funnel.rules import STAGES
from ryorin.insight.lake.queries import answer, blank, bound
from ryorin.insight.methods.uplift import TooFewForUplift, Uplift, uplifts
from ryorin.insight.metrics.queries import beginning, remembered
from ryorin.workspace.organisation.queries import current

if TYPE_CHECKING:
    import ibis.expr.types as ir

WON = "customer"
BACK = timedelta(days=365)


@dataclass(frozen=True)
class Raised:
    """What raising each step would bring, or `why_not` in words; `deals` are those whose value was taken."""

    uplifts: tuple[Uplift, ...] = ()
    why_not: str = ""
    deals: int = 0


def raised(*, start: date, end: date) -> Raised:
    """Return what ten percent more, and ten points more, would bring at each step from lead to customer.

    Of the people who became leads in that time; the value of a deal is that of the deals won in the year up to `end`.
    """
    return remembered(("raised", start, end), (*OF_PEOPLE, "deals"), lambda: _ask(start, end))


def _ask(start: date, end: date) -> Raised:
    steps = {step.stage: step.count for step in funnel(start=start, end=end).steps}
    names = STAGES[: STAGES.index(WON) + 1]
    values = _values(end)
    try:
        found = uplifts(names, [steps[name] for name in names], values)
    except TooFewForUplift as refusal:
        return Raised(why_not=str(refusal), deals=len(values))
    return Raised(tuple(found), deals=len(values))


def _values(end: date) -> list[float]:
    """Return what each deal won in the year up to `end` was worth, in minor units of the company's currency."""
    currency = current().currency

    def question() -> "ir.Table":
        deals = blank("deals")
        deals = deals.filter(
            deals.state == "won", deals.currency == currency, deals.amount > 0,
            deals.closed_at >= bound("start"), deals.closed_at < bound("end"),
        )  # fmt: skip
        return deals.select("id", "amount").order_by("id")

    bounds = {"start": beginning(end - BACK), "end": beginning(end)}
    return [float(row["amount"]) for row in answer(("won values", currency), question, bounds)]
