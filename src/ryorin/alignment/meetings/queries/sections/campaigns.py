"""Campaigns that went well or badly in the period, picked by what sales said of their leads and by what a lead cost."""

from dataclasses import asdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.meetings.queries.sections.base import (
    Data,
    Gathered,
    Provider,
    Scope,
    counted,
    money_in_words,
    percent,
    period_data,
    period_in,
    period_name,
    rows_of,
)
from ryorin.alignment.meetings.rules.picking import CampaignRun, good_campaigns, poor_campaigns
from ryorin.alignment.meetings.rules.views import Chart, Figure, ItemView, Line, Point, Ref, SectionView
from ryorin.insight.metrics.queries import by_part
from ryorin.lib.fiscal import Period
from ryorin.marketing.campaigns.models import Campaign

SHOWN = 6


def gather(scope: Scope) -> Gathered:
    """Return the campaigns with leads, cost or answers in the period, and the ones to talk about."""
    runs = runs_in(scope.period)
    good = good_campaigns(runs)
    poor = [one for one in poor_campaigns(runs) if one.id not in {each.id for each in good}]
    known = {run.id: run for run in runs}
    campaigns = Campaign.objects.visible_to(scope.member).in_bulk(known)
    shown = sorted((run for run in runs if run.id in campaigns), key=lambda run: (-run.leads, run.id))[:SHOWN]
    data: Data = {
        "period": period_data(scope.period),
        "count": len([run for run in runs if run.leads]),
        "leads": sum(run.leads for run in runs),
        "rows": [[run.id, campaigns[run.id].name, run.leads] for run in shown],
    }
    items = [
        (f"campaign:{one.id}", case_of(campaigns[one.id], known[one.id], asdict(one), is_good, scope))
        for those, is_good in ((good, True), (poor, False))
        for one in those
        if one.id in campaigns
    ]
    return Gathered(data, items)


def runs_in(period: Period) -> list[CampaignRun]:
    """Return what each campaign brought, by the same metrics as every other page."""
    span = {"breakdown": "campaign"}
    leads = by_part("leads", period.start, period.end, **span)
    costs = by_part("cost_per_lead", period.start, period.end, **span)
    answers = by_part("acceptance_rate", period.start, period.end, **span)
    ids = {key for found in (leads, costs, answers) for key in found if isinstance(key, int)}
    return [
        CampaignRun(
            pk,
            leads=int(leads[pk].of) if pk in leads else 0,
            cost=int(costs[pk].of) if pk in costs else 0,
            answered=int(answers[pk].per or 0) if pk in answers else 0,
            accepted=int(answers[pk].of) if pk in answers else 0,
        )
        for pk in sorted(ids)
    ]


def case_of(campaign: Campaign, run: CampaignRun, picked: Data, is_good: bool, scope: Scope) -> Data:
    facts = asdict(run) | {"campaign": campaign.pk, "name": campaign.name, "channel": campaign.get_channel_display()}
    days = [day.isoformat() if day else None for day in (campaign.starts_on, campaign.ends_on)]
    return facts | {"picked": picked, "good": is_good, "days": days, "period": period_data(scope.period)}


def tell(data: Data) -> SectionView:
    period = period_in(data["period"])
    if not data["rows"]:
        return SectionView(
            empty=_("%(period)sに、施策から生まれたリードや費用の記録はありません。") % {"period": period_name(period)}
        )
    lead = _("%(period)sは%(count)sの施策から%(leads)s人のリードを得ました。") % {
        "period": period_name(period),
        "count": data["count"],
        "leads": f"{data['leads']:,}",
    }
    refs: list[Ref | None] = [
        rows_of("leads", period, by="campaign", key=str(pk)) for pk, _name, _leads in data["rows"]
    ]
    values: list[float | None] = [float(leads) for _pk, _name, leads in data["rows"]]
    labels = [name for _pk, name, _leads in data["rows"]]
    chart = Chart(_("施策ごとのリード"), "across", labels, [Line(_("リード"), values, "sow", refs)], axis=_("施策"))
    return SectionView(lead, [counted(_("リード"), data["leads"], rows_of("leads", period))], chart)


def tell_item(data: Data) -> ItemView:
    """Return one campaign: why it stands out, and its numbers."""
    period = period_in(data["period"])

    def rows(metric: str) -> Ref:
        return rows_of(metric, period, by="campaign", key=str(data["campaign"]))

    figures = [
        counted(_("リード"), data["leads"], rows("leads")),
        Figure(_("費用"), money_in_words(data["cost"])),
    ]
    if data["leads"] and data["cost"]:
        figures.append(Figure(_("リード単価"), money_in_words(round(data["cost"] / data["leads"]))))
    if data["answered"]:
        said = _("%(accepted)s／%(answered)s件") % {"accepted": data["accepted"], "answered": data["answered"]}
        mood = "good" if data["good"] else "bad"
        figures.append(Figure(_("営業の受け取り"), said, mood=mood, ref=rows("acceptance_rate")))
    points = [Point(_("チャネル：%(channel)s") % {"channel": data["channel"]})] if data["channel"] else []
    return ItemView(
        title=data["name"],
        why=because(data["picked"]),
        mood="good" if data["good"] else "bad",
        figures=figures,
        points=points,
        ref=Ref("campaign", data["campaign"]),
    )


def because(picked: Data) -> str:
    """Return why this campaign was picked, with the number that says so."""
    value, usual, of = picked["value"], picked["usual"], picked["of"]
    said = {"value": percent(value), "usual": percent(usual), "of": of}
    match picked["because"]:
        case "best_acceptance":
            return _("営業の受け取り率が最も高い施策です。%(value)s（返事%(of)s件、全体%(usual)s）。") % said
        case "worst_acceptance":
            return (
                _("営業からの差し戻しが最も多い施策です。受け取り率%(value)s（返事%(of)s件、全体%(usual)s）。") % said
            )
        case "cheapest":
            money = {"value": money_in_words(round(value)), "usual": money_in_words(round(usual or 0)), "of": of}
            return _("リード単価が最も低い施策です。%(value)s（リード%(of)s人、全体%(usual)s）。") % money
        case _:
            return _("費用%(value)sに対して、まだリードがありません。") % {"value": money_in_words(round(value))}


CAMPAIGNS = Provider("campaigns", gettext_lazy("施策の事例"), "speakerphone", "sow", gather, tell, tell_item)
