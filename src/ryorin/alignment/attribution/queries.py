"""Paths from history: which touches came before each conversion, and what the models make of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ryorin.alignment.attribution.errors import ConversionUnknown, ModelUnknown
from ryorin.alignment.attribution.rules import (
    BY_SALES,
    CHANNEL_OF_KIND,
    DIRECT,
    MODELS,
    OF_ONE_PATH,
    ON_THE_WEB,
    Conversion,
    Question,
    Shares,
)
from ryorin.insight.lake.queries import sql
from ryorin.insight.methods.attribution import Path, Paths, paths_of
from ryorin.insight.metrics.queries import beginning, by_part, remembered
from ryorin.workspace.organisation.queries import current

if TYPE_CHECKING:
    import pyarrow as pa

ANY = "*"
TABLES = ("touchpoints", "identities", "people", "stage_changes", "deals", "orders")
CONVERSIONS = {
    Conversion.LEAD: """
SELECT person_id AS ref, person_id, CAST(NULL AS BIGINT) AS company_id, "at" AS moment, 0 AS value
FROM {stage_changes} WHERE stage = 'lead'""",
    Conversion.DEAL: """
SELECT id AS ref, person_id, company_id, closed_at AS moment, if(currency = '[currency]', amount, 0) AS value
FROM {deals} WHERE state = 'won' AND closed_at IS NOT NULL""",
    Conversion.ORDER: """
