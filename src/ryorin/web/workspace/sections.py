"""The tabs above the settings pages: only those the member may open."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.web.answers import member_of
from ryorin.web.context import address_of
from ryorin.workspace.members.rules import may

SECTIONS = (
    ("settings", _("会社"), "audit.read", ()),
    ("members", _("メンバー"), "members.change", ("member", "member_new")),
    ("teams", _("チーム"), "members.change", ()),
    (
        "approval_routes",
        _("承認ルート"),
        "approvals.routes",
        ("approval_route", "approval_route_new"),
    ),
    ("pipelines", _("商談のステージ"), "pipelines.change", ("stage_rules",)),
    ("tax_rates", _("消費税率"), "audit.read", ()),
    ("categories", _("商品の分類"), "products.change", ()),
    (
        "proposal_templates",
        _("提案書の書式"),
        "proposal_templates.change",
        ("proposal_template", "proposal_template_new"),
    ),
    ("approach_outcomes", _("電話・訪問の結果"), "approach.settings", ()),
    ("hearing_sheets", _("ヒアリングシート"), "sheets.change", ("hearing_sheet",)),
    (
        "contract_templates",
        _("契約のひな形"),
        "contracts.settings",
        ("contract_template", "contract_template_new"),
    ),
    ("signing_key", _("電子署名の鍵"), "certificates.change", ()),
    ("mail_senders", pgettext_lazy("mail", "送信者"), "mail_senders.change", ("mail_sender", "mail_sender_new")),
    ("mail_delivery", _("配信設定"), "mailings.settings", ()),
    ("contact_limits", _("送信の上限と時間帯"), "journeys.limits", ()),
    ("webhooks", "Webhook", "webhooks.change", ("webhook", "webhook_new")),
    ("sites", _("サイト・ドメイン"), "pages.change", ("site", "site_new")),
    ("website", _("ウェブサイト"), "forms.change", ()),
    ("tags", _("外部送信・タグ"), "tags.change", ("tag", "tag_new")),
    ("purposes", _("利用目的"), "forms.change", ()),
    ("audit", _("監査ログ"), "audit.read", ()),
    ("system", _("システム"), "system.read", ()),
)


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs for templates/components/tabs.html."""
    match = request.resolver_match
    here = match.url_name if match else ""
    return [
        {"label": label, "url": address_of(name), "is_current": here == name or here in others}
        for name, label, verb, others in SECTIONS
        if address_of(name) and may(member_of(request), verb)
    ]
