"""課題と提案: what stands on a deal's page about the customer's problem, and what is still missing."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.customers.voice.queries import needs_of
from ryorin.sales.deals.models import Deal, Stage
from ryorin.sales.deals.queries import known_of, missing_for
from ryorin.sales.hearing.queries import hearings_of_deal
from ryorin.workspace.members.models import Member

# What a proposal stands on, in the order in which one asks for it: kind and name as stage rules say them, how it reads.
CHECKS: tuple[tuple[str, str, str | Promise], ...] = (
    ("field", "problem", _("課題")),
    ("field", "problem_cost", _("課題の損失額")),
    ("part", "決裁", _("決裁者")),
    ("field", "budget", _("予算")),
    ("field", "competitor", _("競合")),
    ("field", "solution", _("解決策")),
    ("field", "effect", _("期待できる効果")),
    ("field", "expected_close_on", _("受注予定日")),
    ("field", "next_action", _("次のアクション")),
)
EDITED_HERE = ("problem", "problem_cost", "solution", "effect", "competitor", "budget")


@dataclass(frozen=True, slots=True)
class Check:
    kind: str
    name: str
    label: str | Promise
    is_known: bool

    @property
    def is_edited_here(self) -> bool:
        return self.name in EDITED_HERE


def case_of(deal: Deal, member: Member) -> dict[str, Any]:
    """Return what the section shows of a deal."""
    known = known_of([deal])[deal.pk]
    checks = [Check(kind, name, label, known.has(kind, name)) for kind, name, label in CHECKS]
    following = next_stage(deal) if deal.state == "open" else None
    return {
        "checks": checks,
        "known": sum(check.is_known for check in checks),
        "needs": needs_of(member, deal_id=deal.pk),
        "hearings": hearings_of_deal(deal.pk, member),
        "following": following,
        "missing": missing_for(deal, following) if following else [],
    }


def next_stage(deal: Deal) -> Stage | None:
    """Return the stage after the deal's own, None at the end of its pipeline."""
    stages = list(Stage.objects.filter(pipeline=deal.pipeline_id))
    order = [stage.pk for stage in stages]
    place = order.index(deal.stage_id) + 1 if deal.stage_id in order else len(stages)
    return stages[place] if place < len(stages) else None
