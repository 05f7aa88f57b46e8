"""Decisions about campaigns that need no database."""

import hashlib
import json
import re
import unicodedata
from datetime import date
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from ryorin.marketing.campaigns.models import Campaign, CampaignState, Channel

BUDGET = "campaign_budget"  # the kind of approval
UTM_NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
SEARCH_ENGINES = ("google.", "bing.", "yahoo.", "duckduckgo.", "baidu.", "yandex.")
SOCIAL_SITES = ("facebook.", "instagram.", "t.co", "twitter.", "x.com", "linkedin.", "youtube.", "tiktok.", "line.me")
PAID_MEDIA = {"cpc", "ppc", "paid", "paidsearch", "paid_search", "sem"}
CHANNEL_OF_MEDIUM = {
    "email": Channel.MAIL,
    "mail": Channel.MAIL,
    "social": Channel.SOCIAL,
    "paid_social": Channel.SOCIAL,
    "display": Channel.DISPLAY,
    "banner": Channel.DISPLAY,
    "event": Channel.EVENT,
    "qr": Channel.PRINT,
    "print": Channel.PRINT,
    "referral": Channel.REFERRAL,
    "organic": Channel.ORGANIC,
    "pr": Channel.PR,
    "tv": Channel.TV,
}


def code_from(name: str) -> str:
    """Return a code for utm_campaign made of the name's ASCII letters and digits; empty when it has none."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50]


def is_web_address(text: str) -> bool:
    """Return whether `text` is an absolute http or https address that may be linked to."""
    if len(text) > 500 or re.search(r"\s", text) or not text.startswith(("http://", "https://")):
        return False
    return bool(host_of(text))


def host_of(address: str) -> str:
    """Return the host an address names, in small letters; empty when there is none or it cannot be read."""
    try:
        return (urlsplit(address).hostname or "").casefold()
    except ValueError:
        return ""


def utm_of(address: str) -> dict[str, str]:
    """Return the utm parameters an address, or the path of one, carries; none where it cannot be read."""
    if "utm_" not in address:
        return {}
    try:
        query = parse_qs(urlsplit(address).query, max_num_fields=50)
    except ValueError:
        return {}
    return {name: query[name][0][:100] for name in UTM_NAMES if name in query}


def with_utm(target: str, utm: dict[str, str]) -> str:
    """Return the address with the utm parameters added; those it already carries stay."""
    parts = urlsplit(target)
    query = parse_qsl(parts.query, keep_blank_values=True)
    present = {name for name, _value in query}
    query += [(name, utm[name]) for name in UTM_NAMES if utm.get(name) and name not in present]
    return urlunsplit(parts._replace(query=urlencode(query)))


def channel_of_visit(utm: dict[str, str], referrer: str = "", own_host: str = "") -> str:
    """Return the channel of a visit by its utm parameters, else by the page it came from."""
    medium = utm.get("utm_medium", "").casefold()
    if medium in PAID_MEDIA:
        return Channel.SEARCH
    if medium in CHANNEL_OF_MEDIUM:
        return CHANNEL_OF_MEDIUM[medium]
    host = host_of(referrer)
    if not host or host == own_host:
        return Channel.OTHER if medium else Channel.DIRECT
    if any(engine in host for engine in SEARCH_ENGINES):
        return Channel.ORGANIC
    if any(host == site or host.endswith("." + site) or site in host for site in SOCIAL_SITES):
        return Channel.SOCIAL
    return Channel.REFERRAL


def state_on(campaign: Campaign, day: date) -> str:
    """Return the state the campaign's dates say it has on `day`; without dates, the state it was given."""
    if campaign.ends_on and day > campaign.ends_on:
        return CampaignState.ENDED
    if campaign.starts_on:
        return CampaignState.RUNNING if day >= campaign.starts_on else CampaignState.PLANNED
    return campaign.state


def problem_with_period(starts_on: date | None, ends_on: date | None) -> bool:
    """Return whether the end lies before the start."""
    return bool(starts_on and ends_on and ends_on < starts_on)


def budget_facts(campaign: Campaign) -> dict[str, Any]:
    """Return what routes may ask about the budget, and what who approves reads."""
    return {
        "budget": campaign.budget,
        "channel": campaign.channel,
        "starts_on": campaign.starts_on,
        "ends_on": campaign.ends_on,
        "purpose": campaign.purpose,
    }


def budget_digest(campaign: Campaign) -> str:
    """Return the SHA-256 of the budget as it would be approved: how much, for what, when."""
    dates = [day.isoformat() if day else "" for day in (campaign.starts_on, campaign.ends_on)]
    content = [campaign.budget, campaign.channel, *dates, campaign.purpose]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
