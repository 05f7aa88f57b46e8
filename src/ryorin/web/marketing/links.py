"""Short links of campaigns: making one, its QR code, and the address that everybody may follow."""

import io

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from ryorin.customers.timeline.actions import record as record_touchpoint
from ryorin.customers.timeline.rules import verdict_of
from ryorin.marketing.campaigns.actions import add_link
from ryorin.marketing.campaigns.errors import LinkInvalid
from ryorin.marketing.campaigns.models import TrackedLink
from ryorin.marketing.campaigns.rules import is_web_address, with_utm
from ryorin.web.answers import member_of
from ryorin.web.marketing.campaigns import page, visible
from ryorin.web.marketing.inputs import LinkForm
from ryorin.workspace.members.rules import require

UTM = ("utm_source", "utm_medium", "utm_content", "utm_term")


@require_POST
def campaign_link_new(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "campaigns.change")
    found = get_object_or_404(visible(request), pk=pk)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            add_link(found, by=member_of(request), **form.cleaned_data)
        except LinkInvalid as refusal:
            form.add_error("target", str(refusal))
        else:
            messages.success(request, _("リンクを作りました。"))
            return redirect(f"{reverse('campaign', args=[pk])}#links")
    return page(request, found, form, status=422)


@require_GET
def campaign_link_qr(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Answer with the QR code of a link, as a file to put into print."""
    link = get_object_or_404(TrackedLink, pk=pk, campaign__in=visible(request))
    return qr(request.build_absolute_uri(reverse("link", args=[link.code])), kind, name=link.code)


def qr(address: str, kind: str, *, name: str) -> HttpResponse:
    """Return a QR code of the address as svg or png."""
    if kind not in ("svg", "png"):
        raise Http404
    file = io.BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind=kind, scale=10 if kind == "png" else 4, border=4)
    answer = HttpResponse(file.getvalue(), content_type="image/svg+xml" if kind == "svg" else "image/png")
    answer["Content-Disposition"] = f'inline; filename="qr-{name}.{kind}"'
    return answer


@require_safe
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Lead on to where the link was made to lead, and remember that somebody came by."""
    found = get_object_or_404(TrackedLink.objects.select_related("campaign"), code=code)
    if not is_web_address(found.target):
        raise Http404
    utm = {name: getattr(found, name) for name in UTM} | {"utm_campaign": found.campaign.code}
    target = with_utm(found.target, utm)
    if request.method == "GET":
        remember(request, found, target)
    answer = HttpResponseRedirect(target)
    add_never_cache_headers(answer)
    answer["Referrer-Policy"] = "no-referrer-when-downgrade"
    return answer


def remember(request: HttpRequest, found: TrackedLink, target: str) -> None:
    record_touchpoint(
        "link_clicked",
        source=f"link:{found.code}",
        channel=found.campaign.channel,
        campaign_id=found.campaign_id,
        verdict=verdict_of(request.headers.get("User-Agent", "")[:500]),
        properties={"url": target[:2000], "link": found.label, "referrer": request.headers.get("Referer", "")[:500]},
    )
