"""Planning a mailing: message, audience, time, and subjects to try."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from ryorin.conditions.errors import ConditionInvalid
from ryorin.customers.segments.models import Segment
from ryorin.lib.errors import Refusal
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings import actions
from ryorin.marketing.mailings.models import Kind, Mailing, Topic, When
from ryorin.marketing.mailings.queries.audience import said
from ryorin.web.answers import member_of, version_in
from ryorin.web.marketing.mailings.listing import visible
from ryorin.web.once import new_token, once
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import require

LARGEST_CONDITION = 100_000
SUBJECTS = 4


class MailingForm(forms.Form):
    name = forms.CharField(label=lazy("配信名"), max_length=120)
    message = forms.ModelChoiceField(Message.objects.none(), label=lazy("メッセージ"))
    topic = forms.ModelChoiceField(
        Topic.objects.filter(is_active=True),
        label=lazy("メールの種類"),
        required=False,
        empty_label=lazy("指定しない"),
        help_text=lazy("受け手が配信設定で「希望しない」を選べる単位です。"),
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label=lazy("施策"), required=False, empty_label=lazy("なし")
    )
    segments = forms.ModelMultipleChoiceField(
        Segment.objects.none(), label=lazy("宛先のセグメント"), required=False, widget=forms.CheckboxSelectMultiple
    )
    excluded = forms.ModelMultipleChoiceField(
        Segment.objects.none(), label=lazy("除くセグメント"), required=False, widget=forms.CheckboxSelectMultiple
    )
    when = forms.ChoiceField(label=lazy("配信のタイミング"), choices=When.choices, widget=forms.RadioSelect)
    starts_at = forms.DateTimeField(
        label=lazy("配信開始の日時"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    per_minute = forms.IntegerField(
        label=lazy("1分あたりの上限（通）"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=lazy("空欄なら、受信側ごとの上限だけを守って送ります。"),
    )
    test_share = forms.IntegerField(label=lazy("テストする割合（%）"), required=False, min_value=0, max_value=90)
    test_hours = forms.IntegerField(label=lazy("結果を待つ時間（時間）"), required=False, min_value=1, max_value=168)
    test_metric = forms.ChoiceField(
        label=lazy("勝敗の決め方"),
        choices=(("mail_opened", lazy("開封した人の割合")), ("mail_clicked", lazy("クリックした人の割合"))),
        required=False,
    )
    is_winner_by_rule = forms.BooleanField(label=lazy("勝った件名を自動で残りの人に送る"), required=False)

    def __init__(self, request: HttpRequest, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        member = member_of(request)
        choices = {
            "message": Message.objects.visible_to(member).filter(archived_at__isnull=True),
            "campaign": Campaign.objects.visible_to(member),
            "segments": Segment.objects.visible_to(member).in_use().order_by("name"),
            "excluded": Segment.objects.visible_to(member).in_use().order_by("name"),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        for name in ("segments", "excluded"):
            self.fields[name].label_from_instance = _with_size  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what the verbs take."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "test_metric"}
        values["test_share"] = values["test_share"] or 0
        values["test_hours"] = values["test_hours"] or 4
        return values

    @staticmethod
    def initial_of(mailing: Mailing) -> dict[str, Any]:
        names = [name for name in MailingForm.base_fields if name not in ("segments", "excluded", "test_metric")]
        metric = mailing.experiment.metric if mailing.experiment else "mail_opened"
        segments = {"segments": mailing.segments.all(), "excluded": mailing.excluded.all()}
        return {name: getattr(mailing, name) for name in names} | segments | {"test_metric": metric}


@require_http_methods(["GET", "HEAD", "POST"])
def mailing_new(request: HttpRequest) -> HttpResponse:
    """Ask for everything a mailing needs; nothing goes out from here."""
    require(member_of(request), "mailings.change")
    initial = {
        "when": When.NOW, "segments": request.GET.getlist("segment")[:50], "message": request.GET.get("message"),
        "campaign": request.GET.get("campaign"), "test_hours": 4, "is_winner_by_rule": True,
    }  # fmt: skip
    form = MailingForm(request, request.POST or None, initial=initial)
    condition, problem = condition_in(request)
    if request.method == "POST" and form.is_valid() and not problem:
        try:
            pk = once(request, lambda: made(request, form, condition))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("mailing", pk) if pk else redirect("mailings")
    subjects = request.POST.getlist("subject")[:SUBJECTS]
    return _page(request, form, title=_("配信を作る"), condition=condition, problem=problem, subjects=subjects)


def made(request: HttpRequest, form: MailingForm, condition: object) -> Mailing:
    with transaction.atomic():
        found = actions.create_mailing(by=member_of(request), condition=condition, **form.values())
        return tested(request, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
def mailing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a mailing nobody has confirmed yet."""
    require(member_of(request), "mailings.change")
    found = get_object_or_404(visible(request).select_related("experiment"), pk=pk, kind=Kind.BULK)
    form = MailingForm(request, request.POST or None, initial=MailingForm.initial_of(found))
    version, status = request.POST.get("version", str(found.version)), 200
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                row = actions.change_mailing(found, by=member_of(request), version=version_in(request), **form.values())
                tested(request, row, form)
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            version, status = str(found.version), 409
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("mailing", pk)
    subjects = request.POST.getlist("subject")[:SUBJECTS] or [one.subject for one in found.wordings.all()]
    return _page(
        request, form, title=found.name, status=status, version=version, condition=found.condition, subjects=subjects,
        back=reverse("mailing", args=[pk]),
    )  # fmt: skip


def tested(request: HttpRequest, found: Mailing, form: MailingForm) -> Mailing:
    """This function will set the subjects to try, as they were typed."""
    metric = form.cleaned_data["test_metric"] or "mail_opened"
    subjects = request.POST.getlist("subject")[:SUBJECTS]
    return actions.set_test(found, subjects, metric=metric, by=member_of(request))


def condition_in(request: HttpRequest) -> tuple[object, str]:
    """Return the condition that came along from a list of people, and what is wrong with it."""
    text = (request.POST.get("condition") or request.GET.get("f") or "")[:LARGEST_CONDITION]
    if not text.strip():
        return None, ""
    try:
        found = json.loads(text)
        said(found)
    except (ValueError, RecursionError, ConditionInvalid) as error:
        return None, str(error)
    return found, ""


def _page(
    request: HttpRequest,
    form: MailingForm,
    *,
    title: str,
    status: int = 200,
    version: str = "",
    condition: object = None,
    problem: str = "",
    subjects: list[str],
    back: str = "",
) -> HttpResponse:
    subjects = [*subjects, *[""] * SUBJECTS][:SUBJECTS]
    context = {
        "form": form,
        "title": title,
        "version": version,
        "once": request.POST.get("once") or new_token(),
        "back": back or reverse("mailings"),
        "condition": json.dumps(condition) if condition else "",
        "said": said(condition) if condition else "",
        "problem": problem,
        "subjects": [(chr(ord("A") + place), text) for place, text in enumerate(subjects)],
    }
    status = 422 if (form.errors or problem) and status == 200 else status
    return render(request, "marketing/mailings/form.html", context, status=status)


def _with_size(segment: Segment) -> str:
    return f"{segment.name}（{segment.size:,}）"
