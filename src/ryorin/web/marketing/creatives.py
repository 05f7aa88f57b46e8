"""Creatives of a campaign: what is shown, in which version, who approved it, where it is placed, its QR codes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.experiments.queries import comparing
from ryorin.marketing.media import actions
from ryorin.marketing.media.models import Creative, CreativeState, CreativeVersion, Flight, Placement
from ryorin.marketing.media.queries.sheets import qr_sheet
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.context import company
from ryorin.web.customers.undo import deleted_from
from ryorin.web.marketing.campaigns import visible
from ryorin.web.marketing.media_inputs import CreativeForm, PlaceForm, VersionForm
from ryorin.web.marketing.tabs import campaign_tabs
from ryorin.web.once import new_token, once
from ryorin.web.workspace.files import attachment, handed_out
from ryorin.workspace.files.models import Kind
from ryorin.workspace.files.queries import content
from ryorin.workspace.files.rules import CONTENT_TYPES
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require


@require_GET
def campaign_creatives(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the creatives of a campaign with their newest pictures."""
    found = get_object_or_404(visible(request), pk=pk)
    rows = Creative.objects.visible_to(member_of(request)).filter(campaign=found).prefetch_related("versions__preview")
    context = {
        "campaign": found,
        "tabs": campaign_tabs(found, "campaign_creatives"),
        "creatives": [(row, next(iter(row.versions.all()), None)) for row in rows],
        "may_change": may(member_of(request), "campaigns.change"),
    }
    return render(request, "marketing/media/creatives.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def creative_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a creative; its file may come along."""
    member = member_of(request)
    require(member, "campaigns.change")
    campaign = get_object_or_404(visible(request), pk=pk)
    form = CreativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = once(request, lambda: actions.make_creative(campaign, by=member, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("クリエイティブを作りました。ファイルを登録してください。"))
            return redirect("creative", made) if made else redirect("campaign_creatives", pk)
    return _form(
        request, form, campaign, title=_("クリエイティブを追加"), back=reverse("campaign_creatives", args=[pk])
    )


@require_GET
def creative(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, seen(request, pk), VersionForm())


def page(request: HttpRequest, found: Creative, form: VersionForm, *, status: int = 200) -> HttpResponse:
    """Return the page of the creative, with a form for one more version."""
    member = member_of(request)
    placements = list(found.placements.select_related("flight", "link").order_by("flight_id"))
    placed = [placement.flight_id for placement in placements]
    versions = list(found.versions.select_related("file", "preview", "made_by"))
    context = {
        "creative": found,
        "campaign": found.campaign,
        "versions": versions,
        "newest": versions[0] if versions else None,
        "placements": [
            (placement, request.build_absolute_uri(reverse("link", args=[placement.link.code])))
            for placement in placements
        ],
        "flights": Flight.objects.visible_to(member)
        .filter(campaign=found.campaign_id)
        .exclude(pk__in=filter(None, placed)),
        "tests": comparing("creative", found.pk),
        "form": form,
        "may_change": may(member, "campaigns.change"),
        "may_approve": may(member, "creatives.approve") and found.state == CreativeState.DRAFT,
    }
    return render(request, "marketing/media/creative.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def creative_edit(request: HttpRequest, pk: int) -> HttpResponse:
    member, found = member_of(request), seen(request, pk)
    require(member, "campaigns.change")
    form = CreativeForm(request.POST or None, initial=CreativeForm.initial_of(found))
    version, status = request.POST.get("version", str(found.version)), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_creative(found, by=member, version=version_in(request), **form.cleaned_data)
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            version, status = str(found.version), 409
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("creative", pk)
    back = reverse("creative", args=[pk])
    return _form(request, form, found.campaign, title=found.name, back=back, status=status, version=version)


@require_POST
def creative_version_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file as the newest version."""
    member, found = member_of(request), seen(request, pk)
    require(member, "campaigns.change")
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.add_version(found, file.read(), name=file.name, by=member, note=form.cleaned_data["note"])
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("新しい版を登録しました。"))
            return redirect("creative", pk)
    return page(request, found, form, status=422)


@require_POST
def creative_approve(request: HttpRequest, pk: int) -> HttpResponse:
    actions.approve_creative(seen(request, pk), by=member_of(request), version=version_in(request))
    return moved_on(request, _("承認しました。"), to=reverse("creative", args=[pk]))


@require_POST
def creative_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a creative into another state."""
    state = request.POST.get("state", "")
    found = actions.move_creative(seen(request, pk), state, by=member_of(request), version=version_in(request))
    text = _("「%(state)s」にしました。") % {"state": found.get_state_display()}
    return moved_on(request, text, to=reverse("creative", args=[pk]))


@require_POST
def creative_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Place a creative on a flight of its campaign."""
    found = seen(request, pk)
    require(member_of(request), "campaigns.change")
    form = PlaceForm(found.campaign, request.POST)
    if not form.is_valid():
        messages.error(request, _("出稿を選んでください。"))
    else:
        actions.place(found, form.cleaned_data["flight"], by=member_of(request))
        messages.success(request, _("出稿に割り当て、専用のリンクを作りました。"))
    return redirect(f"{reverse('creative', args=[pk])}#links")


@require_POST
def creative_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    entry = actions.delete_creative(found, by=member_of(request))
    return deleted_from(request, found.name, entry, reverse("campaign_creatives", args=[found.campaign_id]))


@require_GET
def creative_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file of a version, always to be saved."""
    return attachment(version_seen(request, pk).file)


@require_GET
def creative_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the picture drawn anew from a version's file."""
    preview = version_seen(request, pk).preview
    if preview is None:
        raise Http404
    answer = HttpResponse(content(preview), content_type=CONTENT_TYPES[Kind.PNG])
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


@require_GET
def campaign_qr_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the QR codes of a campaign's creatives as sheets to print."""
    found = get_object_or_404(visible(request), pk=pk)
    rows = Placement.objects.filter(campaign=found).select_related("creative", "flight", "link").order_by("pk")
    codes = [
        (row.creative.name, row.flight.vehicle if row.flight else "", request.build_absolute_uri(f"/l/{row.link.code}"))
        for row in rows
    ]
    if not codes:
        raise Http404
    pdf = qr_sheet(found.name, codes, company=company().name)
    return handed_out(pdf, name=f"qr-{found.code}.pdf", content_type="application/pdf")


def version_seen(request: HttpRequest, pk: int) -> CreativeVersion:
    """Return the version when the member may see its creative."""
    creatives = Creative.objects.visible_to(member_of(request))
    rows = CreativeVersion.objects.filter(creative__in=creatives).select_related("file", "preview")
    found: CreativeVersion = get_object_or_404(rows, pk=pk)
    return found


def seen(request: HttpRequest, pk: int) -> Creative:
    """Return the creative when the member may see it."""
    rows = Creative.objects.visible_to(member_of(request)).select_related("campaign", "approved_by")
    found: Creative = get_object_or_404(rows, pk=pk)
    return found


def _form(
    request: HttpRequest,
    form: CreativeForm,
    campaign: Campaign,
    *,
    title: str,
    back: str,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "campaign": campaign, "title": title, "back": back, **more}
    context["once"] = request.POST.get("once") or new_token()
    status = 422 if form.errors and status == 200 else status
    return render(request, "marketing/media/creative_form.html", context, status=status)
