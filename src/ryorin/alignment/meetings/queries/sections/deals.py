"""Success and failure among the deals closed in the period, picked by stated evidence, told from their timeline."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.meetings.queries.sections.base import (
    Data,
    Gathered,
    Provider,
    Scope,
    counted,
    money_in_words,
    period_data,
    period_in,
    period_name,
)
from ryorin.alignment.meetings.queries.sections.story import because, story_of, told_story
from ryorin.alignment.meetings.rules.picking import ClosedDeal, Picked, lost_cases, won_cases
from ryorin.alignment.meetings.rules.views import Chart, Figure, ItemView, Line, Ref, SectionView
from ryorin.insight.metrics.queries import beginning
from ryorin.lib.fiscal import Period
from ryorin.sales.deals.models import Deal, DealQuerySet, DealState, Stage
from ryorin.workspace.organisation.queries import current

KNOWN_FOR = timedelta(days=365)
MOST_REASONS = 6


def gather_won(scope: Scope) -> Gathered:
    """Return the won deals of the period in numbers, and the cases to tell of."""
    rows = closed_in(scope, DealState.WON)
    before = beginning(scope.period.start)
    earlier = Deal.objects.visible_to(scope.member).filter(state=DealState.WON, closed_at__lt=before)
    known = earlier.filter(closed_at__gte=before - KNOWN_FOR).values_list("source_channel", flat=True).distinct()
    facts = facts_of(rows)
    return told_of(scope, facts, won_cases(facts, known_channels=set(known)))


def gather_lost(scope: Scope) -> Gathered:
    """Return the lost deals of the period in numbers, their reasons, and the cases to learn from."""
    rows = closed_in(scope, DealState.LOST)
    facts = facts_of(rows)
    found = told_of(scope, facts, lost_cases(facts))
    reasons = rows.values_list("lost_reason__name").annotate(times=Count("pk")).order_by("-times", "lost_reason__name")
    found.data["reasons"] = [list(row) for row in reasons[:MOST_REASONS]]
    return found


def closed_in(scope: Scope, state: str) -> DealQuerySet:
    """Return the deals closed so within the period, as the organiser sees them, in the company's currency."""
    span = {"closed_at__gte": beginning(scope.period.start), "closed_at__lt": beginning(scope.period.end)}
    rows: DealQuerySet = Deal.objects.visible_to(scope.member).filter(state=state, currency=current().currency, **span)
    return rows.order_by()


def facts_of(rows: DealQuerySet) -> list[ClosedDeal]:
    """Return what is known of each deal, for picking."""
    reached = reached_by_stage()
    columns = ("pk", "amount", "opened_at", "closed_at", "source_channel", "stage_id", "said")
    return [
        ClosedDeal(pk, amount, (closed - opened).days, channel, reached.get(stage, 0.0), said)
        for pk, amount, opened, closed, channel, stage, said in rows.annotate(said=Count("activities")).values_list(
            *columns
        )
    ]


def reached_by_stage() -> dict[int, float]:
    """Return for each stage which part of its pipeline it is, 0..1."""
    stages: dict[int, list[int]] = {}
    for pk, pipeline in Stage.objects.order_by("pipeline", "position", "pk").values_list("pk", "pipeline_id"):
        stages.setdefault(pipeline, []).append(pk)
    return {pk: (place + 1) / len(those) for those in stages.values() for place, pk in enumerate(those)}


def told_of(scope: Scope, facts: Sequence[ClosedDeal], picked: list[Picked]) -> Gathered:
    """Return the numbers of all and the story of the picked ones."""
    data: Data = {
        "period": period_data(scope.period),
        "count": len(facts),
        "amount": sum(fact.amount for fact in facts),
    }
    related = ("company", "person", "owner", "stage", "lost_reason")
    deals = Deal.objects.select_related(*related).in_bulk([one.id for one in picked])
    items = [(f"deal:{one.id}", case_of(deals[one.id], one, scope)) for one in picked if one.id in deals]
    return Gathered(data, items)


