"""Petitions (一般稟議): the member's own, one to write, one to read and ask approval for."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.workspace.approvals import panel
from ryorin.web.workspace.files import attachment as handed_out
from ryorin.workspace.approvals.models import Approval
from ryorin.workspace.files.models import File
from ryorin.workspace.members.rules import require
from ryorin.workspace.petitions.actions import Attachment, ask_for_approval, change_petition, create_petition
from ryorin.workspace.petitions.models import KIND, Category, Petition
from ryorin.workspace.petitions.queries import hashes_of, owned_by
from ryorin.workspace.petitions.rules import LARGEST_AMOUNT, LONGEST_TEXT, MOST_FILES, digest_of, facts_of

SHOWN = 50


class PetitionForm(forms.Form):
    title = forms.CharField(label=lazy("件名"), max_length=120)
    category = forms.ChoiceField(label=lazy("区分"), choices=Category.choices, initial=Category.PURCHASE)
    amount = forms.IntegerField(
        label=lazy("金額（税抜）"), required=False, min_value=0, max_value=LARGEST_AMOUNT, localize=False
    )
    text = forms.CharField(
        label=lazy("内容"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=lazy(
            "何を、なぜ、いつまでに、いくらで。比べた案と、やらない場合に困ることも書くと判断が早くなります。"
        ),
    )


@require_GET
def petitions(request: HttpRequest) -> HttpResponse:
    """Show what the member has written, newest first, with the state of each."""
    before = request.GET.get("before", "")
    below = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = owned_by(member_of(request), before=below, limit=SHOWN + 1)
    last = _last_requests([row.pk for row in rows[:SHOWN]])
    context = {
        "rows": [(row, last.get(row.pk)) for row in rows[:SHOWN]],
        "next": f"?before={rows[SHOWN - 1].pk}" if len(rows) > SHOWN else "",
    }
    return render(request, "workspace/approvals/petitions.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a petition, then keep it."""
    require(member_of(request), "approvals.request")
    form = PetitionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_petition(by=member_of(request), attachments=_attachments(request), **_values(form))
            return redirect("petition", made.pk)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, None)


@require_GET
def petition(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one petition with its approval."""
    member, found = member_of(request), _found(request, pk)
    is_own = found.owner_id == member.pk
    context = {
        "petition": found,
        "files": list(found.files.order_by("pk")),
        "is_own": is_own,
        "panel": panel(
            KIND,
            found.pk,
            member=member,
            facts=facts_of(found),
            digest=digest_of(found, hashes_of(found)),
            back=request.path,
            request_url=reverse("petition_request", args=[found.pk]) if is_own else "",
            owner=found.owner,
        ),
    }
    return render(request, "workspace/approvals/petition.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a petition to change, then change it; a waiting request is taken back then."""
    found = get_object_or_404(Petition.objects.filter(owner=member_of(request)), pk=pk)
    require(member_of(request), "approvals.request")
    initial = {name: getattr(found, name) for name in PetitionForm.base_fields}
    form = PetitionForm(request.POST) if request.method == "POST" else PetitionForm(initial=initial)
    if form.is_bound and form.is_valid():
        without = [int(each) for each in request.POST.getlist("without")[:50] if each.isdecimal() and len(each) < 19]
        version, attachments = version_in(request), _attachments(request)
        try:
            change_petition(
                found,
                by=member_of(request),
                version=version,
                attachments=attachments,
                without=without,
                **_values(form),
            )
            return redirect("petition", found.pk)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, found)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the petition's approval."""
    found = _found(request, pk)
    asked = ask_for_approval(found, by=member_of(request), note=request.POST.get("note", ""))
    text = _("承認を申請しました。") if asked else _("この内容に承認は要りません。")
    return moved_on(request, text, to=reverse("petition", args=[pk]))


@require_GET
def attachment(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Hand out an attached file, never shown in the page."""
    kept: File = get_object_or_404(_found(request, pk).files, pk=file)
    return handed_out(kept)


def _form(request: HttpRequest, form: PetitionForm, found: Petition | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "petition": found, "most": MOST_FILES}
    context["files"] = list(found.files.order_by("pk")) if found else []
    return render(request, "workspace/approvals/petition_form.html", context, status=400 if form.errors else 200)


def _values(form: PetitionForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("title", "category", "amount", "text")}


def _attachments(request: HttpRequest) -> list[Attachment]:
    sent = request.FILES.getlist("attachments")[: MOST_FILES + 1]
    return [(file.name or "", file.read()) for file in sent if isinstance(file, UploadedFile)]


def _found(request: HttpRequest, pk: int) -> Petition:
    found: Petition = get_object_or_404(
        Petition.objects.visible_to(member_of(request)).select_related("owner__team"), pk=pk
    )
    return found


def _last_requests(ids: list[int]) -> dict[int, Approval]:
    """Return the newest request about each petition."""
    rows = Approval.objects.filter(kind=KIND, subject_id__in=ids).order_by("subject_id", "pk")
    return {row.subject_id: row for row in rows}
