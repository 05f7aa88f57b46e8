"""The editor of hearing sheets: sections and questions, put in order, shown by earlier answers, without code."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.voice.models import NeedKind
from ryorin.lib.errors import Refusal
from ryorin.sales.deals.models import Deal, Stage
from ryorin.sales.hearing import actions, queries
from ryorin.sales.hearing.models import Sheet
from ryorin.sales.hearing.rules.sheets import DEAL_FIELDS, MOST_QUESTIONS, OPS_FOR, Op, QuestionType
from ryorin.web.answers import member_of, version_in
from ryorin.web.once import new_token, once
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import require

TYPES: dict[QuestionType, str | Promise] = {
    QuestionType.TEXT: gettext_lazy("1行の文"),
    QuestionType.LONG: gettext_lazy("長い文"),
    QuestionType.NUMBER: gettext_lazy("数"),
    QuestionType.MONEY: gettext_lazy("金額"),
    QuestionType.DATE: gettext_lazy("日付"),
    QuestionType.ONE: gettext_lazy("1つ選ぶ"),
    QuestionType.SEVERAL: gettext_lazy("いくつでも選ぶ"),
    QuestionType.YES: gettext_lazy("はい・いいえ"),
    QuestionType.SCALE: gettext_lazy("5段階"),
    QuestionType.NEED: gettext_lazy("ニーズ（お客さまの声）"),
    QuestionType.AUTHORITY: gettext_lazy("決裁者（人を選ぶ）"),
}
OPS: dict[Op, str | Promise] = {
    Op.ANSWERED: gettext_lazy("に回答があるとき"),
    Op.IS: gettext_lazy("が次の値のとき"),
    Op.IS_NOT: gettext_lazy("が次の値でないとき"),
    Op.INCLUDES: gettext_lazy("に次が含まれるとき"),
    Op.AT_LEAST: gettext_lazy("が次の値以上のとき"),
    Op.AT_MOST: gettext_lazy("が次の値以下のとき"),
}
PRESETS: dict[str, tuple[str | Promise, dict[str, Any]]] = {
    "text": (gettext_lazy("1行の文"), {"type": "text"}),
    "long": (gettext_lazy("長い文"), {"type": "long"}),
    "one": (gettext_lazy("1つ選ぶ"), {"type": "one"}),
    "several": (gettext_lazy("いくつでも選ぶ"), {"type": "several"}),
    "yes": (gettext_lazy("はい・いいえ"), {"type": "yes"}),
    "scale": (gettext_lazy("5段階"), {"type": "scale"}),
    "number": (gettext_lazy("数"), {"type": "number"}),
    "need": (gettext_lazy("ニーズ"), {"type": "need", "label": "お困りのことは何ですか", "kind": "problem"}),
    "budget": (gettext_lazy("予算（B）"), {"type": "money", "label": "ご予算はどのくらいですか", "maps_to": "budget"}),
    "authority": (gettext_lazy("決裁者（A）"), {"type": "authority", "label": "最終的に決めるのはどなたですか"}),
    "timing": (
        gettext_lazy("時期（T）"),
        {"type": "date", "label": "いつまでに決めたいですか", "maps_to": "expected_close_on"},
    ),
}
MOST_ROWS = 140


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("シート名"), max_length=80)
    purpose = forms.CharField(label=gettext_lazy("使う場面"), max_length=200, required=False)


@require_http_methods(["GET", "POST"])
def hearing_sheets(request: HttpRequest) -> HttpResponse:
    """Show the sheets, or make a new one and go on to its editor."""
    member = member_of(request)
    require(member, "sheets.change")
    actions.first_sheets()
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: actions.create_sheet(by=member, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("hearing_sheet", pk) if pk else redirect("hearing_sheets")
    context = {"form": form, "sheets": queries.sheets(), "once": new_token(), "tabs": tabs(request)}
    return render(request, "sales/hearing_sheets.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def hearing_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the editor of a sheet; take the whole sheet when it is sent back."""
    member = member_of(request)
    require(member, "sheets.change")
    found = get_object_or_404(Sheet.objects.visible_to(member), pk=pk)
    if request.method == "GET":
        form = NameForm(initial={"name": found.name, "purpose": found.purpose})
        return _editor(request, found, form, _rows_of(found), version=found.version)
    form, rows = NameForm(request.POST), _rows_in(request.POST)
    version, status = version_in(request), 422
    if form.is_valid():
        try:
            actions.change_sheet(
                found,
                by=member,
                version=version,
                sections=_sections(rows),
                before_stages=_before_stages(rows),
                **form.cleaned_data,
            )
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            version, status = found.version, 409
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("hearing_sheet", pk)
    return _editor(request, found, form, rows, version=version, status=status)


@require_GET
def hearing_sheet_row(request: HttpRequest) -> HttpResponse:
    """Return one more section or question for the editor."""
    require(member_of(request), "sheets.change")
    preset = request.GET.get("preset", "")
    if preset == "section":
        row: dict[str, Any] = {"row": "section", "key": f"s{secrets.token_hex(4)}"}
    elif preset in PRESETS:
        row = {"row": "question", "key": f"q{secrets.token_hex(4)}", **PRESETS[preset][1]}
    else:
        raise Http404
    return render(request, "sales/hearing_sheet_row.html", {"row": row, **_choices()})


@require_POST
def hearing_sheet_retire(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "sheets.change")
    actions.retire_sheet(get_object_or_404(Sheet, pk=pk), by=member_of(request))
    messages.success(request, _("シートの使用をやめました。回答は残っています。"))
    return redirect("hearing_sheets")


