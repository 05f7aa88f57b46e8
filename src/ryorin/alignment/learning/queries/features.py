"""What was known of a lead at a moment: the person and the company, and what they had done until then.

What people and companies are comes as it is now (history keeps no earlier state of it); what gives itself away by that
is found and refused in training. Only what customers did themselves counts: what sales did with them does not.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ryorin.customers.people.models import Person
from ryorin.insight.lake.queries import ask, touchpoints_of
from ryorin.insight.methods.learning.columns import Column, Columns, Floats, Words

if TYPE_CHECKING:
    import pyarrow as pa

Moments = NDArray[np.datetime64]
WATCHED = (
    "page_view", "downloaded", "form_submitted", "link_clicked", "event_attended", "card_exchanged", "survey_answered",
    "mail_opened", "mail_clicked", "mail_bounced", "mail_refused",
)  # fmt: skip
SHORT, LONG = 30, 365  # days
GENDER = re.compile(r"性別|\b(gender|sex)\b", re.IGNORECASE)
NUMERIC = 0.95  # share of the values of a trait that must be numbers
FEWEST_NUMBERS = 6
WORDS = ("job_title", "department", "prefecture", "channel", "campaign", "industry")

PEOPLE = """
SELECT a."row", p.job_title, p.department, p.prefecture, p.source_channel AS channel,
  CAST(p.source_campaign_id AS VARCHAR) AS campaign, c.industry, c.employees,
  p.email <> '' AS has_email, p.phone <> '' OR p.mobile <> '' AS has_phone,
  coalesce(p.first_contact_at, p.created_at) AS known_since, p.traits
FROM asked AS a LEFT JOIN {people} AS p ON p.id = a.person_id LEFT JOIN {companies} AS c ON c.id = p.company_id
ORDER BY a."row"
"""
DONE = f"""
SELECT a."row", t.kind, count(*) FILTER (t.at > a.at - INTERVAL {SHORT} DAY) AS lately, count(*) AS times,
  max(t.at) AS last_at
FROM {{touchpoints}} AS t JOIN asked AS a ON a.person_id = t.person_id
WHERE t.person_id BETWEEN {{ids}}
  AND t.at < a.at AND t.at > a.at - INTERVAL {LONG} DAY AND t.verdict <> 'machine'
  AND t.kind IN ({", ".join(f"'{kind}'" for kind in WATCHED)})
GROUP BY 1, 2
"""
FROM_ROWS = (
    "job_title", "department", "prefecture", "source_channel", "source_campaign_id", "company__industry",
    "company__employees", "email", "phone", "mobile", "first_contact_at", "created_at", "traits",
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What people did: for each (lead, kind) how often lately, how often in all, and when last."""

    row: NDArray[np.int64]
    kind: NDArray[np.int64]
    lately: Floats
    times: Floats
    last_at: Moments


def columns_at(people: Sequence[int], at: Moments, *, numbers: Collection[str] | None = None) -> dict[str, Column]:
    """Return what was known of each lead at its moment, read from the lake; `numbers`: traits read as such."""
    import pyarrow as pa

    asked = pa.table(
        {
            "row": pa.array(np.arange(len(people))),
            "person_id": pa.array(np.asarray(people, dtype=np.int64)),
            "at": pa.array(at).cast(pa.timestamp("us", tz="UTC")),
        }
    )
    known = ask(PEOPLE, "people", "companies", asked=asked)
    ids = f"{int(min(people, default=0))} AND {int(max(people, default=0))}"
    done = ask(DONE.replace("{ids}", ids), "touchpoints", asked=asked)
    return assembled(known, _done_of(done), at, numbers=numbers)


def columns_of_few(
    people: Sequence[int], now: datetime, *, numbers: Collection[str] | None = None
) -> dict[str, Column]:
    """Return the same for a few people as of now, from the database and from where each one's history lies."""
    rows = {row[0]: row[1:] for row in Person.objects.filter(pk__in=people).values_list("pk", *FROM_ROWS)}
    known = _known_of(rows.get(person) for person in people)
    at = np.full(len(people), _moment(now))
    return assembled(known, _counted(people, now), at, numbers=numbers)


def assembled(known: "pa.Table", done: Done, at: Moments, *, numbers: Collection[str] | None) -> dict[str, Column]:
    """Return all columns of the leads, in the order of the rows."""
    columns: dict[str, Column] = {name: _words(known[name]) for name in WORDS}
    columns["employees"] = known["employees"].to_numpy().astype(np.float64)
    for name in ("has_email", "has_phone"):
        columns[name] = np.nan_to_num(known[name].to_numpy(zero_copy_only=False).astype(np.float64))
    since = known["known_since"].to_numpy().astype("datetime64[us]")
    days = (at - since) / np.timedelta64(1, "D")
    columns["days_known"] = np.where(np.isnat(since), np.nan, np.maximum(days, 0))
    columns |= _doings(done, at)
    return columns | traits_of(known["traits"], numbers)


def groups_of(columns: Columns) -> dict[str, Words]:
    """Return by which groups the treatment of leads is looked at: prefecture, company size, gender where it is kept."""
    found = {"prefecture": columns["prefecture"], "size": size_of(columns["employees"])}
    found |= {name: words for name, words in columns.items() if name.startswith("trait:") and GENDER.search(name)}
    return {name: words for name, words in found.items() if isinstance(words, Words) and len(words.values) > 1}


