"""One line of the table: what was done, how long it took, what was to be reached, and the reference beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any
from unicodedata import east_asian_width

COLUMNS = ("work", "size", "median", "p95", "rate", "memory", "ratio", "reference", "to reach", "")
LEFT = {"work", "size", "reference", "to reach", ""}


@dataclass(frozen=True)
class Bar:
    """What is to be reached at full scale: `what` names a number of the result, `most` or `least` its limit."""

    what: str
    most: float | None = None
    least: float | None = None

    def is_met(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def by_how_much(self, value: float) -> float:
        """Return the value as a multiple of the limit."""
        return value / (self.most or self.least or 1)

    def __str__(self) -> str:
        limit = self.most if self.most is not None else self.least
        sign = "<=" if self.most is not None else ">="
        return f"{self.what} {sign} {shown(self.what, limit)}"


@dataclass(frozen=True, kw_only=True)
class Result:
    """Times in seconds, rate per second, memory in bytes; `ratio` is time over the reference's, or rate over its."""

    work: str
    size: str
    times: tuple[float, ...] = ()
    rate: float | None = None
    memory: int | None = None
    ratio: float | None = None
    reference: str = ""
    bars: tuple[Bar, ...] = ()

    @property
    def median(self) -> float | None:
        return median(self.times) if self.times else None

    @property
    def p95(self) -> float | None:
        return percentile(self.times, 0.95) if len(self.times) > 1 else None

    def number(self, what: str) -> float | None:
        return {"p50": self.median, "p95": self.p95, "rate": self.rate, "memory": self.memory, "ratio": self.ratio}[
            what
        ]

    @property
    def missed(self) -> list[str]:
        """Return in words each bar that is not met."""
        told = []
        for bar in self.bars:
            value = self.number(bar.what)
            if value is not None and not bar.is_met(value):
                told.append(f"{bar}: {shown(bar.what, value)}, {bar.by_how_much(value):.2f} of the limit")
        return told

    def as_json(self) -> dict[str, Any]:
        return {
            "work": self.work,
            "size": self.size,
            "runs": len(self.times),
            "median_seconds": self.median,
            "p95_seconds": self.p95,
            "rate_per_second": self.rate,
            "peak_memory_bytes": self.memory,
            "ratio": self.ratio,
            "reference": self.reference,
            "bars": [str(bar) for bar in self.bars],
            "missed": self.missed,
        }


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def shown(what: str, value: float | None) -> str:
    """Return a number with its unit, by what it is."""
    if value is None:
        return "-"
    match what:
        case "p50" | "p95":
            return f"{value * 1000:,.1f} ms" if value < 1 else f"{value:,.2f} s"
        case "rate":
            return f"{value:,.0f}/s"
        case "memory":
            return f"{value / 1e6:,.0f} MB"
        case _:
            return f"{value:,.2f}x"


def table(results: Sequence[Result], *, judges: bool) -> str:
    """Return the results as one table; `judges` adds which bars are missed, which only full scale can tell."""
    lines = [dict(zip(COLUMNS, COLUMNS, strict=True)) | {"": ""}]
    for one in results:
        bars = "; ".join(map(str, one.bars))
        verdict = ("MISSED" if one.missed else "met") if judges and one.bars else ""
        values = (one.work, one.size, shown("p50", one.median), shown("p95", one.p95), shown("rate", one.rate))
        more = (shown("memory", one.memory), shown("ratio", one.ratio), one.reference, bars, verdict)
        lines.append(dict(zip(COLUMNS, (*values, *more), strict=True)))
    widths = {name: max(width(line[name]) for line in lines) for name in COLUMNS}
    text = []
    for line in lines:
        text.append("  ".join(cell(line[name], widths[name], left=name in LEFT) for name in COLUMNS).rstrip())
    text.insert(1, "-" * max(map(width, text)))
    return "\n".join(text)


def cell(text: str, room: int, *, left: bool) -> str:
    space = " " * (room - width(text))
    return text + space if left else space + text


def width(text: str) -> int:
    """Return the columns a text takes on a terminal, where Japanese letters take two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