@require_POST
def hearing_sheet_revive(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "sheets.change")
    actions.revive_sheet(get_object_or_404(Sheet, pk=pk), by=member_of(request))
    messages.success(request, _("シートをまた使えるようにしました。"))
    return redirect("hearing_sheets")


def _editor(
    request: HttpRequest, found: Sheet, form: NameForm, rows: list[dict[str, Any]], *, version: int, status: int = 200
) -> HttpResponse:
    context = {
        "sheet": found,
        "form": form,
        "rows": rows,
        "version": version,
        "number": found.newest.number,
        "held": found.hearings.count(),
        "presets": {name: label for name, (label, _question) in PRESETS.items()},
        "tabs": tabs(request),
        **_choices(),
    }
    return render(request, "sales/hearing_sheet.html", context, status=status)


def _choices() -> dict[str, Any]:
    """Return what each row of the editor offers to choose from."""
    targets = sorted({target for fields in DEAL_FIELDS.values() for target in fields})
    stages = Stage.objects.filter(pipeline__is_active=True).select_related("pipeline")
    first = {stage.pipeline_id: stage.pk for stage in reversed(stages.order_by("position", "pk"))}
    several = len(first) > 1
    return {
        "types": [(kind.value, label, kind.has_choices) for kind, label in TYPES.items()],
        "ops": [
            (op.value, label, " ".join(kind for kind, ops in OPS_FOR.items() if op in ops)) for op, label in OPS.items()
        ],
        "kinds": NeedKind.choices,
        "targets": [
            (
                target,
                Deal._meta.get_field(target).verbose_name,  # type: ignore[union-attr]
                " ".join(kind for kind, fields in DEAL_FIELDS.items() if target in fields),
            )
            for target in targets
        ],
        "stages": [
            (stage.pk, f"{stage.pipeline.name}：{stage.name}" if several else stage.name)
            for stage in stages.order_by("pipeline__position", "pipeline", "position", "pk")
            if stage.pk != first[stage.pipeline_id]
        ],
    }


def _rows_of(sheet: Sheet) -> list[dict[str, Any]]:
    """Return a stored sheet as the editor's rows: each section followed by its questions."""
    asking, rows = queries.stages_asking(sheet), list[dict[str, Any]]()
    for place, section in enumerate(sheet.newest.sections):
        rows.append({"row": "section", "key": f"s{place}", "title": section["title"], "script": section["script"]})
        for question in section["questions"]:
            when = question["when"] or {}
            rows.append(
                question
                | {
                    "row": "question",
                    "before": asking.get(question["key"]),
                    "when_question": when.get("question", ""),
                    "when_op": when.get("op", ""),
                    "when_value": {"yes": _("はい"), "no": _("いいえ")}.get(
                        when.get("value", ""), when.get("value", "")
                    ),
                }
            )
    return _with_origins(rows)


def _rows_in(posted: QueryDict) -> list[dict[str, Any]]:
    """Return the rows as they were put together, in the order they stand on the page."""
    rows: list[dict[str, Any]] = []
    for key in posted.getlist("key")[:MOST_ROWS]:
        key = key[:40]

        def text(name: str, *, key: str = key) -> str:
            return posted.get(f"{name}-{key}", "")[:20_000].replace("\0", "").strip()

        if text("row") == "section":
            rows.append({"row": "section", "key": key, "title": text("title"), "script": text("script")})
            continue
        rows.append(
            {
                "row": "question",
                "key": key,
                "label": text("label"),
                "type": text("type"),
                "help": text("help"),
                "script": text("script"),
                "choices": text("choices").splitlines()[:200],
                "required": f"required-{key}" in posted,
                "kind": text("kind"),
                "area": text("area"),
                "maps_to": text("maps_to"),
                "before": int(text("before")) if text("before").isdecimal() and len(text("before")) < 19 else None,
                "when_question": text("when_question"),
                "when_op": text("when_op"),
                "when_value": text("when_value"),
            }
        )
    return _with_origins(rows[: MOST_QUESTIONS + MOST_ROWS])


def _with_origins(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows, each question with those before it that it may follow from."""
    earlier: list[tuple[str, str]] = []
    for row in rows:
        if row["row"] == "question":
            row["origins"] = list(earlier)
            earlier.append((row["key"], row["label"]))
    return rows


def _sections(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows as the sections of a sheet; questions before the first section stand in one without a title."""
    sections: list[dict[str, Any]] = []
    types = {row["key"]: row["type"] for row in rows if row["row"] == "question"}
    for row in rows:
        if row["row"] == "section":
            sections.append({"title": row["title"], "script": row["script"], "questions": []})
            continue
        if not sections:
            sections.append({"title": "", "script": "", "questions": []})
        value = row["when_value"]
        if types.get(row["when_question"]) == QuestionType.YES:
            value = {_("はい"): "yes", _("いいえ"): "no"}.get(value, value)
        when = {"question": row["when_question"], "op": row["when_op"] or Op.ANSWERED.value, "value": value}
        question = row | {"when": when if row["when_question"] else None}
        if row["maps_to"] not in DEAL_FIELDS.get(row["type"], ()):  # left over from another type
            question["maps_to"] = ""
        sections[-1]["questions"].append(question)
    return [section for section in sections if section["questions"] or section["title"]]


def _before_stages(rows: list[dict[str, Any]]) -> dict[str, int]:
    chosen = {row["key"]: row["before"] for row in rows if row["row"] == "question" and row["before"]}
    known = set(Stage.objects.filter(pk__in=chosen.values()).values_list("pk", flat=True))
    return {key: stage for key, stage in chosen.items() if stage in known}
