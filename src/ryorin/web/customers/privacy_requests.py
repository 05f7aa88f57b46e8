"""The desk for requests about personal data: what is open, one request from receipt to answer, the public page."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.people.models import Person
from ryorin.customers.privacy import actions
from ryorin.customers.privacy.errors import ExportGone
from ryorin.customers.privacy.models import (
    ExportState,
    IdentityCheck,
    Outcome,
    PersonalExport,
    PrivacyRequest,
    RequestKind,
    RequestState,
    Way,
)
from ryorin.customers.privacy.queries.archive import folder
from ryorin.customers.privacy.queries.paper import answer_pdf
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.ids import new_id
from ryorin.web.answers import member_of, version_in
from ryorin.web.customers.privacy_tabs import tabs
from ryorin.web.inputs import PickedField
from ryorin.workspace.members.rules import may, require

SHOWN = 200


class RequestForm(forms.Form):
    kind = forms.ChoiceField(label=lazy("請求の種類"), choices=RequestKind.choices)
    way = forms.ChoiceField(label=lazy("受付方法"), choices=[way for way in Way.choices if way[0] != Way.PAGE])
    name = forms.CharField(label=lazy("お名前"), max_length=120)
    email = forms.CharField(label=lazy("メールアドレス"), max_length=254, required=False)
    phone = forms.CharField(label=lazy("電話番号"), max_length=40, required=False)
    is_agent = forms.BooleanField(label=lazy("代理人からの請求"), required=False)
    text = forms.CharField(
        label=lazy("請求の内容"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class IdentityForm(forms.Form):
    how = forms.ChoiceField(label=lazy("本人確認の方法"), choices=IdentityCheck.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=lazy("メモ"),
        max_length=300,
        required=False,
        help_text=lazy("書類の写しや番号は保存しません。確かめた事実だけを書きます。"),
    )


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(label=lazy("対応"), choices=Outcome.choices, widget=forms.RadioSelect)
    answer = forms.CharField(label=lazy("回答の文面"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}))


class PersonForm(forms.Form):
    person = PickedField(Person.objects.none(), label=lazy("顧客"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        rows = kwargs.pop("rows")
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = rows  # type: ignore[attr-defined]


@require_GET
def privacy_requests(request: HttpRequest) -> HttpResponse:
    """Show what is open, the nearest deadline first, and what was answered lately."""
    member = member_of(request)
    require(member, "privacy.handle")
    rows = PrivacyRequest.objects.visible_to(member).select_related("person", "owner")
    context = {
        "tabs": tabs(request),
        "open": rows.open().filter(is_doubtful=False)[:SHOWN],
        "doubtful": rows.open().filter(is_doubtful=True)[:SHOWN],
        "closed": rows.exclude(state__in=(RequestState.RECEIVED, RequestState.VERIFIED)).order_by("-updated_at")[:50],
        "today": clock.today(),
        "public_url": request.build_absolute_uri(reverse("privacy_public")),
    }
    return render(request, "customers/privacy/requests.html", context)


@require_http_methods(["GET", "POST"])
def privacy_request_new(request: HttpRequest) -> HttpResponse:
    """Take down a request that came by telephone, letter or mail."""
    member = member_of(request)
    require(member, "privacy.handle")
    person = _person_named(request)
    initial = {"name": person.name, "email": person.email, "phone": person.mobile or person.phone} if person else {}
    form = RequestForm(request.POST or None, initial=initial)
    uid = _uid(request.POST.get("uid", ""))
    if request.method == "POST" and form.is_valid():
        try:
            taken = actions.take_request(uid=uid, person=person, by=member, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("privacy_request", taken.pk)
    context = {"form": form, "uid": uid, "person": person, "tabs": tabs(request)}
    return render(request, "customers/privacy/request_new.html", context, status=422 if form.errors else 200)


@require_GET
def privacy_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request: who asks, what was done so far, and the next step."""
    return shown(request, seen(request, pk))


@require_POST
def privacy_request_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Do the next step: name the person, note the identity check, answer, take back."""
    found, member, version = seen(request, pk), member_of(request), version_in(request)
    step = request.POST.get("step", "")
    form: forms.Form | None = None
    try:
        if step == "person":
            form = PersonForm(request.POST, rows=Person.objects.visible_to(member))
            if form.is_valid():
                actions.name_person(found, form.cleaned_data["person"], by=member, version=version)
        elif step == "identity":
            form = IdentityForm(request.POST)
            if form.is_valid():
                actions.check_identity(found, by=member, version=version, **form.cleaned_data)
        elif step == "answer":
            form = AnswerForm(request.POST)
            if form.is_valid():
                actions.answer_request(found, by=member, version=version, **form.cleaned_data)
        elif step == "withdraw":
            actions.withdraw_request(found, note=request.POST.get("note", ""), by=member, version=version)
        elif step == "take":
            actions.assign_request(found, owner=member, by=member, version=version)
        elif step == "export" and found.person:
            actions.ask_for_export(found.person, by=member, request=found)
            messages.success(request, _("出力の作成を始めました。できたらお知らせします。"))
        else:
            raise Http404
    except Refusal as refusal:
        return shown(request, found, problem=str(refusal), status=refusal.status)
    if form is not None and not form.is_valid():
        return shown(request, found, forms_shown={step: form}, status=422)
    return redirect("privacy_request", pk)


@require_GET
def privacy_request_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the answer as a letter."""
    found = seen(request, pk)
    if found.state != RequestState.ANSWERED:
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="answer-{found.pk}.pdf"'}
    return HttpResponse(answer_pdf(found), content_type="application/pdf", headers=headers)


@require_GET
def personal_export(request: HttpRequest, pk: int) -> FileResponse:
    """Give an archive of everything kept about a person."""
    require(member_of(request), "privacy.handle")
    people = Person.objects.visible_to(member_of(request))
    export = get_object_or_404(PersonalExport, pk=pk, state=ExportState.DONE, person__in=people)
    place = folder() / export.file
    if export.expires_at < clock.now() or not place.exists():
        raise ExportGone()
    name = f"personal-data-{export.person_id}-{export.asked_at:%Y%m%d}.zip"
    return FileResponse(place.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


def shown(
    request: HttpRequest,
    found: PrivacyRequest,
    *,
    problem: str = "",
    forms_shown: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of one request."""
    member, given = member_of(request), forms_shown or {}
    likely = Person.objects.visible_to(member).filter(email=found.email.lower()) if found.email else []
    context = {
        "asked": found,
        "events": found.events.select_related("by"),
        "exports": found.exports.select_related("person"),
        "erasures": found.erasures.all(),
        "identity": given.get("identity") or IdentityForm(),
        "answer": given.get("answer") or AnswerForm(),
        "likely": [person for person in likely if person.pk != found.person_id][:5],
        "problem": problem,
        "today": clock.today(),
        "may_erase": may(member, "privacy.erase"),
        "tabs": tabs(request),
    }
    return render(request, "customers/privacy/request.html", context, status=status)


def seen(request: HttpRequest, pk: int) -> PrivacyRequest:
    """Return the request for a member who handles requests."""
    require(member_of(request), "privacy.handle")
    rows = PrivacyRequest.objects.visible_to(member_of(request)).select_related("person", "owner", "checked_by")
    found: PrivacyRequest = get_object_or_404(rows, pk=pk)
    return found


def _person_named(request: HttpRequest) -> Person | None:
    text = request.GET.get("person", "") or request.POST.get("person", "")
    if not text.isdecimal() or len(text) > 18:
        return None
    found: Person | None = Person.objects.visible_to(member_of(request)).filter(pk=int(text)).first()
    return found


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return new_id()
