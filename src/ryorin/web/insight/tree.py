"""The KPI tree: revenue taken apart into its factors, and which of them explains the distance to last year or goal."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from ryorin.alignment.goals.queries import Branch, Tree, factor_name, tree
from ryorin.alignment.goals.queries.tree import REPEAT, REVENUE, STAGES
from ryorin.insight.methods.decomposition import Link
from ryorin.insight.metrics.queries import Key, metric_named
from ryorin.insight.metrics.rules import Unit
from ryorin.web.insight.asking import part_in, period_in, today, walk
from ryorin.web.insight.goal_words import tabs
from ryorin.web.insight.showing import part_names, rows_address, shown
from ryorin.web.templatetags.ryorin import money, number, percent, short_money

AGAINST = ("last_year", "goal")
BY = ("channel", "team")
WHEELS = {
    "visits": "sow", "leads": "sow", "qualified_leads": "sow", "accepted_leads": "axle", "first_orders": "harvest",
    "new_revenue": "harvest", REPEAT: "harvest", REVENUE: "axle",
}  # fmt: skip
SHOWN = 15


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the tree of a period against the year before or the goal, of the whole or of one channel or team."""
    period = period_in(request, "quarter")
    against = request.GET.get("against", "")
    against = against if against in AGAINST else "last_year"
    by, key = part_in(request)
    by = by if by in BY and against == "last_year" else ""
    found = tree(period, today=today(), against=against, by=by or None)
    context = {
        "walk": walk(period),
        "tabs": tabs("kpi_tree"),
        "against": against,
        "by": by,
        "asks_goal": against == "goal",
        "against_choices": [("last_year", _("前年同期")), ("goal", _("目標"))],
        "by_choices": [("", _("全体")), ("channel", _("チャネル")), ("team", _("チーム"))],
    }
    if found is None:
        return render(request, "insight/tree.html", context | {"tree": None})
    chosen = chosen_in(found, by, key, "key" in request.GET)
    names = part_names(by, [one.key for one in found.branches]) if by else {}
    context |= {
        "tree": found,
        "chosen": names.get(chosen.key, "") if chosen is not found.whole else "",
        **drawn(found, chosen, by),
        "sentence": sentence(found, chosen, by, names),
        "branches": [line(one, found, by, names) for one in found.branches[:SHOWN]],
        "others": others(found),
        "columns": columns(found, by),
        "last": found.end - timedelta(days=1),
        "base_last": found.base[1] - timedelta(days=1) if found.base else None,
        "assumed": [metric_named(name).label for name in found.assumed],
        "elapsed": percent(found.elapsed, 0),
        "is_partial": found.elapsed < 1,
        "skipped": [metric_named(name).label for name in skipped(chosen, by)],
    }
    return render(request, "insight/tree.html", context)


def chosen_in(found: Tree, by: str, key: Key, is_asked: bool) -> Branch:
    """Return the branch the address names; the whole where it names none."""
    if by and is_asked:
        return next((one for one in found.branches if one.key == key), found.whole)
    return found.whole


def drawn(found: Tree, chosen: Branch, by: str) -> dict[str, Any]:
    """Return the nodes of the tree: revenue, its two branches, the factors of the first."""
    part = {"by": by, "key": chosen.key} if chosen is not found.whole else {}
    most = max((abs(one) for one in chosen.parts.values()), default=0) or 1
    new = sum(value for name, value in chosen.parts.items() if name != REPEAT)
    before, after = chosen.stages
    money_stage = chosen.links[-1].to

    def node(name: str, label: str, now: str, then: str, change: int, *, url: str, factor: str = "") -> dict[str, Any]:
        return {
            "name": name,
            "label": label,
            "now": now,
            "then": then,
            "change": signed_money(change),
            "percent": 100 * abs(change) / most,
            "css": "up" if change > 0 else "down" if change < 0 else "mut",
            "bar": "bad" if change < 0 else WHEELS[name],
            "wheel": WHEELS[name],
            "url": url,
            "factor": factor,
        }

    def rows(name: str) -> str:
        return rows_address(name, found.start, found.end, **part)  # type: ignore[arg-type]

    return {
        "root": node(
            REVENUE, str(metric_named(REVENUE).label), short_money(chosen.after), short_money(chosen.before),
            chosen.difference, url=root_address(found, chosen, by),
        ),
        "new": node(
            "new_revenue", str(metric_named("new_revenue").label), short_money(int(after[money_stage])),
            short_money(int(before[money_stage])), new, url=rows("new_revenue"),
        ),
        "repeat": node(
            REPEAT, str(metric_named(REPEAT).label), short_money(chosen.repeat[1]), short_money(chosen.repeat[0]),
            chosen.parts[REPEAT], url=rows(REPEAT),
        ),
        "factors": [
            node(link.to, factor_name(link.of, link.to), value_of(link, link.after), value_of(link, link.before),
                 chosen.parts[link.to], url=rows(link.to), factor=factor_of(link))
            for link in chosen.links
        ],
    }  # fmt: skip


