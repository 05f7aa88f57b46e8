"""Decisions about media that need no database: budgets over months, and how the names of a medium find ours."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from ryorin.marketing.campaigns.models import Channel
from ryorin.marketing.media.models import Level, Source

T = TypeVar("T")
LONGEST_FLIGHT = 366 * 3  # days
CHANNEL_OF_SOURCE: dict[str, str] = {
    Source.GOOGLE: Channel.SEARCH,
    Source.META: Channel.SOCIAL,
    Source.YAHOO_SEARCH: Channel.SEARCH,
    Source.YAHOO_DISPLAY: Channel.DISPLAY,
    Source.LINE: Channel.SOCIAL,
    Source.X: Channel.SOCIAL,
}
UTM_OF_SOURCE: dict[str, tuple[str, str]] = {
    Source.GOOGLE: ("google", "cpc"),
    Source.META: ("facebook", "paid_social"),
    Source.YAHOO_SEARCH: ("yahoo", "cpc"),
    Source.YAHOO_DISPLAY: ("yahoo", "display"),
    Source.LINE: ("line", "paid_social"),
    Source.X: ("x", "paid_social"),
}
KIND_PREFIX = "ad:"  # of the kinds of costs that are sums of figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a report, read: what the medium calls it, and its figures; cost in minor units of our currency."""

    day: date
    campaign_name: str = ""
    campaign_key: str = ""
    group_name: str = ""
    group_key: str = ""
    ad_name: str = ""
    ad_key: str = ""
    account: str = ""
    content: str = ""
    cost: int = 0
    impressions: int = 0
    clicks: int = 0
    conversions: Decimal = Decimal(0)

    @property
    def level(self) -> str:
        """Return how fine the line is."""
        if self.ad_key or self.ad_name:
            return Level.AD
        return Level.GROUP if self.group_key or self.group_name else Level.CAMPAIGN

    def match_key(self, level: str) -> str:
        """Return what tells this campaign, group or ad from others of the medium: numbers, else folded names."""
        parts = [self.campaign_key or folded(self.campaign_name)]
        if level != Level.CAMPAIGN:
            parts.append(self.group_key or folded(self.group_name))
        if level == Level.AD:
            parts.append(self.ad_key or folded(self.ad_name))
        return "/".join(parts)[:255]

    @property
    def key(self) -> str:
        """Return the digest under which a day's figures are kept."""
        return hashlib.sha1(f"{self.level}:{self.match_key(self.level)}".encode(), usedforsecurity=False).hexdigest()

    def plus(self, other: "Told") -> "Told":
        """Return both lines as one: reports are often split by device, keyword or placement."""
        names = {name: getattr(self, name) for name in self.__slots__}
        sums = {name: names[name] + getattr(other, name) for name in ("cost", "impressions", "clicks", "conversions")}
        return Told(**{**names, **sums, "content": self.content or other.content})


def folded(text: str) -> str:
    """Return a name as names are compared: without case, width and runs of spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def together(lines: Iterable[Told]) -> dict[tuple[date, str], Told]:
    """Return the lines by day and key, those of the same thing on the same day added up."""
    found: dict[tuple[date, str], Told] = {}
    for line in lines:
        place = (line.day, line.key)
        found[place] = found[place].plus(line) if place in found else line
    return found


@dataclass(slots=True)
class Known:
    """What is known here, by the names a medium may use for it; None where a name stands for several."""

    campaigns: dict[str, int | None] = field(default_factory=dict)
    flights: dict[str, tuple[int, int] | None] = field(default_factory=dict)  # (campaign, flight)
    creatives: dict[str, tuple[int, int] | None] = field(default_factory=dict)  # (campaign, creative)
    bookings: dict[tuple[int, str], list[tuple[int, date, date]]] = field(default_factory=dict)  # by campaign, source
    placements: dict[str, tuple[int, int | None, int]] = field(default_factory=dict)  # (campaign, flight, creative)
    matches: Mapping[tuple[str, str, str], tuple[int, int | None, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """Whose figures these are; None where that is not known."""

    campaign_id: int | None = None
    flight_id: int | None = None
    creative_id: int | None = None


def found_for(line: Told, source: str, known: Known) -> Found:
    """Return whose figures a line tells: as somebody once said, else by utm_content, number, code or name."""
    said = [known.matches.get((source, level, line.match_key(level))) for level in (Level.AD, Level.GROUP)]
    said.append(known.matches.get((source, Level.CAMPAIGN, line.match_key(Level.CAMPAIGN))))
    placed = _placement_of(line, known)
    campaign = next((one[0] for one in said if one), None)
    if campaign is None:
        campaign = placed[0] if placed else _first(known.campaigns, (line.campaign_key, line.campaign_name))
    flight = _first(known.flights, (line.group_key, line.campaign_key, line.group_name, line.campaign_name))
    creative = _first(known.creatives, (line.ad_key, line.ad_name))
    if campaign is None:
        campaign = flight[0] if flight else creative[0] if creative else None
    if campaign is None:
        return Found()
    flight_id = next((one[1] for one in said if one and one[1]), None)
    creative_id = next((one[2] for one in said if one and one[2]), None)
    if placed and placed[0] == campaign:
        flight_id, creative_id = flight_id or placed[1], creative_id or placed[2]
    if flight and flight[0] == campaign:
        flight_id = flight_id or flight[1]
    flight_id = flight_id or _booking_of(known.bookings.get((campaign, source), []), line.day)
    if creative and creative[0] == campaign:
        creative_id = creative_id or creative[1]
    return Found(campaign, flight_id, creative_id)


def _booking_of(bookings: Sequence[tuple[int, date, date]], day: date) -> int | None:
    """Return the only flight on that day, else the only one at all, of a campaign that runs on the medium."""
    running = [flight for flight, starts_on, ends_on in bookings if starts_on <= day <= ends_on]
    fit = running or [flight for flight, _starts_on, _ends_on in bookings]
    return fit[0] if len(fit) == 1 else None


def _placement_of(line: Told, known: Known) -> tuple[int, int | None, int] | None:
    """Return the placement whose code the line carries, as utm_content or as a word of the ad's name."""
    for text in (line.content, *re.split(r"[\s|_/（）()【】\[\]]+", line.ad_name)):
        if text and folded(text) in known.placements:
            return known.placements[folded(text)]
    return None


