"""Every component on one page, for those who build pages."""

import json
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.lib import clock


class SampleForm(forms.Form):
    """One field of each sort, with a mistake in one of them."""

    name = forms.CharField(label=_("会社名"), max_length=80, help_text=_("登記上の名前をそのまま入力します。"))
    email = forms.EmailField(label=_("メールアドレス"))
    kind = forms.ChoiceField(
        label=_("種類"), choices=[("call", _("電話")), ("visit", _("訪問"))], widget=forms.RadioSelect
    )
    owner = forms.ChoiceField(label=_("担当"), choices=[("", "–"), ("1", "佐藤 健"), ("2", "田村 葵")], required=False)
    day = forms.DateField(label=_("日付"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    memo = forms.CharField(label=_("メモ"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label=_("内容を確認しました"))


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    context = {
        "form": SampleForm({"name": "株式会社アクメ", "email": "ada@", "kind": "call", "agreed": "on"}),
        "chart": sample_chart(),
        "steps": sample_steps(),
        "tabs": sample_tabs(),
        "board": sample_board(),
        "moments": [now, now - timedelta(days=1), now - timedelta(days=3), now - timedelta(days=400)],
        "points": [3, 5, 4, 8, 7, 9, 12, 11, 15],
        "sowing": [91, 78, 62],
        "harvest": [72, 84, 64],
        "soon": now + timedelta(days=1),
        "late": now - timedelta(days=2),
    }
    return render(request, "design/design.html", context)


@require_GET
def drawer(request: HttpRequest) -> HttpResponse:
    return render(request, "design/design.html#drawer", {"form": SampleForm()})


@require_POST
def toast(request: HttpRequest) -> HttpResponse:
    line = {"text": _("佐伯 優子 様を削除しました。"), "undo": reverse("design_toast")}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": line})})


@require_GET
def progress(request: HttpRequest, percent: int) -> HttpResponse:
    ahead = min(100, percent + 8)
    url = reverse("design_progress", args=[ahead]) if ahead < 100 else ""
    context = {"percent": ahead, "label": _("顧客を取り込み中"), "poll_url": url, "cancel_url": reverse("design_toast")}
    return render(request, "components/progress.html", context)


def sample_chart() -> dict[str, object]:
    return {
        "title": _("月ごとのリードと受注"),
        "kind": "bar",
        "axis": _("月"),
        "labels": ["6月", "7月", "8月", "9月", "10月", "11月"],
        "series": [
            {"name": _("リード"), "values": [310, 342, 298, 401, 388, 412], "wheel": "sow"},
            {"name": _("引き継ぎ"), "values": [64, 70, 58, 81, 77, 78], "wheel": "axle"},
            {"name": _("受注"), "values": [31, 36, 29, 44, 40, 42], "wheel": "harvest"},
        ],
    }


def sample_steps() -> list[dict[str, object]]:
    now = clock.now()
    return [
        {"label": _("訪問"), "state": "done", "at": now - timedelta(days=85)},
        {"label": _("リード"), "state": "done", "at": now - timedelta(days=65)},
        {"label": _("見込み確度到達"), "state": "done", "at": now - timedelta(days=2)},
        {"label": _("引き継ぎ中"), "state": "now"},
        {"label": _("商談"), "state": ""},
        {"label": _("受注"), "state": ""},
        {"label": _("再購入"), "state": ""},
    ]


def sample_tabs() -> list[dict[str, object]]:
    names = [_("すべて"), _("マーケティング"), _("営業"), _("メモ")]
    return [{"label": name, "url": "#", "is_current": index == 0} for index, name in enumerate(names)]


def sample_board() -> list[dict[str, object]]:
    cards = [
        {"id": 1, "name": "画像検査ライン", "company": "株式会社森川製作所", "amount": 3_800_000},
        {"id": 2, "name": "保守契約の更新", "company": "株式会社アクメ", "amount": 480_000},
    ]
    return [
        {"name": _("ヒアリング"), "cards": cards, "total": 4_280_000},
        {"name": _("提案"), "cards": [{**cards[0], "id": 3}], "total": 3_800_000},
        {"name": _("見積提出"), "cards": [], "total": 0},
    ]
