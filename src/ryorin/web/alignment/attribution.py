"""Which channel brought which customers: seven models side by side, what each channel cost, and single paths."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from ryorin.alignment.attribution.queries import Contribution, OnePath, contribution, conversions_behind, path_of
from ryorin.alignment.attribution.rules import (
    BY_SALES,
    MODELS,
    OF_ONE_PATH,
    WINDOWS,
    Conversion,
    Question,
    Spread,
    figure,
    roi,
    spreads,
)
from ryorin.conditions.to_orm import among
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.customers.timeline.rules import KINDS
from ryorin.insight.methods.attribution import Share
from ryorin.insight.metrics.queries import metric_named
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import member_of
from ryorin.web.insight.asking import period_in, walk
from ryorin.web.insight.metrics import in_unit
from ryorin.web.insight.rows import table_of
from ryorin.web.insight.showing import NOTHING, days, part_names, rows_address
from ryorin.web.templatetags.ryorin import money, number, percent, short_money

MODEL_NAMES = {
    "first_touch": lazy("最初の接点"),
    "last_touch": lazy("最後の接点"),
    "linear": lazy("均等"),
    "time_decay": lazy("時間減衰"),
    "position_based": lazy("接点の位置"),
    "markov": lazy("マルコフ連鎖"),
    "shapley": lazy("シャープレイ値"),
}
MODEL_MEANINGS = {
    "first_touch": lazy("知るきっかけになった接点に、すべてを割り当てます。"),
    "last_touch": lazy("成約の直前の接点に、すべてを割り当てます。"),
    "linear": lazy("すべての接点に、同じだけ割り当てます。"),
    "time_decay": lazy("成約に近い接点ほど多く割り当てます（7日さかのぼるごとに半分）。"),
    "position_based": lazy("最初に40％、最後に40％、間の接点に残りの20％を割り当てます。"),
    "markov": lazy("そのチャネルがなかったら失われる成約の割合から求めます。成約しなかった人の接点も使います。"),
    "shapley": lazy("同じ経路に現れたチャネルで、成約を等しく分け合います（シャープレイ値）。"),
}
CHARTED = {"first_touch": "sow", "last_touch": "harvest", "markov": "axle", "shapley": "ink-4"}
CONVERSIONS = {
    Conversion.DEAL: lazy("受注"),
    Conversion.LEAD: lazy("リード獲得"),
    Conversion.FIRST_ORDER: lazy("初回の注文"),
    Conversion.ORDER: lazy("すべての注文"),
}
BY_NAME = {str(kind): kind for kind in Conversion}
MODELS_OF = {Conversion.LEAD: Person, Conversion.DEAL: Deal}
CHARTED_CHANNELS = 8
SHOWN_PATHS = 30
SAME = 0.005  # shares closer than this are the same


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show what each channel brought under each model."""
    question = question_in(request)
    found = contribution(question)
    of_value = question.conversion.has_value and request.GET.get("show") == "value"
    apart = spreads(found.by_model, of_value=of_value)
    names = channel_names(found.channels)
    rows = [line(found, channel, names, apart, of_value) for channel in found.channels]
    context = {
        "walk": walk(period_in(request, "quarter")),
        "found": found,
        "value": money(found.value) if question.conversion.has_value else "",
        "rows": rows,
        "models": [(name, MODEL_NAMES[name], MODEL_MEANINGS[name]) for name in MODELS],
        "total": total_of(found, of_value),
        "all_url": rows_url(question, "*"),
        "untraced_url": rows_url(question, ""),
        "said": said(apart, names),
        "chart": chart(found, names, of_value) if rows else None,
        "file": whole_table(found, names, of_value) if rows else None,
        "of_value": of_value,
        **choices(question, of_value),
    }
    return render(request, "alignment/attribution.html", context)


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """Show the conversions to which a channel contributed."""
    question = question_in(request)
    channel, model = request.GET.get("channel", "")[:80], request.GET.get("model", "")
    ids, count = conversions_behind(question, channel=channel, model=model)
    last = question.end - timedelta(days=1)
    context = {
        "title": CONVERSIONS[question.conversion],
        "value": number(count),
        "channel": "" if channel == "*" else channel_names([channel])[channel] if channel else _("接点の記録なし"),
        "model": MODEL_NAMES.get(model, ""),
        "start": question.start,
        "last": last,
        "back_url": f"{reverse('attribution')}?{query_of(question)}",
        "paths": paths_of_rows(request, question, ids),
        **table_of(request, question.conversion.record_type, ids, total=count),
    }
    return render(request, "alignment/attribution_rows.html", context)


