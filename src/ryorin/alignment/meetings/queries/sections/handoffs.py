"""Health of the hand-off between the wheels: what waits, how sales answered, what came back and why, promises kept."""

from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.agreements.models import Promise, PromiseKind
from ryorin.alignment.agreements.queries import Watched, active, period_at, watched
from ryorin.alignment.agreements.rules import Standing
from ryorin.alignment.definitions.models import Side
from ryorin.alignment.feedback.queries import handoff_health
from ryorin.alignment.handoffs.models import Handoff, HandoffQuerySet, HandoffState
from ryorin.alignment.meetings.queries.sections.base import (
    Data,
    Gathered,
    Provider,
    Scope,
    counted,
    percent,
    period_data,
    period_in,
    period_name,
    value_in_words,
)
from ryorin.alignment.meetings.rules.views import Cell, Chart, Figure, ItemView, Line, Point, Ref, SectionView, Table
from ryorin.insight.metrics.queries import beginning
from ryorin.lib.fiscal import Period
from ryorin.workspace.members.models import Team

MOST_REASONS = 6
SHARE_WORTH_TALK = 0.3
LEAST_SENT_BACK = 2
LEAST_OF_TEAM = 3


def gather(scope: Scope) -> Gathered:
    """Return the hand-offs that wait now and those answered in the period, as the organiser sees them, and the promises
    of the agreement that are not kept.
    """
    rows: HandoffQuerySet = Handoff.objects.visible_to(scope.member)
    period = scope.period
    recent = rows.answered().filter(answered_at__gte=beginning(period.start), answered_at__lt=beginning(period.end))
    health = handoff_health(period, among=rows)
    kept, broken = promises_of(period, today=scope.today)
    data: Data = {
        "period": period_data(period),
        "answered": health.answered,
        "accepted": health.accepted,
        "before": [health.change.before.times, health.change.before.of],
        "on_time": health.on_time.times,
        "hours": health.median_hours,
        "waiting": rows.waiting().count(),
        "overdue": rows.overdue().count(),
        "reasons": [[one.id, one.name, one.times] for one in health.reasons[:MOST_REASONS]],
        "teams": teams_of(recent),
        "kept": kept,
        "promised": kept + len(broken),
    }
    return Gathered(data, [*items_of(data), *broken])


def promises_of(period: Period, *, today: date) -> tuple[int, list[tuple[str, Data]]]:
    """Return how many promises of the agreement are kept in its month or quarter at the end of the period, and an item
    for each behind or broken; promises without a case yet are neither.
    """
    agreement = active()
    if agreement is None:
        return 0, []
    watching = watched(agreement, period_at(agreement, min(today, period.end - timedelta(days=1))), today=today)
    known = [one for one in watching if one.progress.standing is not Standing.NO_DATA]
    broken = [(f"handoffs:promise:{one.promise.pk}", promise_data(one)) for one in known if one.is_bad]
    return len(known) - len(broken), broken


def promise_data(one: Watched) -> Data:
    promise = one.promise
    return {
        "kind": "promise",
        "id": promise.pk,
        "promise": {"kind": promise.kind, "value": promise.value, "hours": promise.hours},
        "team": promise.team.name if promise.team else "",
        "side": one.side.value,
        "met": one.progress.met,
        "base": one.progress.base,
        "standing": one.progress.standing.value,
        "promise_period": period_data(one.period),
    }


def teams_of(recent: HandoffQuerySet) -> list[list[object]]:
    """Return [team id, name, answered, accepted], of hand-offs without a team the id None."""
    rows = recent.values_list("owner__team", "owner__team__name").annotate(
        answered=Count("pk"), accepted=Count("pk", filter=Q(state=HandoffState.ACCEPTED))
    )
    return [list(row) for row in rows.order_by("-answered", "owner__team__name")]


def items_of(data: Data) -> list[tuple[str, Data]]:
    """Return what is worth a talk: the overdue, the reason that stands out, the team that accepts least."""
    items: list[tuple[str, Data]] = []
    if data["overdue"]:
        items.append(("handoffs:overdue", {"kind": "overdue", "overdue": data["overdue"], "waiting": data["waiting"]}))
    sent_back = data["answered"] - data["accepted"]
    if data["reasons"]:
        pk, name, times = data["reasons"][0]
        if times >= LEAST_SENT_BACK and times / sent_back >= SHARE_WORTH_TALK:
            reason = {"kind": "reason", "id": pk, "name": name, "times": times, "sent_back": sent_back}
            items.append((f"handoffs:reason:{pk}", reason | {"period": data["period"]}))
    teams = [team for team in data["teams"] if team[2] >= LEAST_OF_TEAM and team[0]]
    if len(teams) >= 2:
        worst = min(teams, key=lambda team: (team[3] / team[2], team[1]))
        if worst[3] / worst[2] < data["accepted"] / data["answered"]:
            team = {"kind": "team", "id": worst[0], "name": worst[1], "answered": worst[2], "accepted": worst[3]}
            all_ = {"all_answered": data["answered"], "all_accepted": data["accepted"], "period": data["period"]}
            items.append((f"handoffs:team:{worst[0]}", team | all_))
    return items


def behind(period: Period, **asked: object) -> Ref:
    """Return the way to the answered hand-offs of the period."""
    days = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    return Ref("handoffs_answered", 0, days | {name: str(value) for name, value in asked.items()})


