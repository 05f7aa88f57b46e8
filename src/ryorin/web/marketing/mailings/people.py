"""The people behind every number of a mailing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from ryorin.marketing.mailings.models import RecipientState
from ryorin.marketing.mailings.queries.report import WHAT, page_of, people_with_events, recipients
from ryorin.marketing.mailings.rules.reasons import why
from ryorin.web.answers import member_of
from ryorin.web.marketing.mailings.listing import visible
from ryorin.workspace.members.rules import may

LABELS = {
    "total": lazy("宛先"),
    "waiting": lazy("待機中"),
    "sent": lazy("送信済み"),
    "delivered": lazy("到達"),
    "uncertain": lazy("届いたか不明"),
    "failed": lazy("送信できず"),
    "suppressed": lazy("配信対象外"),
    "skipped": lazy("取りやめ"),
    "opened": lazy("開封"),
    "machine_opened": lazy("機械による開封"),
    "clicked": lazy("クリック"),
    "machine_clicked": lazy("機械によるクリック"),
    "unsubscribed": lazy("配信停止"),
    "hard": lazy("宛先不明"),
    "soft": lazy("一時的な不達"),
    "complaints": lazy("迷惑メールの申告"),
}


@require_GET
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who stands behind a number, a link or a domain."""
    found = get_object_or_404(visible(request), pk=pk)
    what = request.GET.get("what", "total")
    what = what if what in WHAT else "total"
    rows, label = recipients(found, what), str(LABELS[what])
    link = request.GET.get("link", "")
    if link.isdecimal() and len(link) < 19:
        chosen = get_object_or_404(found.links, pk=int(link))
        verdict = "machine" if request.GET.get("by") == "machine" else "human"
        rows, label = people_with_events(found, chosen.pk, verdict=verdict), chosen.url
    domain = request.GET.get("domain", "").replace("\0", "")[:253]
    if domain:
        rows, label = rows.filter(domain=domain), domain
    after = request.GET.get("after", "")
    rows = rows.visible_to(member_of(request))
    page, following = page_of(rows, after=int(after) if after.isdecimal() and len(after) < 19 else 0)
    context = {
        "mailing": found,
        "label": label,
        "what": what,
        "lines": [(row, why(row.answer) if row.state != RecipientState.SENT or row.bounce else "") for row in page],
        "following": following,
        "labels": LABELS,
        "may_send": may(member_of(request), "mailings.send"),
    }
    return render(request, "marketing/mailings/people.html", context)