SELECT id AS ref, person_id, company_id, ordered_at AS moment, if(currency = '[currency]', greatest(net, 0), 0) AS value
FROM {orders} WHERE NOT is_return""",
}
CONVERSIONS[Conversion.FIRST_ORDER] = f"""{CONVERSIONS[Conversion.ORDER]}
QUALIFY row_number() OVER (
  PARTITION BY person_id, if(person_id IS NULL, coalesce(company_id, -id), 0) ORDER BY ordered_at, id
) = 1"""

# Whose touches count for a conversion: the person's; where only a company is known, those of all its people.
OWNERS = """
conversions AS ([conversions]),
owners AS (
  SELECT ref, moment, value, person_id FROM conversions WHERE person_id IS NOT NULL AND moment < [end]
  UNION ALL
  SELECT c.ref, c.moment, c.value, p.id FROM conversions c JOIN {people} p ON p.company_id = c.company_id
  WHERE c.person_id IS NULL AND c.moment < [end]
)"""

# A session on the web is one touch, by what led to it; a page opened from another one of ours is none of its own.
TOUCHES = """
web AS (
  SELECT person_id, visitor, min("at") AS moment,
    coalesce(arg_min(channel, "at") FILTER (coalesce(channel, '') NOT IN ('', '[direct]')), '[direct]') AS channel
  FROM {touchpoints}
  WHERE kind IN ([web]) AND verdict IS DISTINCT FROM 'machine' AND "at" < [end] [since] [theirs]
  GROUP BY person_id, visitor, coalesce(nullif(session, ''), CAST(day AS VARCHAR))
  HAVING bool_or(kind = 'page_view' OR coalesce(channel, '') NOT IN ('', '[direct]'))
),
touches AS (
  SELECT person_id, visitor, moment, channel, false AS is_source FROM web
  UNION ALL
  SELECT person_id, visitor, "at", CASE kind [channels] ELSE kind END, false FROM {touchpoints}
  WHERE kind IN ([kinds]) AND verdict IS DISTINCT FROM 'machine' AND "at" < [end] [since] [theirs]
  UNION ALL
  SELECT id, NULL, coalesce(first_contact_at, created_at), source_channel, true FROM {people}
  WHERE coalesce(source_channel, '') <> ''
)"""

WON = """
WITH [owners], [touches],
before AS (
  SELECT o.ref, least(t.moment, o.moment) AS moment, NOT t.is_source AS later, t.channel,
    greatest(epoch(o.moment) - epoch(t.moment), 0) / 86400 AS age
  FROM owners o JOIN touches t ON t.person_id = o.person_id AND (t.moment <= o.moment OR t.is_source)
  WHERE o.moment >= [start] [only]
),
marked AS (
  SELECT *, lead(channel) OVER (PARTITION BY ref ORDER BY moment, later, channel) AS next
  FROM before [within]
),
paths AS (
  SELECT ref, list(channel ORDER BY moment, later, channel) AS path, list(age ORDER BY moment, later, channel) AS ages
  FROM marked WHERE next IS DISTINCT FROM channel GROUP BY ref
)
SELECT c.ref, c.value, p.path, p.ages FROM conversions c LEFT JOIN paths p USING (ref)
WHERE c.moment >= [start] AND c.moment < [end] [only_c] ORDER BY c.ref
"""

LOST = """
WITH [owners], [touches],
theirs AS (
  SELECT coalesce(CAST(person_id AS VARCHAR), '-' || visitor) AS who, moment, channel, NOT is_source AS later
  FROM touches WHERE [who] AND moment < [end]
    AND (person_id IS NULL OR person_id NOT IN (SELECT person_id FROM owners))
),
latest AS (SELECT who, max(moment) AS last_at FROM theirs GROUP BY who HAVING last_at >= [start]),
marked AS (
  SELECT who, channel, moment, later, lead(channel) OVER (PARTITION BY who ORDER BY moment, later, channel) AS next
  FROM theirs JOIN latest USING (who) [within_lost]
),
paths AS (
  SELECT who, list(channel ORDER BY moment, later, channel) AS path
  FROM marked WHERE next IS DISTINCT FROM channel GROUP BY who
)
SELECT path, count(*) AS nulls FROM paths GROUP BY path ORDER BY path
"""


@dataclass(frozen=True)
class Contribution:
    """What each channel brought under each model, in conversions and minor units; `untraced` had no touch at all.

    `cost` is what the campaigns of a channel cost in the same days; channels without any cost are missing there.
    """

    question: Question
    conversions: int = 0
    value: int = 0
    untraced: int = 0
    untraced_value: int = 0
    nulls: int = 0
    longest: int = 0
    touched_by_many: int = 0
    by_model: dict[str, Shares] = field(default_factory=dict)
    cost: dict[str, float] = field(default_factory=dict)

    @property
    def channels(self) -> list[str]:
        """The channels that brought anything, the largest first by the average of the models."""
        names = next(iter(self.by_model.values()), {})
        sums = {name: sum(shares[name].conversions for shares in self.by_model.values()) for name in names}
        return sorted((name for name in names if sums[name] > 1e-9), key=lambda name: (-sums[name], name))


@dataclass(frozen=True, slots=True)
class Touch:
    channel: str
    age: float


@dataclass(frozen=True, slots=True)
class OnePath:
    """The touches before one conversion, oldest first, and what each model gives to each of their channels."""

    conversion: Conversion
    ref: int
    at: datetime
    value: int
    touches: tuple[Touch, ...]
    by_model: dict[str, Shares]


def contribution(question: Question) -> Contribution:
    """Return what the channels brought; the same question about the same history is answered from memory."""
    costs = ("costs", "campaigns")
    return remembered(("attribution", *question.key), (*TABLES, *costs), lambda: _contribution(question))


def conversions_behind(
    question: Question, *, channel: str, model: str = "", limit: int = 10_000
) -> tuple[list[int], int]:
    """Return the ids of the conversions to which the channel contributed under the model, newest first, and how many.

    No model: those it touched at all. No channel: those without any touch; ANY: all there are.
    """
    if model and model not in MODELS:
        raise ModelUnknown(name=model)
    rows = won_paths(question).select(["ref", "path"]).to_pylist()
    found = [row["ref"] for row in rows if _counts(row["path"], channel, model)]
    return sorted(found, reverse=True)[:limit], len(found)


def path_of(conversion: Conversion, ref: int, *, window: int | None = None, with_sales: bool = True) -> OnePath:
    """Return the path of one conversion; refuses what has not converted."""
    only = f"ref = {int(ref)}"
    query = f"SELECT moment FROM ({CONVERSIONS[conversion]}) WHERE {only}"
    rows = sql(query.replace("[currency]", current().currency), *TABLES).to_arrow_table()["moment"].to_pylist()
    if not rows:
        raise ConversionUnknown()
    (moment,) = rows
    around = timedelta(days=2)
    question = Question(conversion, (moment - around).date(), (moment + around).date(), window, with_sales)
    (found,) = won_paths(question, ref=ref).to_pylist() or [None]
    if found is None:
        raise ConversionUnknown()
    path, ages = found["path"] or [], found["ages"] or []
    shares = {}
    if path:
        table = paths_of([Path(path, conversions=1, value=found["value"], ages=ages)])
        shares = {name: MODELS[name](table) for name in OF_ONE_PATH}
    touches = tuple(Touch(channel, age) for channel, age in zip(path, ages, strict=True))
    return OnePath(conversion, ref, moment, found["value"], touches, shares)


def won_paths(question: Question, *, ref: int | None = None) -> "pa.Table":
    """Return one row for each conversion: ref, value, path and ages, both empty where there was no touch."""
    return _asked(WON, question, ref=ref)


def lost_paths(question: Question) -> "pa.Table":
    """Return each path of those who were touched in these days and have never converted, and how many they are."""
    return _asked(LOST, question)


def _contribution(question: Question) -> Contribution:
    won = won_paths(question)
    traced = won.filter(won["path"].is_valid())
    value = sum(won["value"].to_pylist())
    told: dict[str, Any] = {
        "question": question,
        "conversions": won.num_rows,
        "value": value,
        "untraced": won.num_rows - traced.num_rows,
        "untraced_value": value - sum(traced["value"].to_pylist()),
        "cost": _costs(question),
    }
    if not traced.num_rows:
        return Contribution(**told)
    lost = lost_paths(question)
    paths = _paths(traced, lost)
    lengths = paths.lengths[: traced.num_rows]
    return Contribution(
        **told,
        nulls=int(paths.nulls.sum()),
        longest=int(lengths.max()),
        touched_by_many=int((lengths > 1).sum()),
        by_model={name: model(paths) for name, model in MODELS.items()},
    )


def _costs(question: Question) -> dict[str, float]:
    found = by_part("costs", question.start, question.end, breakdown="channel")
    return {str(key): number.of for key, number in found.items() if key and number.of}


def _paths(won: "pa.Table", lost: "pa.Table") -> Paths:
    """Return conversions and lost paths as one table of paths."""
    import numpy as np
    import pyarrow as pa

    columns = [table["path"].combine_chunks() for table in (won, lost)]
    flat = pa.concat_arrays([column.flatten() for column in columns]).dictionary_encode()
    lengths = np.concatenate([column.value_lengths().to_numpy(zero_copy_only=False) for column in columns])
    ages = won["ages"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    none_won, none_lost = np.zeros(lost.num_rows), np.zeros(won.num_rows)
    return Paths(
        channels=tuple(flat.dictionary.to_pylist()),
        steps=flat.indices.to_numpy(),
        lengths=lengths,
        conversions=np.concatenate([np.ones(won.num_rows), none_won]),
        value=np.concatenate([won["value"].to_numpy(), none_won]),
        nulls=np.concatenate([none_lost, lost["nulls"].to_numpy()]),
        ages=np.concatenate([ages, np.zeros(len(flat) - len(ages))]),
    )


def _counts(path: Sequence[str] | None, channel: str, model: str) -> bool:
    """Return whether a channel has a part in the path under the model."""
    if channel == ANY:
        return True
    if not channel or not path:
        return not channel and not path
    ends = {"first_touch": path[0], "last_touch": path[-1]}
    return ends[model] == channel if model in ends else channel in path


def _asked(query: str, question: Question, *, ref: int | None = None) -> "pa.Table":
    """Return the answer to a query whose words in brackets are filled in from the question."""
    kinds = [*CHANNEL_OF_KIND, *(BY_SALES if question.with_sales else ())]
    window = question.window
    since = f"AND \"at\" >= [start] - INTERVAL '{window} days'" if window is not None else ""
    only = "" if ref is None else f"AND ref = {int(ref)}"
    theirs = "" if query is LOST else "AND person_id IN (SELECT person_id FROM owners WHERE moment >= [start])"
    if ref is not None:
        theirs = f"AND person_id IN ({_listed(_people_of(question.conversion, ref))})"
    words = {
        "owners": OWNERS,
        "touches": TOUCHES,
        "conversions": CONVERSIONS[question.conversion],
        "since": since,
        "theirs": theirs,
        "within": "" if window is None else f"WHERE age <= {window}",
        "within_lost": "" if window is None else f"WHERE moment >= last_at - INTERVAL '{window} days'",
        "who": "(person_id IS NOT NULL OR coalesce(visitor, '') <> '')"
        if question.conversion is Conversion.LEAD
        else "person_id IS NOT NULL",
        "only": only and only.replace("ref", "o.ref"),
        "only_c": only and only.replace("ref", "c.ref"),
        "web": _listed(ON_THE_WEB),
        "kinds": _listed(kinds),
        "channels": " ".join(f"WHEN '{kind}' THEN '{channel}'" for kind, channel in CHANNEL_OF_KIND.items()),
        "direct": DIRECT,
        "currency": current().currency,
        "start": f"TIMESTAMPTZ '{beginning(question.start).isoformat()}'",
        "end": f"TIMESTAMPTZ '{beginning(question.end).isoformat()}'",
    }
    for name, text in words.items():
        query = query.replace(f"[{name}]", text)
    return sql(query, *TABLES).to_arrow_table()


def _people_of(conversion: Conversion, ref: int) -> list[int]:
    """Return whose touches count for one conversion; 0, who is nobody, where it has no people."""
    query = f"""
SELECT coalesce(c.person_id, p.id) FROM ({CONVERSIONS[conversion]}) c
LEFT JOIN {{people}} p ON c.person_id IS NULL AND p.company_id = c.company_id WHERE c.ref = {int(ref)}"""
    rows = sql(query.replace("[currency]", current().currency), *TABLES).fetchall()
    return [int(pk) for (pk,) in rows if pk is not None] or [0]


def _listed(names: Sequence[str] | Sequence[int]) -> str:
    return ", ".join(repr(name) for name in names)