def tell(data: Data) -> SectionView:
    """Return the numbers of the hand-off in words, its reasons as a chart, its teams as a table."""
    period = period_in(data["period"])
    answered, accepted = data["answered"], data["accepted"]
    waiting = Ref("handoffs")
    if not answered and not data["waiting"]:
        return SectionView(
            empty=_("%(period)sに返事のあった引き継ぎも、返事待ちもありません。") % {"period": period_name(period)}
        )
    said = {"period": period_name(period), "answered": f"{answered:,}", "accepted": f"{accepted:,}"}
    if answered:
        said["rate"] = percent(accepted / answered)
        lead = (
            _("%(period)sは%(answered)s件に返事があり、%(accepted)s件を受け取りました（受け取り率%(rate)s）。") % said
        )
    else:
        lead = _("%(period)sに返事のあった引き継ぎはありません。") % said
    before = data["before"]
    beside = percent(before[0] / before[1]) if before[1] else ""
    figures = [
        counted(_("返事待ち"), data["waiting"], waiting),
        counted(_("期限超過"), data["overdue"], waiting, mood="bad" if data["overdue"] else ""),
        Figure(
            _("受け取り率"),
            percent(accepted / answered if answered else None),
            note=_("前の期間 %(rate)s") % {"rate": beside} if beside else "",
            ref=behind(period, state="accepted"),
        ),
        Figure(_("期限内の返事"), percent(data["on_time"] / answered if answered else None), ref=behind(period)),
        Figure(_("返事までの時間（中央値）"), value_in_words("hours", data["hours"]), ref=behind(period)),
    ]
    if data["promised"]:
        kept, promised = data["kept"], data["promised"]
        mood = "good" if kept == promised else "bad"
        figures.append(Figure(_("守られている約束"), f"{kept}／{promised}", mood=mood, ref=Ref("agreement")))
    return SectionView(lead, figures, chart_of(data, period), table_of(data, period))


def chart_of(data: Data, period: Period) -> Chart | None:
    if not data["reasons"]:
        return None
    labels = [str(name or _("理由なし")) for _pk, name, _times in data["reasons"]]
    refs: list[Ref | None] = [
        behind(period, state="sent_back", reason=pk or "") for pk, _name, _times in data["reasons"]
    ]
    values: list[float | None] = [float(times) for _pk, _name, times in data["reasons"]]
    return Chart(_("差し戻しの理由"), "across", labels, [Line(_("件数"), values, "axle", refs)], axis=_("理由"))


def table_of(data: Data, period: Period) -> Table | None:
    if not data["teams"]:
        return None
    rows = [
        [
            Cell(str(name or _("チームなし"))),
            Cell(f"{answered:,}", behind(period, team=pk or "none")),
            Cell(f"{accepted:,}", behind(period, team=pk or "none", state="accepted")),
            Cell(percent(accepted / answered)),
        ]
        for pk, name, answered, accepted in data["teams"]
    ]
    return Table([_("チーム"), _("返事"), _("受け取り"), _("受け取り率")], rows)


def tell_item(data: Data) -> ItemView:
    if data["kind"] == "overdue":
        return ItemView(
            title=_("返事の期限を過ぎた引き継ぎが%(count)s件あります") % {"count": f"{data['overdue']:,}"},
            why=_("期限を過ぎたリードは、時間がたつほど商談になりにくくなります。"),
            mood="bad",
            figures=[counted(_("期限超過"), data["overdue"], mood="bad"), counted(_("返事待ち"), data["waiting"])],
            ref=Ref("handoffs"),
        )
    if data["kind"] == "promise":
        return told_promise(data)
    period = period_in(data["period"])
    if data["kind"] == "reason":
        said = {"name": data["name"] or _("理由なし"), "times": f"{data['times']:,}", "all": f"{data['sent_back']:,}"}
        return ItemView(
            title=_("差し戻しの理由は「%(name)s」が最多です") % said,
            why=_("差し戻し%(all)s件のうち%(times)s件がこの理由です。") % said,
            mood="bad",
            points=[Point(_("渡す条件、フォームの質問、ヒアリングのどこで見分けられるかを話し合います。"))],
            ref=behind(period, state="sent_back", reason=data["id"] or ""),
        )
    rate, all_ = data["accepted"] / data["answered"], data["all_accepted"] / data["all_answered"]
    return ItemView(
        title=_("%(name)sの受け取り率が低めです") % {"name": data["name"]},
        why=_("受け取り率は%(rate)s（%(answered)s件中%(accepted)s件）、全体は%(all)sです。")
        % {"rate": percent(rate), "answered": data["answered"], "accepted": data["accepted"], "all": percent(all_)},
        mood="bad",
        ref=behind(period, team=data["id"]),
    )


def told_promise(data: Data) -> ItemView:
    """Return a promise that is behind or broken, in words."""
    promise = Promise(**data["promise"], team=Team(name=data["team"]) if data["team"] else None)
    found, side = Standing(data["standing"]), Side(data["side"])
    said = {"side": side.label, "period": period_name(period_in(data["promise_period"]))}
    why = (
        _("%(period)sに守れなかった、%(side)sの約束です。")
        if found is Standing.BROKEN
        else _("%(period)sの途中で遅れている、%(side)sの約束です。")
    )
    is_count = promise.kind == PromiseKind.VOLUME
    value = f"{data['met']:,}" if is_count else percent(data["met"] / data["base"])
    note = "" if is_count else _("%(base)s件のうち%(met)s件") % {"base": data["base"], "met": data["met"]}
    return ItemView(
        title=promise.said,
        why=why % said,
        mood="bad",
        figures=[
            Figure(
                _("実績"),
                value,
                note=note,
                mood="bad",
                ref=Ref("promise", data["id"], {"day": data["promise_period"]["start"]}),
            )
        ],
        ref=Ref("agreement"),
    )


HANDOFFS = Provider("handoffs", gettext_lazy("引き継ぎの状況"), "arrows-exchange", "axle", gather, tell, tell_item)