def case_of(deal: Deal, picked: Picked, scope: Scope) -> Data:
    """Return one deal with its evidence and its story.

    No person's name is kept here, nor the deal's, which often holds one: that is read anew whenever it is shown.
    """
    return {
        "deal": deal.pk,
        "company": deal.company.name if deal.company else "",
        "owner": deal.owner.name if deal.owner else "",
        "state": deal.state,
        "amount": deal.amount,
        "days": (deal.closed_at - deal.opened_at).days if deal.closed_at else 0,
        "stage": deal.stage.name,
        "reason": deal.lost_reason.name if deal.lost_reason else "",
        "picked": asdict(picked),
        "period": period_data(scope.period),
        "story": story_of(deal),
    }


def tell_won(data: Data) -> SectionView:
    period = period_in(data["period"])
    if not data["count"]:
        return SectionView(empty=_("%(period)sに受注した商談はありません。") % {"period": period_name(period)})
    figures = [
        counted(_("受注"), data["count"], deals_of(period, "won")),
        Figure(_("受注額"), money_in_words(data["amount"]), ref=deals_of(period, "won")),
    ]
    return SectionView(lead_of(data, period), figures)


def tell_lost(data: Data) -> SectionView:
    period = period_in(data["period"])
    if not data["count"]:
        return SectionView(empty=_("%(period)sに失注した商談はありません。") % {"period": period_name(period)})
    figures = [
        counted(_("失注"), data["count"], deals_of(period, "lost")),
        Figure(_("失注額"), money_in_words(data["amount"]), ref=deals_of(period, "lost")),
    ]
    labels = [str(name or _("理由なし")) for name, _times in data["reasons"]]
    values: list[float | None] = [float(times) for _name, times in data["reasons"]]
    chart = Chart(_("失注の理由"), "across", labels, [Line(_("件数"), values, "harvest")], axis=_("理由"))
    return SectionView(lead_of(data, period), figures, chart if labels else None)


def lead_of(data: Data, period: Period) -> str:
    said = {"period": period_name(period), "count": f"{data['count']:,}"}
    return _("%(period)sの%(count)s件から、数字で選んだ事例です。") % said


def deals_of(period: Period, state: str) -> Ref:
    days = {"start": period.start.isoformat(), "end": (period.end - timedelta(days=1)).isoformat()}
    return Ref("closed_deals", state, days)


def tell_item(data: Data) -> ItemView:
    """Return one case: what is special about it, and how it went."""
    picked = data["picked"]
    is_won = data["state"] == DealState.WON
    figures = [
        Figure(_("金額"), money_in_words(data["amount"])),
        Figure(_("商談の期間"), _("%(days)s日") % {"days": data["days"]}),
    ]
    if data["owner"]:
        figures.append(Figure(_("担当"), data["owner"]))
    if not is_won:
        figures.append(Figure(_("失注理由"), data["reason"] or _("理由なし"), mood="bad"))
    return ItemView(
        title=title_of(data["deal"], data["company"]),
        why=because(picked, won=is_won, stage=data["stage"]),
        mood="good" if is_won else "bad",
        figures=figures,
        points=told_story(data),
        ref=Ref("deal", data["deal"]),
    )


def title_of(pk: int, company: str) -> str:
    """Return the company and the deal's name as it is now, the company said once."""
    name = Deal.objects.filter(pk=pk).values_list("name", flat=True).first() or _("削除された商談")
    return name if not company or company in name else f"{company}　{name}"


WON = Provider("won", gettext_lazy("成功事例（受注）"), "trophy", "harvest", gather_won, tell_won, tell_item)
LOST = Provider(
    "lost", gettext_lazy("失敗事例（失注）"), "alert-triangle", "harvest", gather_lost, tell_lost, tell_item
)
