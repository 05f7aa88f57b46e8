"""Hearings and their answers as lists: conditions, sorting, export."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ryorin.sales.hearing.fields import ANSWER, HEARING
from ryorin.sales.hearing.models import Answer, Hearing
from ryorin.web.answers import member_of
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import Lead


def _hearing(row: Mapping[str, Any]) -> SafeString:
    return format_html("{}", row["sheet__name"])


def _answer(row: Mapping[str, Any]) -> SafeString:
    return format_html("{}", row["label"])


HEARINGS = Listing(
    title=_("ヒアリング"),
    url="hearings",
    record_url="hearing",
    lead=Lead(label=_("シート"), paths=("sheet__name",), show=_hearing),
    new_url="hearing_new",
    new_label=_("ヒアリングを始める"),
    change_verb="hearings.change",
    sort="-started_at",
    empty_title=_("まだヒアリングがありません"),
    empty_text=_("シートの質問に沿って聞くと、回答がそのまま商談の項目やニーズになります。"),
    empty_url="hearing_new",
    empty_label=_("ヒアリングを始める"),
    icon="clipboard-list",
    template="sales/hearing_list.html",
    context={"tab": "hearings"},
)
ANSWERS = Listing(
    title=_("ヒアリングの回答"),
    url="hearing_answer_list",
    lead=Lead(label=_("質問"), paths=("label",), show=_answer),
    sort="-at",
    empty_title=_("まだ回答がありません"),
    empty_text=_("ヒアリングで聞いたことが、質問ごとにここに並びます。"),
    empty_url="hearing_new",
    empty_label=_("ヒアリングを始める"),
    icon="list-details",
    template="sales/hearing_list.html",
    context={"tab": "answers"},
)


@require_http_methods(["GET", "HEAD", "POST"])
def hearings(request: HttpRequest) -> HttpResponse:
    """Show the hearings as a list."""
    rows = Hearing.objects.visible_to(member_of(request))
    return record_list(request, record_type=HEARING, rows=rows, member=member_of(request), listing=HEARINGS)


@require_http_methods(["GET", "HEAD", "POST"])
def hearing_answer_list(request: HttpRequest) -> HttpResponse:
    """Show every answer of every hearing as a list that can be narrowed by question and answer."""
    rows = Answer.objects.visible_to(member_of(request)).exclude(said="")
    return record_list(request, record_type=ANSWER, rows=rows, member=member_of(request), listing=ANSWERS)
