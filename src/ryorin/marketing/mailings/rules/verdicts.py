"""Whether a person or a machine opened a mail or followed a link."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from ryorin.customers.timeline.rules import verdict_of

SOONEST_HUMAN = timedelta(seconds=4)  # between the server's "taken" and a person's click
SOON = timedelta(seconds=90)
BURST = 3  # links followed within SECONDS_OF_BURST are followed by a scanner
SECONDS_OF_BURST = timedelta(seconds=8)
SCANNERS = re.compile(
    r"googleimageproxy|ggpht|yahoomailproxy|mimecast|proofpoint|barracuda|symantec|messagelabs|trendmicro|fortinet|"
    r"safelinks|microsoft office|ms-?office|outlook-?ios-?preview|skypeuripreview|slackbot|facebookexternalhit|"
    r"twitterbot|linebot|bingpreview|urlpreview|scanner|fireeye|checkpoint|sophos|zscaler|virustotal|headless|preview",
    re.I,
)
IMAGE_PROXIES = re.compile(r"googleimageproxy|ggpht|yahoomailproxy", re.I)
APPLE_PROXY = re.compile(r"^mozilla/5\.0\s*$", re.I)  # Apple's privacy proxy says no more than this


@dataclass(frozen=True, slots=True)
class Hit:
    """One request for a mail's picture or link."""

    kind: str  # opened or clicked
    at: datetime
    method: str = "GET"
    agent: str = ""
    purpose: str = ""  # of the header Purpose, Sec-Purpose or X-Moz


def verdict_on(hit: Hit, *, sent_at: datetime | None, links_lately: int = 0) -> tuple[str, str]:
    """Return ("human" or "machine", what made it a machine's).

    `links_lately`: how many other links of the same mail were followed within SECONDS_OF_BURST.
    Google's and Yahoo!'s picture proxies fetch when a person opens, so that theirs counts once it is not immediate;
    Apple's fetches by itself, whether anybody reads or not.
    """
    if hit.method != "GET":
        return "machine", "method"
    if "prefetch" in hit.purpose.lower() or "preview" in hit.purpose.lower():
        return "machine", "prefetch"
    if APPLE_PROXY.match(hit.agent):
        return "machine", "apple_proxy"
    proxy = hit.kind == "opened" and IMAGE_PROXIES.search(hit.agent)
    if not proxy and (not hit.agent or SCANNERS.search(hit.agent) or verdict_of(hit.agent) == "machine"):
        return "machine", "agent"
    if sent_at is None or hit.at - sent_at < SOONEST_HUMAN:
        return "machine", "too_soon"
    if hit.kind == "clicked" and links_lately + 1 >= BURST:
        return "machine", "burst"
    return "human", ""
