"""Reading lines of a web server's access log in the combined format (Apache HTTP Server, mod_log_config)."""

import re
from calendar import month_abbr
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache

QUOTED = r'"((?:[^"\\]|\\.)*)"'
LINE = re.compile(
    r"^(\S+) \S+ .{0,200}?\[(\d{2}/[A-Z][a-z]{2}/\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})\] "
    rf"{QUOTED} (\d{{3}}) \S+(?: {QUOTED} {QUOTED[:-1]}(?:\"|$))?"
)
MONTHS = {name: number for number, name in enumerate(month_abbr) if name}
ASSET = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|bmp|woff2?|ttf|eot|otf|mp4|webm|mp3|wav|swf"
    r"|json|xml|rss|atom|txt)$",
    re.IGNORECASE,
)
DOCUMENT = re.compile(
    r"\.(?:pdf|zip|gz|tgz|bz2|xz|7z|rar|tar|iso|exe|msi|dmg|deb|rpm|jar|docx?|xlsx?|pptx?|csv)$", re.IGNORECASE
)
SESSION_ENDS = timedelta(minutes=30)


class Sort(StrEnum):
    """What a line of the log is about; only the first two become touchpoints."""

    PAGE = "page_view"
    DOCUMENT = "downloaded"
    ASSET = "assets"
    ERROR = "errors"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as the server wrote it down."""

    host: str
    at: datetime
    path: str
    sort: Sort
    referrer: str
    agent: str


def read_line(line: str) -> Hit | None:
    """Return the request of one line; None when the line is not in the combined format."""
    found = LINE.match(line)
    if not found:
        return None
    host, day, clock, zone, request, status, referrer, agent = found.groups()
    try:
        at = moment(day, clock, zone)
    except (ValueError, KeyError):
        return None
    method, _space, rest = request.partition(" ")
    path = rest.rpartition(" ")[0] if " HTTP/" in rest else rest
    return Hit(
        host=host,
        at=at,
        path=path[:2000],
        sort=sort_of(method, path, int(status)),
        referrer="" if referrer in (None, "-") else referrer[:2000],
        agent="" if agent in (None, "-") else agent[:500],
    )


def sort_of(method: str, path: str, status: int) -> Sort:
    """Return what a request was about: a page, a document, or nothing that a customer did."""
    if status >= 400:
        return Sort.ERROR
    if method != "GET" or not path.startswith(("/", "http")) or (300 <= status < 400 and status != 304):
        return Sort.OTHER
    plain = path.partition("?")[0]
    if DOCUMENT.search(plain):
        return Sort.DOCUMENT
    return Sort.ASSET if ASSET.search(plain) else Sort.PAGE


def moment(day: str, clock: str, zone: str) -> datetime:
    """Return the UTC moment of "17/May/2015", "10:05:03", "+0900"."""
    midnight = start_of(day, zone)
    return midnight + timedelta(hours=int(clock[:2]), minutes=int(clock[3:5]), seconds=int(clock[6:]))


@lru_cache(maxsize=64)
def start_of(day: str, zone: str) -> datetime:
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    place = timezone(-offset if zone[0] == "-" else offset)
    return datetime(int(day[7:]), MONTHS[day[3:6]], int(day[:2]), tzinfo=place).astimezone(UTC)


class Sessions:
    """Tells visits apart: a visitor who was silent for half an hour begins another."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[datetime, str]] = {}

    def session_of(self, visitor: str, at: datetime) -> str:
        """Return the session that a hit of the visitor belongs to; hits come in order of time."""
        last_at, session = self.open.get(visitor, (None, ""))
        if last_at is None or at - last_at > SESSION_ENDS:
            session = f"{visitor[:12]}-{int(at.timestamp()):x}"
        self.open[visitor] = (at, session)
        return session
