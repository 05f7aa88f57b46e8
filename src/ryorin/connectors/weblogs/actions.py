"""Web server access logs into history: pages and documents become touchpoints, machines are marked."""

import gzip
import hashlib
import hmac
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ryorin.connectors.weblogs.errors import LogUnreadable
from ryorin.connectors.weblogs.rules import Hit, Sessions, Sort, read_line
from ryorin.customers.timeline.rules import verdict_of
from ryorin.insight.lake.actions import append_touchpoints
from ryorin.lib.ids import named_id
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.campaigns.rules import channel_of_visit, host_of, utm_of
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

AT_ONCE = 50_000
BAD_LINES_NAMED = 100
LONGEST_LINE = 64 * 1024


@dataclass
class LogReport:
    """What became of the lines: `new` touchpoints among pages and documents, and which lines could not be read."""

    lines: int = 0
    page_views: int = 0
    downloads: int = 0
    assets: int = 0
    errors: int = 0
    other: int = 0
    bad: int = 0
    machines: int = 0
    new: int = 0
    bad_lines: list[int] = field(default_factory=list)


def import_log(path: Path, *, site: str = "", by: Member | None = None) -> LogReport:
    """This function will bring one log (plain or gzip) into history; the same log again changes nothing.

    `site` is the address the paths belong to, such as https://www.acme.example; the visitor's address is not kept.
    """
    require(by, "records.import")
    reading = Reading(site=site)
    try:
        for number, line in enumerate(lines_of(path), start=1):
            reading.take(number, line)
            if len(reading.rows) >= AT_ONCE:
                reading.write()
    except (OSError, EOFError, zlib.error) as problem:
        raise LogUnreadable(name=path.name, what=str(problem)) from problem
    reading.write()
    if reading.report.lines and reading.report.bad == reading.report.lines:
        raise LogUnreadable(name=path.name, what=_("結合ログ形式（combined）ではありません。"))
    counts = {name: value for name, value in asdict(reading.report).items() if name != "bad_lines"}
    audit.record("log_imported", by=by, file=path.name, site=site, **counts)
    return reading.report


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a log, unpacked where it is compressed; bytes that are no text are kept visible."""
    with path.open("rb") as probe:
        packed = probe.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else path.open("rb") as stream:
        while line := stream.readline(LONGEST_LINE):
            if text := line.decode("utf-8", "backslashreplace").rstrip("\r\n"):
                yield text


class Reading:
    """The state of one log while it is read."""

    def __init__(self, *, site: str) -> None:
        self.site = site.rstrip("/")
        self.host = host_of(self.site)
        self.report = LogReport()
        self.rows: list[dict[str, Any]] = []
        self.sessions = Sessions()
        self.seen: Counter[str] = Counter()
        self.campaigns = {code: pk for code, pk in Campaign.objects.values_list("code", "pk")}

    def take(self, number: int, line: str) -> None:
        """This function will count the line, and keep it when a customer did something."""
        report = self.report
        report.lines += 1
        hit = read_line(line)
        if hit is None:
            report.bad += 1
            if len(report.bad_lines) < BAD_LINES_NAMED:
                report.bad_lines.append(number)
            return
        if hit.sort is Sort.PAGE:
            report.page_views += 1
        elif hit.sort is Sort.DOCUMENT:
            report.downloads += 1
        else:
            setattr(report, hit.sort.value, getattr(report, hit.sort.value) + 1)
            return
        self.rows.append(self.row(hit, line))

    def row(self, hit: Hit, line: str) -> dict[str, Any]:
        """Return the touchpoint of a hit; the same line of the same second twice is two hits."""
        self.seen[line] += 1
        visitor = visitor_of(hit)
        verdict = verdict_of(hit.agent)
        self.report.machines += verdict == "machine"
        utm = utm_of(hit.path)
        url = hit.path if hit.path.startswith("http") else self.site + hit.path
        properties = {"url": url, "session": self.sessions.session_of(visitor, hit.at), **utm}
        if hit.referrer:
            properties["referrer"] = hit.referrer
        return {
            "uid": str(named_id(hit.at, "weblog", self.site, line, str(self.seen[line]))),
            "at": hit.at,
            "kind": hit.sort.value,
            "visitor": visitor,
            "channel": channel_of_visit(utm, hit.referrer, self.host),
            "campaign_id": self.campaigns.get(utm.get("utm_campaign", "")),
            "verdict": verdict,
            "source": "weblog",
            "properties": json.dumps(properties, ensure_ascii=False, separators=(",", ":")),
        }

    def write(self) -> None:
        """This function will bring the kept hits into the lake."""
        if self.rows:
            self.report.new += append_touchpoints(self.rows)
            self.rows = []


def visitor_of(hit: Hit) -> str:
    """Return a name for the browser that nobody can turn back into an address without this installation's secret."""
    content = f"{hit.host}\x1f{hit.agent}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), content, hashlib.sha256).hexdigest()[:32]