def learnable(columns: Columns) -> dict[str, Column]:
    """Return the columns a score may learn from: gender is none of them."""
    return {name: column for name, column in columns.items() if not GENDER.search(name)}


def counted_before(columns: Columns) -> list[str]:
    """Return the columns that history is counted for, up to the moment and no further."""
    return [name for name in columns if name.startswith(("did:", "since:"))]


def size_of(employees: Column) -> Words:
    """Return the size of the company in words as they are kept: under 50, 50 to 299, 300 and more."""
    assert not isinstance(employees, Words)
    sizes = np.select([np.isnan(employees), employees < 50, employees < 300], [-1, 0, 1], 2)
    return Words(sizes.astype(np.int64), ("small", "middle", "large"))


def traits_of(texts: "pa.ChunkedArray", numbers: Collection[str] | None) -> dict[str, Column]:
    """Return the named values of files, each name a column; numbers where nearly all values are (or as said)."""
    found: dict[str, dict[int, str]] = {}
    for row, text in enumerate(texts.to_pylist()):
        if text and text != "{}":
            for name, value in json.loads(text).items():
                found.setdefault(name, {})[row] = str(value)
    columns: dict[str, Column] = {}
    for name, values in found.items():
        label = f"trait:{name}"
        read = {row: _number(value) for row, value in values.items()}
        is_number = label in numbers if numbers is not None else _are_numbers(list(read.values()))
        if is_number:
            column = np.full(len(texts), np.nan)
            column[list(read)] = list(read.values())
            columns[label] = column
        else:
            columns[label] = Words.of(values.get(row, "") for row in range(len(texts)))
    return columns


def _doings(done: Done, at: Moments) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for place, kind in enumerate(WATCHED):
        mine = done.kind == place
        rows = done.row[mine]
        lately, times, days = np.zeros(len(at)), np.zeros(len(at)), np.full(len(at), np.nan)
        lately[rows], times[rows] = done.lately[mine], done.times[mine]
        days[rows] = (at[rows] - done.last_at[mine]) / np.timedelta64(1, "D")
        columns |= {f"did:{kind}:{SHORT}": lately, f"did:{kind}:{LONG}": times, f"since:{kind}": days}
    return columns


def _done_of(table: "pa.Table") -> Done:
    kinds = {kind: place for place, kind in enumerate(WATCHED)}
    coded = table["kind"].combine_chunks().dictionary_encode()
    names = np.array([kinds[name] for name in coded.dictionary.to_pylist()], dtype=np.int64)
    place = names[coded.indices.to_numpy(zero_copy_only=False)] if len(table) else np.zeros(0, dtype=np.int64)
    return Done(
        table["row"].to_numpy(),
        place,
        table["lately"].to_numpy().astype(np.float64),
        table["times"].to_numpy().astype(np.float64),
        table["last_at"].to_numpy().astype("datetime64[us]"),
    )


def _counted(people: Sequence[int], now: datetime) -> Done:
    """Return what a few people did up to now, counted here."""
    place, end = {person: row for row, person in enumerate(people)}, _moment(now)
    found: dict[tuple[int, int], list[np.datetime64]] = {}
    for row in touchpoints_of(people, ("kind", "at"), since=now - timedelta(days=LONG)):
        at = _moment(row["at"])
        if row["kind"] in WATCHED and at < end:
            found.setdefault((place[row["person_id"]], WATCHED.index(row["kind"])), []).append(at)
    lately = end - np.timedelta64(SHORT, "D")
    return Done(
        np.array([row for row, _kind in found], dtype=np.int64),
        np.array([kind for _row, kind in found], dtype=np.int64),
        np.array([sum(at > lately for at in each) for each in found.values()], dtype=np.float64),
        np.array([len(each) for each in found.values()], dtype=np.float64),
        np.array([max(each) for each in found.values()], dtype="datetime64[us]"),
    )


def _known_of(rows: Iterable[Any]) -> "pa.Table":
    """Return rows of the database in the form the lake gives them."""
    import pyarrow as pa

    names = (*WORDS[:5], *WORDS[5:], "employees", "has_email", "has_phone", "known_since", "traits")
    table: dict[str, list[Any]] = {name: [] for name in names}
    for row in rows:
        title, department, prefecture, channel, campaign, industry, employees, *rest = row or [None] * len(FROM_ROWS)
        email, phone, mobile, first, created, traits = rest
        values = (
            title, department, prefecture, channel, None if campaign is None else str(campaign), industry, employees,
            bool(email), bool(phone or mobile), first or created, json.dumps(traits or {}),
        )  # fmt: skip
        for name, value in zip(names, values, strict=True):
            table[name].append(value)
    types = {"employees": pa.float64(), "has_email": pa.bool_(), "has_phone": pa.bool_(),
             "known_since": pa.timestamp("us", tz="UTC")}  # fmt: skip
    return pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in table.items()})


def _words(column: "pa.ChunkedArray") -> Words:
    coded = column.combine_chunks().dictionary_encode()
    values = [str(value) for value in coded.dictionary.to_pylist()]
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    if "" in values:
        codes = np.where(codes == values.index(""), -1, codes)
    return Words(codes, tuple(values))


def _number(text: str) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return float("nan")
    return value if abs(value) < 1e15 else float("nan")


def _are_numbers(values: list[float]) -> bool:
    good = [value for value in values if value == value]
    return len(good) >= NUMERIC * len(values) and len(set(good)) >= FEWEST_NUMBERS


def _moment(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")
