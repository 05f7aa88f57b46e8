"""Hearings: begun for a deal, a person or a company, filled in during the call, finished."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.voice.models import Need
from ryorin.lib.errors import Refusal
from ryorin.sales.deals.models import Deal
from ryorin.sales.hearing import actions
from ryorin.sales.hearing.errors import AnswerStale
from ryorin.sales.hearing.models import Answer, Hearing, Sheet
from ryorin.sales.hearing.queries import history_of, sections_of
from ryorin.web import outbox
from ryorin.web.answers import member_of, moved_on, picked
from ryorin.web.context import company
from ryorin.web.customers.undo import deleted
from ryorin.web.inputs import PickedField, picked_in
from ryorin.web.once import new_token, once
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

STEPS = (1, 2, 3, 4, 5)
LARGEST_BODY = 200_000
MOST_PEOPLE = 60


class NewForm(forms.Form):
    sheet = forms.ModelChoiceField(
        Sheet.objects.in_use(), label=gettext_lazy("シート"), widget=forms.RadioSelect, empty_label=None
    )
    deal = PickedField(Deal.objects.none(), label=gettext_lazy("商談"), required=False)
    person = PickedField(Person.objects.none(), label=gettext_lazy("相手"), required=False)
    company = PickedField(Company.objects.none(), label=gettext_lazy("会社"), required=False)

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, model in (("deal", Deal), ("person", Person), ("company", Company)):
            self.fields[name].queryset = model.objects.visible_to(member)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def hearing_new(request: HttpRequest) -> HttpResponse:
    """Ask which sheet to use and with whom, then begin the hearing."""
    member = member_of(request)
    require(member, "hearings.change")
    sheets = actions.first_sheets()
    data = request.POST if request.method == "POST" else None
    form = NewForm(data, member=member, initial=_meant(request, member, sheets))
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: actions.start_hearing(by=member, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("ヒアリングを始めました。"), to=reverse("hearing", args=[pk]))
    records = {f"chosen_{name}": picked_in(form, name) for name in ("deal", "person", "company")}
    context = {"form": form, "sheets": sheets, "once": request.POST.get("once") or new_token(), **records}
    context["chosen_sheet"] = str(form["sheet"].value() or "")
    part = "#form" if request.headers.get("HX-Request") else ""
    status = 422 if form.errors and not part else 200
    return render(request, f"sales/hearing_new.html{part}", context, status=status)


@require_GET
def hearing(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet with its answers, to be filled in."""
    member, found = member_of(request), seen(request, pk)
    sections = sections_of(found, currency=company().currency)
    context = {
        "hearing": found,
        "sections": sections,
        "answered": sum(section.answered for section in sections),
        "asked": sum(section.asked for section in sections),
        "steps": STEPS,
        "people": people_to_choose(found, member),
        "known": known_before(found, member),
        "words": words(),
        "may_change": may(member, "hearings.change"),
    }
    return render(request, "sales/hearing.html", context)


@require_http_methods(["GET", "POST"])
def hearing_answers(request: HttpRequest, pk: int) -> JsonResponse:
    """Return all answers as they stand, or save one: {question, value, version, client_id}."""
    member, found = member_of(request), seen(request, pk)
    if request.method == "GET":
        answers = found.answers.select_related("by")
        return JsonResponse({"state": found.state, "answers": {answer.question: told(answer) for answer in answers}})
    require(member, "hearings.change")
    try:
        sent = _sent(request)
        answer = actions.save_answer(found, by=member, **sent)
    except AnswerStale as refusal:
        theirs = found.answers.select_related("by").get(question=sent["key"])
        return JsonResponse({"message": str(refusal), "theirs": told(theirs)}, status=refusal.status)
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=refusal.status)
    if answer is None:
        return JsonResponse({"version": 0, "value": None, "is_other": False})
    return JsonResponse(told(answer) | {"is_other": answer.by_id != member.pk})


