"""The tabs above the pages of privacy."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ryorin.web.context import address_of


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs for templates/components/tabs.html."""
    match = request.resolver_match
    here = match.url_name if match else ""
    pages: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("privacy_requests", _("請求への対応"), ("privacy_request", "privacy_request_new")),
        ("suppressions", _("同意と配信停止"), ()),
        ("erasures", _("消去の記録"), ("erasure",)),
        ("retention", _("保存期間"), ()),
        ("leaks", _("漏えい等の報告"), ("leak", "leak_new")),
    )
    return [
        {"label": label, "url": address_of(name), "is_current": here == name or here in others}
        for name, label, others in pages
    ]