@require_GET
def path(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show the touches before one conversion, with what each model gives them."""
    if kind not in BY_NAME:
        raise Http404
    conversion = BY_NAME[kind]
    model: Any = MODELS_OF.get(conversion, Order)
    record = get_object_or_404(model.objects.visible_to(member_of(request)), pk=pk)
    window = window_in(request, None)
    found = path_of(conversion, pk, window=window)
    names = channel_names({touch.channel for touch in found.touches})
    context = {
        "record": record,
        "title": name_of_record(record),
        "record_url": record_url(conversion, pk),
        "conversion": CONVERSIONS[conversion],
        "found": found,
        "value": money(found.value) if conversion.has_value else "",
        "touches": [
            {"name": names[one.channel], "days": days(one.age), "wheel": wheel_of(one.channel)} for one in found.touches
        ],
        "models": [MODEL_NAMES[name] for name in OF_ONE_PATH],
        "rows": credit_rows(found, names),
        "windows": windows(window),
    }
    return render(request, "alignment/attribution_path.html", context)


def question_in(request: HttpRequest) -> Question:
    """Return what the address asks."""
    period = period_in(request, "quarter")
    kind = request.GET.get("kind", "")
    return Question(
        BY_NAME.get(kind, Conversion.DEAL),
        period.start,
        period.end,
        window_in(request, 90),
        request.GET.get("sales") != "0",
    )


def window_in(request: HttpRequest, default: int | None) -> int | None:
    """Return the window asked for in days, None for all touches."""
    asked = request.GET.get("window", "")
    if asked == "all":
        return None
    return int(asked) if asked.isdecimal() and int(asked[:5]) in WINDOWS else default


def choices(question: Question, of_value: bool) -> dict[str, Any]:
    """Return what can be chosen on the page, and what is."""
    return {
        "conversions": [(str(kind), label, kind is question.conversion) for kind, label in CONVERSIONS.items()],
        "windows": windows(question.window),
        "with_sales": question.with_sales,
        "has_value": question.conversion.has_value,
        "is_lead": question.conversion is Conversion.LEAD,
    }


def windows(chosen: int | None) -> list[tuple[str, str, bool]]:
    known = [(str(size), _("%(days)s日") % {"days": size}, size == chosen) for size in WINDOWS]
    return [*known, ("all", _("すべて"), chosen is None)]


def line(
    found: Contribution, channel: str, names: dict[str, str], apart: dict[str, Spread], of_value: bool
) -> dict[str, Any]:
    """Return one channel: its share under each model, how far they are apart, its cost and what came back."""
    cost = found.cost.get(channel)
    spread = apart.get(channel)
    cells = []
    for model, shares in found.by_model.items():
        share = shares[channel]
        cells.append(
            {
                "model": MODEL_NAMES[model],
                "text": written(share, of_value),
                "url": rows_url(found.question, channel, model) if touched(share) else "",
                "back": returned(found, share, cost),
            }
        )
    return {
        "name": names[channel],
        "wheel": wheel_of(channel),
        "cells": cells,
        "low": percent(spread.low, 0) if spread else NOTHING,
        "high": percent(spread.high, 0) if spread else NOTHING,
        "is_same": spread is None or spread.width < SAME,
        "cost": money(round(cost)) if cost else "",
        "cost_url": rows_address("costs", found.question.start, found.question.end, by="channel", key=channel),
        "url": rows_url(found.question, channel),
    }


def touched(share: Share) -> bool:
    return share.conversions > 0 or share.value > 0


def written(share: Share, of_value: bool) -> str:
    return short_money(round(share.value)) if of_value else number(share.conversions, 1)


def returned(found: Contribution, share: Share, cost: float | None) -> str:
    """Return the return on the cost in percent; of leads, which have no value, the cost of one."""
    if not cost:
        return ""
    if not found.question.conversion.has_value:
        return money(round(cost / share.conversions)) if share.conversions > 0.05 else NOTHING
    back = roi(share.value, cost)
    return percent(back, 0) if back is not None else NOTHING


def total_of(found: Contribution, of_value: bool) -> str:
    if of_value:
        return short_money(found.value - found.untraced_value)
    return number(found.conversions - found.untraced)


def said(apart: dict[str, Spread], names: dict[str, str]) -> dict[str, str] | None:
    """Return in words where the models are furthest apart; None where they agree or there is nothing to compare."""
    widest = max(apart.values(), key=lambda one: one.width, default=None)
    if widest is None or widest.width < SAME:
        return None
    return {
        "channel": names[widest.channel],
        "low": percent(widest.low, 0),
        "high": percent(widest.high, 0),
        "low_model": str(MODEL_NAMES[widest.low_model]),
        "high_model": str(MODEL_NAMES[widest.high_model]),
    }


def chart(found: Contribution, names: dict[str, str], of_value: bool) -> dict[str, Any]:
    """Return four of the models as bars side by side, the largest channels first."""
    return table(found, found.channels[:CHARTED_CHANNELS], names, of_value, models=CHARTED)


def whole_table(found: Contribution, names: dict[str, str], of_value: bool) -> dict[str, Any]:
    """Return all channels and models, as the files have them, with the cost."""
    data = table(found, found.channels, names, of_value, models=dict.fromkeys(MODELS, "axle"))
    costs = [in_unit(metric_named("costs"), found.cost.get(channel)) for channel in found.channels]
    data["series"].append({"name": _("費用"), "values": costs})
    return data


def table(
    found: Contribution, channels: list[str], names: dict[str, str], of_value: bool, *, models: dict[str, str]
) -> dict[str, Any]:
    worth = metric_named("won_value")
    return {
        "title": _("チャネル別の貢献（金額）") if of_value else _("チャネル別の貢献（件数）"),
        "kind": "bar",
        "axis": _("チャネル"),
        "labels": [names[channel] for channel in channels],
        "series": [
            {
                "name": str(MODEL_NAMES[model]),
                "values": [
                    in_unit(worth, share.value) if of_value else round(share.conversions, 2)
                    for share in (found.by_model[model][channel] for channel in channels)
                ],
                "wheel": wheel,
                "links": [rows_url(found.question, channel, model) for channel in channels],
            }
            for model, wheel in models.items()
        ],
        "decimals": 0 if of_value else 1,
    }


def credit_rows(found: OnePath, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return each channel of one path with its share under each model that shares out single paths."""
    order = list(dict.fromkeys(touch.channel for touch in found.touches))
    return [
        {
            "name": names[channel],
            "wheel": wheel_of(channel),
            "cells": [
                {"model": MODEL_NAMES[model], "text": percent(figure(shares[channel], False), 0)}
                for model, shares in found.by_model.items()
            ],
        }
        for channel in order
    ]


def paths_of_rows(request: HttpRequest, question: Question, ids: list[int]) -> list[tuple[str, str]]:
    """Return the newest conversions the member may see, each with the address of its path."""
    model: Any = MODELS_OF.get(question.conversion, Order)
    kind = str(question.conversion)
    found = model.objects.visible_to(member_of(request)).filter(among("pk", ids)).order_by("-pk")[:SHOWN_PATHS]
    return [
        (name_of_record(one), f"{reverse('attribution_path', args=[kind, one.pk])}?{query_of(question)}")
        for one in found
    ]


def name_of_record(record: Any) -> str:
    return str(getattr(record, "name", record))


def channel_names(channels: Any) -> dict[str, str]:
    """Return what each channel is called; what sales did by the name of the deed."""
    known = part_names("channel", [one for one in channels if one not in BY_SALES])
    sales = {kind: _("営業の%(deed)s") % {"deed": KINDS[kind].label} for kind in BY_SALES if kind in channels}
    return {str(key): name for key, name in known.items()} | sales


def wheel_of(channel: str) -> str:
    return "harvest" if channel in BY_SALES else "sow"


def record_url(conversion: Conversion, pk: int) -> str:
    return reverse(conversion.record_type, args=[pk])


def query_of(question: Question) -> str:
    """Return the question as a query string."""
    asked = {
        "kind": str(question.conversion),
        "at": question.start.isoformat(),
        "grain": {1: "month", 3: "quarter", 6: "half"}.get(round((question.end - question.start).days / 30.4), "year"),
        "window": "all" if question.window is None else question.window,
    }
    return urlencode(asked | ({} if question.with_sales else {"sales": "0"}))


def rows_url(question: Question, channel: str, model: str = "") -> str:
    """Return the page with the conversions behind a figure; channel "*" for all of them."""
    asked = {"channel": channel} | ({"model": model} if model else {})
    return f"{reverse('attribution_rows')}?{urlencode(asked)}&{query_of(question)}"
