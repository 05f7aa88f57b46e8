"""Reports of advertising media: uploading one, naming its columns, what became of it, and figures nobody owns yet."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.contrib import messages
from django.db.models import Count, Max, Min, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from ryorin.connectors.adcosts.actions import Look, keep_report, look_at, take_report
from ryorin.connectors.adcosts.headers import LABELS, NEEDED
from ryorin.connectors.csv.errors import FileGone
from ryorin.lib.errors import Refusal
from ryorin.marketing.media.actions import match, match_again
from ryorin.marketing.media.models import AdFile, Creative, Figure, Flight, Level, Source
from ryorin.web.answers import member_of, moved_on, picked
from ryorin.web.connectors.uploads import keep, refuse_too_large
from ryorin.web.context import company
from ryorin.web.marketing.campaigns import visible
from ryorin.web.marketing.tabs import media_tabs
from ryorin.workspace.members.rules import may, require

LISTED = 50
GROUPS = 100
CHOICES = 500


@require_GET
def ad_reports(request: HttpRequest) -> HttpResponse:
    """Show the reports taken in so far, and take one more."""
    return page(request)


def page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    member = member_of(request)
    context = {
        "tabs": media_tabs("ad_reports"),
        "reports": AdFile.objects.visible_to(member).select_related("taken_by")[:LISTED],
        "may_change": may(member, "campaigns.change"),
        "unmatched": Figure.objects.filter(campaign=None).count(),
        "problem": problem,
        "sources": [label for value, label in Source.choices if value not in (Source.OTHER, Source.TYPED)],
    }
    return render(request, "marketing/media/reports.html", context, status=status)


@require_POST
@csrf_exempt
def ad_report_new(request: HttpRequest) -> HttpResponse:
    """Look at the size first: only then the form, and with it the file, is read."""
    require(member_of(request), "campaigns.change")
    refuse_too_large(request)
    return take_file(request)


@csrf_protect
def take_file(request: HttpRequest) -> HttpResponse:
    """Keep the file and go to the page on which its columns are named."""
    file = request.FILES.get("file")
    if file is None or not file.size:
        return page(request, problem=_("ファイルを選んでください。"), status=422)
    place = keep(file)
    try:
        kept = keep_report(place, name=file.name or "", by=member_of(request))
    except Refusal as refusal:
        place.unlink(missing_ok=True)
        return page(request, problem=str(refusal), status=422)
    return redirect("ad_report", kept.pk)


@require_GET
def ad_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a report would be read, or what became of it."""
    found = seen(request, pk)
    return result_page(request, found) if found.is_taken else mapping_page(request, found)


