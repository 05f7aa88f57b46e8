"""On what basis people are mailed, in numbers; one address looked up, closed or opened again."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.customers.consent.actions import lift_suppression, suppress
from ryorin.customers.consent.models import Basis, Consent, Suppression, SuppressionReason
from ryorin.customers.consent.queries import WHY, standing_counts, suppression_of
from ryorin.customers.people.models import Person
from ryorin.customers.people.rules import email_key
from ryorin.customers.privacy.queries.archive import harmless
from ryorin.lib.errors import Refusal
from ryorin.web.answers import member_of
from ryorin.web.customers.privacy_tabs import tabs
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.rules import may, require

SHOWN = 50


@require_http_methods(["GET", "POST"])
def suppressions(request: HttpRequest) -> HttpResponse:
    """Show how many people may be mailed on what basis, and look an address up. The address is never in a link."""
    member = member_of(request)
    require(member, "privacy.handle")
    address, problem = request.POST.get("address", "").strip()[:254], ""
    step = request.POST.get("step", "")
    try:
        if step == "close" and address:
            suppress(
                address, reason=SuppressionReason.HAND, source="page", note=request.POST.get("note", ""), by=member
            )
            messages.success(request, _("このアドレスへの配信を止めました。"))
            return redirect("suppressions")
        if step == "open" and address:
            lift_suppression(address, evidence=request.POST.get("evidence", ""), by=member)
            messages.success(request, _("配信停止を解除しました。"))
            return redirect("suppressions")
    except Refusal as refusal:
        problem = str(refusal)
    counts = standing_counts(Person.objects.visible_to(member))
    key = email_key(address)
    context = {
        "address": address,
        "problem": problem,
        "found": suppression_of(key).select_related("by").first() if key else None,
        "people": Person.objects.visible_to(member).filter(email_key=key)[:5] if key else [],
        "allowed": [
            (Basis(one.standing.basis).label if one.standing.basis else _("根拠の記録なし"), one.people)
            for one in counts
            if one.standing.allowed
        ],
        "refused": [(WHY[one.standing.reason], one.people) for one in counts if not one.standing.allowed],
        "reasons": [
            (SuppressionReason(row["reason"]).label, row["n"])
            for row in Suppression.objects.standing().values("reason").annotate(n=Count("pk")).order_by("-n")
        ],
        "newest": Suppression.objects.select_related("by")[:SHOWN],
        "may_lift": may(member, "consents.lift"),
        "tabs": tabs(request),
    }
    return render(request, "customers/privacy/suppressions.html", context, status=422 if problem else 200)


@require_GET
def consents_file(request: HttpRequest) -> StreamingHttpResponse:
    """Give every statement with its evidence, as a file that can be imported again."""
    member = member_of(request)
    require(member, "privacy.handle")
    require(member, "records.export")
    rows = Consent.objects.filter(person__in=Person.objects.visible_to(member)).select_related("person", "by")
    record("records_exported", "records", None, by=member, records="consents")
    headers = {"Content-Disposition": 'attachment; filename="consents.csv"'}
    lines = _lines(rows.order_by("pk").iterator(chunk_size=2_000))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    def write(self, text: str) -> str:
        return text


def _lines(rows: Iterator[Consent]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    names = (_("氏名"), _("メールアドレス"), _("手段"), _("根拠"), _("証跡"), _("日時"), _("記録元"), _("記録した人"))
    yield "\ufeff" + writer.writerow(names)
    for row in rows:
        said = (row.get_medium_display(), row.get_basis_display(), row.evidence, row.at.isoformat(timespec="seconds"))
        by = row.by.name if row.by else ""
        yield writer.writerow([harmless(each) for each in (row.person.name, row.person.email, *said, row.source, by)])
