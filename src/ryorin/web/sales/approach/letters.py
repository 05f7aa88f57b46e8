"""Direct mail: labels as PDF, addresses as CSV, and the note that the letters went out."""

from collections import Counter
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ryorin.alignment.letters.actions import send_letters
from ryorin.lib.tables.writing import write_csv
from ryorin.marketing.campaigns.models import Campaign
from ryorin.sales.approach.models import Method, TargetState, WhyOut
from ryorin.sales.approach.queries import listing
from ryorin.sales.approach.queries.labels import LAYOUTS, addresses_of, labels_pdf
from ryorin.web.answers import member_of
from ryorin.web.sales.approach.lists import seen
from ryorin.workspace.members.rules import may, require

COLUMNS = (
    lazy("郵便番号"), lazy("都道府県"), lazy("市区町村"), lazy("番地"), lazy("建物名"), lazy("会社名"), lazy("部署"),
    lazy("役職"), lazy("氏名"), lazy("敬称"), lazy("フリガナ"),
)  # fmt: skip
OUT = (WhyOut.NO_ADDRESS, WhyOut.NO_POST)


@require_GET
def approach_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who gets a letter, who cannot and why, and what it costs."""
    member, row = member_of(request), seen(request, pk)
    targets = listing.visible_targets(row, member)
    waiting = targets.filter(state=TargetState.WAITING).count()
    out = targets.filter(state=TargetState.OUT)
    reasons = Counter(out.values_list("why_out", flat=True))
    campaign = Campaign.objects.visible_to(member).filter(pk=row.campaign_id).first() if row.campaign_id else None
    context = {
        "row": row,
        "waiting": waiting,
        "sent": targets.filter(state=TargetState.DONE).count(),
        "reasons": [(why.value, why.label, reasons[why]) for why in WhyOut if reasons[why]],
        "unreachable": listing.lines_of(out.filter(why_out__in=OUT)).lines[:20],
        "cost": waiting * row.piece_cost,
        "campaign": campaign,
        "layouts": LAYOUTS.values(),
        "is_letter": row.method == Method.LETTER,
        "may_work": may(member, "approach.work"),
        "may_export": may(member, "records.export"),
    }
    return render(request, "sales/approach/letters.html", context)


@require_GET
def approach_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the address labels of those who wait (or of those already sent to) as a PDF."""
    member, row = member_of(request), seen(request, pk)
    require(member, "records.export")
    layout = LAYOUTS.get(request.GET.get("layout", ""), LAYOUTS["12"])
    skip = request.GET.get("skip", "")
    start = min(int(skip), layout.labels - 1) if skip.isdecimal() and len(skip) < 4 else 0
    pdf = labels_pdf(addresses_of(row, member, sent=request.GET.get("sent") == "1"), layout=layout, skip=start)
    disposition = f'attachment; filename="labels-{row.pk}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition})


@require_GET
def approach_addresses(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the addresses as CSV for a printer."""
    member, row = member_of(request), seen(request, pk)
    require(member, "records.export")
    rows: list[list[Any]] = [list(one.cells) for one in addresses_of(row, member, sent=request.GET.get("sent") == "1")]
    stream = BytesIO()
    write_csv(stream, [str(label) for label in COLUMNS], rows)
    disposition = f'attachment; filename="addresses-{row.pk}.csv"'
    return HttpResponse(
        stream.getvalue(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


@require_POST
def approach_posted(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the letters went out, and book what they cost."""
    row = seen(request, pk)
    count = send_letters(row, by=member_of(request))
    if count:
        text = ngettext("%(count)s通の発送を記録しました。", "%(count)s通の発送を記録しました。", count)
        messages.success(request, text % {"count": f"{count:,}"})
    else:
        messages.success(request, _("新しく発送する相手はいません。"))
    return redirect("approach_letters", row.pk)