@require_GET
def hearing_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Return who answered what and when, for the drawer."""
    found = seen(request, pk)
    return render(request, "sales/hearing_history.html", {"hearing": found, "turns": history_of(found)})


@require_POST
def hearing_finish(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    actions.finish_hearing(found, by=member_of(request))
    to = reverse("deal", args=[found.deal_id]) if found.deal_id else reverse("hearing", args=[pk])
    return moved_on(request, _("ヒアリングを完了し、経緯に記録しました。"), to=to)


@require_POST
def hearing_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    actions.reopen_hearing(seen(request, pk), by=member_of(request))
    return redirect("hearing", pk)


@require_POST
def hearing_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    return deleted(request, str(found), actions.delete_hearing(found, by=member_of(request)), "hearings")


def seen(request: HttpRequest, pk: int) -> Hearing:
    """Return the hearing when the member may see it; 404 otherwise."""
    rows = Hearing.objects.visible_to(member_of(request))
    related = ("sheet", "sheet_version", "deal", "person", "company")
    found: Hearing = get_object_or_404(rows.select_related(*related), pk=pk)
    return found


def told(answer: Answer) -> dict[str, Any]:
    """Return an answer as the page's script takes it."""
    return {
        "version": answer.version,
        "value": answer.value,
        "said": answer.said,
        "by": answer.by.name if answer.by else "",
    }


def people_to_choose(found: Hearing, member: Member) -> list[Person]:
    """Return who may decide: the people of the deal, then their colleagues."""
    people = Person.objects.visible_to(member)
    first = list(people.filter(deal_roles__deal=found.deal_id)) if found.deal_id else []
    if found.person and found.person not in first and people.filter(pk=found.person_id).exists():
        first.append(found.person)
    firm = found.company_id or (found.person.company_id if found.person else None)
    others = people.filter(company=firm).exclude(pk__in=[one.pk for one in first]) if firm else people.none()
    return [*first, *others.order_by("family_kana", "pk")[:MOST_PEOPLE]]


def known_before(found: Hearing, member: Member) -> list[Need]:
    """Return what was heard of this customer at other times."""
    rows = Need.objects.visible_to(member).exclude(source_key__startswith=f"{found.pk}:").select_related("person")
    who = {"person_id": found.person_id} if found.person_id else {"company_id": found.company_id}
    return list(rows.filter(**who).order_by("-said_at")[:8]) if any(who.values()) else []


def words() -> dict[str, str]:
    """Return what the page's script says, by name."""
    return outbox.words(
        signin=_("ログインし直すと送信されます。回答はこの端末に残っています。"),
        mine=_("自分の記入にする"),
        theirs=_("相手の記入を残す"),
        finish=_("まだ送れていない回答があります。保存されてから完了してください。"),
    )


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Return the answer in the request's body; refuses what cannot be read."""
    unreadable = _("回答を読み取れません。ページを読み込み直してください。")
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise Refusal(_("回答が長すぎます。"))
    try:
        data = json.loads(request.body)
        version = data["version"]
        sent = {"key": str(data["question"]), "raw": data["value"], "client_id": UUID(str(data["client_id"]))}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refusal(unreadable) from None
    if not isinstance(version, int) or not 0 <= version < 2**31:
        raise Refusal(unreadable)
    return sent | {"version": version}


def _meant(request: HttpRequest, member: Member, sheets: list[Sheet]) -> dict[str, Any]:
    """Return what the address says about the new hearing."""
    rows: dict[str, type[Any]] = {"deal": Deal, "person": Person, "company": Company}
    meant = {name: picked(model.objects.visible_to(member), request.GET.get(name)) for name, model in rows.items()}
    asked = request.GET.get("sheet", "")
    sheet = next((one for one in sheets if str(one.pk) == asked), sheets[0] if sheets else None)
    return meant | {"sheet": sheet.pk if sheet else None}