def _first(names: Mapping[str, T | None], texts: Iterable[str]) -> T | None:
    return next((found for text in texts if text and (found := names.get(folded(text))) is not None), None)


def named(pairs: Iterable[tuple[str, T]]) -> dict[str, T | None]:
    """Return folded name -> what it stands for, None where it stands for two."""
    found: dict[str, T | None] = {}
    for text, what in pairs:
        if key := folded(text):
            found[key] = what if found.get(key, what) == what else None
    return found


def months_between(starts_on: date, ends_on: date) -> Iterator[date]:
    """Yield the first day of each month that has a day of the span, both ends included."""
    month = starts_on.replace(day=1)
    while month <= ends_on:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def spread(total: int, starts_on: date, ends_on: date) -> dict[date, int]:
    """Return the total over the months of the span by their days; the parts add up to it exactly."""
    months, all_days = {}, (ends_on - starts_on).days + 1
    for month in months_between(starts_on, ends_on):
        after = (month + timedelta(days=31)).replace(day=1)
        months[month] = (min(ends_on + timedelta(days=1), after) - max(starts_on, month)).days
    parts = {month: total * days // all_days for month, days in months.items()}
    for month in sorted(months, key=lambda month: -(total * months[month] % all_days))[: total - sum(parts.values())]:
        parts[month] += 1
    return parts


def placement_code(creative_id: int, flight_id: int | None) -> str:
    """Return the utm_content of a creative on a flight."""
    return f"cr{creative_id}" + (f"-f{flight_id}" if flight_id else "")


def ratio(above: float | None, below: float | None) -> float | None:
    """Return a share, None where there is nothing to divide by."""
    return above / below if above is not None and below else None


def totals(rows: Sequence[Mapping[date, int]]) -> dict[date, int]:
    """Return the sum of each month over all rows."""
    found: dict[date, int] = {}
    for row in rows:
        for month, amount in row.items():
            found[month] = found.get(month, 0) + amount
    return found


def days_shared(starts_on: date, ends_on: date, start: date, end: date) -> int:
    """Return how many days of a span, both ends included, lie from `start` up to, not including, `end`."""
    return max(0, (min(ends_on + timedelta(days=1), end) - max(starts_on, start)).days)


def expected_between(total: int, starts_on: date, ends_on: date, start: date, end: date) -> float:
    """Return the part of what a whole flight is expected to bring that falls on these days."""
    return total * days_shared(starts_on, ends_on, start, end) / ((ends_on - starts_on).days + 1)


def spent_between(months: Mapping[date, int], starts_on: date, ends_on: date, start: date, end: date) -> float:
    """Return the part of a flight's budget that falls on these days; each month's by the flight's days in it."""
    found = 0.0
    for month, amount in months.items():
        after = (month + timedelta(days=31)).replace(day=1)
        first, last = max(month, starts_on), min(after - timedelta(days=1), ends_on)
        days = (last - first).days + 1
        if days > 0:
            found += amount * days_shared(first, last, start, end) / days
    return found