def root_address(found: Tree, chosen: Branch, by: str) -> str:
    """Return what a click on revenue opens: the orders behind it, of a branch the metric's own page."""
    if chosen is found.whole:
        return rows_address(REVENUE, found.start, found.end)
    return f"{reverse('metric', args=['new_revenue'])}?{urlencode({'at': found.start.isoformat(), 'by': by})}"


def factor_of(link: Link) -> str:
    """Return what is divided by what."""
    return f"{metric_named(link.to).label} ÷ {metric_named(link.of).label}" if link.of else ""


def value_of(link: Link, value: Any) -> str:
    """Return a factor's value: a count, a rate, or an amount for each."""
    amount = float(value)
    unit = metric_named(link.to).unit
    if not link.of:
        return shown(metric_named(link.to), amount)
    if unit is Unit.MONEY:
        return short_money(round(amount))
    return percent(amount) if amount <= 1 else number(amount, 2)


def signed_money(value: int) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{short_money(abs(value))}"


def sentence(found: Tree, chosen: Branch, by: str, names: dict[Key, str]) -> str:
    """Return the largest explanation in words."""
    base = pgettext("above it", "目標") if found.against == "goal" else pgettext("above it", "前年同期")
    if chosen.difference == 0 and not any(chosen.parts.values()):
        return _("売上高は%(base)sと同じです。") % {"base": base}
    way = 1 if chosen.difference >= 0 else -1
    name = max(chosen.parts, key=lambda one: (way * chosen.parts[one], one))
    labels = {link.to: factor_name(link.of, link.to) for link in chosen.links} | {
        REPEAT: str(metric_named(REPEAT).label)
    }
    words = {
        "base": base,
        "amount": money(abs(chosen.difference)),
        "factor": labels[name],
        "part": signed_money(chosen.parts[name]),
    }
    said = (
        _("売上高は%(base)sを%(amount)s上回りました。いちばん大きな理由は「%(factor)s」（%(part)s）です。") % words
        if way > 0
        else _("売上高は%(base)sを%(amount)s下回りました。いちばん大きな理由は「%(factor)s」（%(part)s）です。") % words
    )
    if by and chosen is found.whole and found.branches:
        one = max(found.branches, key=lambda one: way * one.difference)
        if one.difference * way > 0:
            said += _("内訳では「%(name)s」の差（%(amount)s）が最大です。") % {
                "name": names[one.key], "amount": signed_money(one.difference)
            }  # fmt: skip
    return said


def skipped(chosen: Branch, by: str) -> list[str]:
    """Return the stages that could not be divided by and were left out of the chain."""
    used = {link.to for link in chosen.links}
    stages = [name for name in STAGES if name in chosen.stages[0]] if any(chosen.parts.values()) else []
    return [name for name in stages if name not in used and not (by == "team" and name in STAGES[:3])]


def columns(found: Tree, by: str) -> list[tuple[str, str]]:
    """Return the parts that the table of branches has, as (stage, heading)."""
    stages = STAGES[3:] if by == "team" else STAGES
    places = zip(("", *stages), stages, strict=False)
    labels = [(name, factor_name(of, name)) for of, name in places]
    return [*labels, (REPEAT, str(metric_named(REPEAT).label))]


def line(one: Branch, found: Tree, by: str, names: dict[Key, str]) -> dict[str, Any]:
    """Return a branch as its row shows it."""
    cells = [
        {
            "label": label,
            "text": signed_money(one.parts[name]) if one.parts.get(name) else "–",
            "css": "up" if one.parts.get(name, 0) > 0 else "down" if one.parts.get(name, 0) < 0 else "mut",
            "url": rows_address(name, found.start, found.end, by=by, key=one.key) if one.parts.get(name) else "",
        }
        for name, label in columns(found, by)
    ]
    return {
        "name": names[one.key],
        "key": "" if one.key is None else one.key,
        "after": short_money(one.after),
        "before": short_money(one.before),
        "change": signed_money(one.difference),
        "css": "up" if one.difference > 0 else "down" if one.difference < 0 else "mut",
        "cells": cells,
    }


def others(found: Tree) -> str:
    """Return what the branches that are not shown make together; "" where all are shown."""
    rest = found.branches[SHOWN:]
    return signed_money(sum(one.difference for one in rest)) if rest else ""