@require_POST
def ad_report_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the report in, its columns read as named."""
    found, member = seen(request, pk), member_of(request)
    require(member, "campaigns.change")
    columns = {name: text for name in LABELS if (text := request.POST.get(f"column-{name}", "")[:300])}
    try:
        rate = rate_in(request.POST.get("rate", ""))
        taken = take_report(
            found,
            by=member,
            source=request.POST.get("source", ""),
            columns=columns,
            micros=request.POST.get("micros") == "on",
            rate=rate,
        )
    except Refusal as refusal:
        return mapping_page(request, found, columns=columns, problem=str(refusal))
    messages.success(request, _("レポートを取り込みました。"))
    return redirect("ad_report", taken.pk)


def mapping_page(
    request: HttpRequest, found: AdFile, *, columns: dict[str, str] | None = None, problem: str = ""
) -> HttpResponse:
    """Show the columns of the report with what each is taken for."""
    look = looked_at(found)
    chosen = columns if columns is not None else look.columns
    context = {
        "report": found,
        "look": look,
        "fields": [
            {"name": name, "label": label, "chosen": chosen.get(name, ""), "must": name in NEEDED}
            for name, label in LABELS.items()
        ],
        "sources": [one for one in Source.choices if one[0] != Source.TYPED],
        "source": request.POST.get("source", look.source),
        "micros": request.POST.get("micros") == "on" if columns is not None else look.micros,
        "rate": request.POST.get("rate", "") or (f"{look.rate.normalize():f}" if look.rate else ""),
        "asks_rate": bool(look.currency and look.currency != company().currency),
        "currency": company().currency,
        "sample": [
            [row.values[place] if place < len(row.values) else "" for place in range(len(look.headers))]
            for row in look.sample
        ],
        "problem": problem,
        "may_change": may(member_of(request), "campaigns.change"),
    }
    return render(request, "marketing/media/report_columns.html", context, status=422 if problem else 200)


def result_page(request: HttpRequest, found: AdFile) -> HttpResponse:
    """Show what became of a report, by campaign."""
    rows = (
        found.figures.order_by()
        .values("campaign_id", "campaign__name")
        .annotate(
            days=Count("day", distinct=True), cost_sum=Sum("cost"), shown=Sum("impressions"), clicked=Sum("clicks")
        )
    )
    context = {
        "report": found,
        "rows": rows.order_by("-cost_sum"),
        "unmatched": found.figures.filter(campaign=None).count(),
        "may_change": may(member_of(request), "campaigns.change"),
    }
    return render(request, "marketing/media/report.html", context)


@require_GET
def ad_unmatched(request: HttpRequest) -> HttpResponse:
    """Show the campaigns of media whose figures belong to no campaign of ours yet."""
    rows = Figure.objects.filter(campaign=None).order_by()
    names = ("source", "campaign_name", "campaign_key")
    grouped = rows.values(*names).annotate(
        first=Min("day"), last=Max("day"), cost_sum=Sum("cost"), lines=Count("pk"), one=Min("pk")
    )
    context = {
        "tabs": media_tabs("ad_unmatched"),
        "groups": [
            group | {"medium": Source(group["source"]).label} for group in grouped.order_by("-cost_sum")[:GROUPS]
        ],
        "campaigns": visible(request).order_by("-starts_on", "-pk").only("pk", "name")[:CHOICES],
        "may_change": may(member_of(request), "campaigns.change"),
    }
    return render(request, "marketing/media/unmatched.html", context)


@require_POST
def ad_match(request: HttpRequest, pk: int) -> HttpResponse:
    """Say to which campaign of ours (flight and creative) a medium's campaign, group or ad belongs."""
    member = member_of(request)
    require(member, "campaigns.change")
    figure = get_object_or_404(Figure, pk=pk)
    campaign = picked(visible(request), request.POST.get("campaign"))
    if campaign is None:
        return moved_on(request, _("施策を選んでください。"), to=reverse("ad_unmatched"))
    level = request.POST.get("level", Level.CAMPAIGN)
    if level not in Level.values:
        raise Http404
    moved = match(
        figure,
        level,
        campaign=campaign,
        flight=picked(Flight.objects.visible_to(member), request.POST.get("flight")),
        creative=picked(Creative.objects.visible_to(member), request.POST.get("creative")),
        by=member,
    )
    text = ngettext(
        "%(count)s件の実績を「%(name)s」に入れました。", "%(count)s件の実績を「%(name)s」に入れました。", moved
    )
    return moved_on(request, text % {"count": f"{moved:,}", "name": campaign.name}, to=reverse("ad_unmatched"))


@require_POST
def ad_match_again(request: HttpRequest) -> HttpResponse:
    """Look once more for the campaigns of figures that have none: new ones may have been planned since."""
    found = match_again(by=member_of(request))
    text = ngettext("%(count)s件の施策が見つかりました。", "%(count)s件の施策が見つかりました。", found)
    return moved_on(request, text % {"count": f"{found:,}"}, to=reverse("ad_unmatched"))


def looked_at(found: AdFile) -> Look:
    path = Path(found.stored_as)
    if not path.is_file():
        raise FileGone()
    return look_at(path, name=found.name)


def rate_in(text: str) -> Decimal | None:
    """Return the rate typed, None for none, nought for what is no number (which is refused)."""
    plain = text.replace(",", "").strip()[:20]
    if not plain:
        return None
    try:
        rate = Decimal(plain)
    except InvalidOperation:
        return Decimal(0)
    return rate.quantize(Decimal("0.000001")) if rate.is_finite() and abs(rate) < 10**6 else Decimal(0)


def seen(request: HttpRequest, pk: int) -> AdFile:
    found: AdFile = get_object_or_404(AdFile.objects.visible_to(member_of(request)), pk=pk)
    return found
