"""The answer to a request and the report of a leak, as PDF."""

from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ryorin.customers.privacy.models import Leak, PrivacyRequest
from ryorin.lib.pdf import render
from ryorin.workspace.organisation.queries import issuer

TEMPLATE = Path(__file__).parents[1] / "documents" / "letter.typ"


def answer_pdf(request: PrivacyRequest) -> bytes:
    """Return the letter that answers a request."""
    facts = [
        (_("請求の種類"), str(request.get_kind_display())),
        (_("受付日"), _day(request.received_at.date())),
        (_("本人確認"), str(request.get_checked_by_way_display()) or "–"),
        (_("対応"), str(request.get_outcome_display())),
    ]
    day = request.answered_at.date() if request.answered_at else request.received_at.date()
    heading, to = _("保有個人データに関するご回答"), _("%(name)s 様") % {"name": request.name}
    return _letter(heading=heading, to=to, day=_day(day), facts=facts, parts=[("", request.answer)])


def leak_pdf(leak: Leak, *, final: bool) -> bytes:
    """Return the prompt or the full report with the nine points the rules ask for."""
    parts = [
        (_("1. 概要"), leak.outline),
        (_("2. 漏えい等が発生した個人データの項目"), leak.items),
        (_("3. 本人の数"), _("%(count)s人") % {"count": f"{leak.people:,}"}),
        (_("4. 原因"), leak.reason),
        (_("5. 二次被害またはそのおそれの有無と内容"), leak.harm),
        (_("6. 本人への対応の実施状況"), leak.told_people),
        (_("7. 公表の実施状況"), leak.made_public),
        (_("8. 再発防止のための措置"), leak.prevention),
        (_("9. その他参考となる事項"), ""),
    ]
    facts = [
        (_("知った日"), _day(leak.known_on)),
        (_("発生した日"), _day(leak.occurred_on) if leak.occurred_on else _("調査中")),
        (_("報告の理由"), str(leak.get_cause_display())),
        (_("期限"), _day(leak.final_due_on if final else leak.prompt_due_on)),
    ]
    heading = _("個人データの漏えい等に関する報告（確報）") if final else _("個人データの漏えい等に関する報告（速報）")
    unknown = _("該当なし") if final else _("調査中")
    filled = [(title, text.strip() or unknown) for title, text in parts]
    day = _day(leak.updated_at.date())
    return _letter(heading=heading, to=_("個人情報保護委員会 御中"), day=day, facts=facts, parts=filled)


def _letter(*, heading: str, to: str, day: str, facts: list[tuple[str, str]], parts: list[tuple[str, str]]) -> bytes:
    sender = issuer()
    data: dict[str, Any] = {
        "language": get_language() or "ja",
        "heading": heading,
        "to": to,
        "day": day,
        "facts": facts,
        "parts": [{"title": title, "text": text} for title, text in parts],
        "from": sender.data,
    }
    return render(TEMPLATE, data, files=sender.files)


def _day(day: Any) -> str:
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}
