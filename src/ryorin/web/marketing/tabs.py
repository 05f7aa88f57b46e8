"""The tabs over the pages of campaigns and of media."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ryorin.marketing.campaigns.models import Campaign


def campaign_tabs(campaign: Campaign, current: str) -> list[dict[str, Any]]:
    """Return the tabs of one campaign."""
    names = {
        "campaign": _("概要"),
        "campaign_media": _("メディアプラン"),
        "campaign_creatives": _("クリエイティブ"),
        "campaign_results": _("成果"),
    }
    return [
        {"label": label, "url": reverse(name, args=[campaign.pk]), "is_current": name == current}
        for name, label in names.items()
    ]


def media_tabs(current: str) -> list[dict[str, Any]]:
    """Return the tabs over what all campaigns share."""
    names = {
        "campaigns": _("施策の一覧"),
        "media_plan": _("メディアプラン"),
        "ad_reports": _("広告レポート"),
        "ad_unmatched": _("未対応の実績"),
    }
    return [{"label": label, "url": reverse(name), "is_current": name == current} for name, label in names.items()]
