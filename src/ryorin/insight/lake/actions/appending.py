"""Touchpoints into the lake, each id once."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ryorin.customers.timeline.errors import TouchpointRefused
from ryorin.customers.timeline.rules import KINDS
from ryorin.insight.lake.actions.turns import next_turn, numbered, turn
from ryorin.insight.lake.queries.reading import lake, parquet
from ryorin.insight.lake.queries.storage import CONFIGURATION, arrow_schema, open_table, place
from ryorin.insight.lake.rules import COLUMNS, MONTH, TIER, TOUCHPOINTS, WHO_OF_VISITOR
from ryorin.lib.published import Column

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable, WriterProperties

DERIVED = {"day", "url", "session", "who", "turn"}
GIVEN: tuple[Column, ...] = tuple(column for column in COLUMNS if column.name not in DERIVED)
DEFAULTS = {"visitor": "", "channel": "", "verdict": "human", "source": "", "properties": "{}"}
ROWS_IN_A_GROUP, ROWS_IN_A_PAGE = 4_096, 1_024
PLAIN = ("uid", "at", "visitor", "properties", "url", "session", "who")  # columns whose values rarely repeat

SHAPED = """
SELECT uid, "at", CAST(timezone('Asia/Tokyo', "at") AS DATE) AS day, kind, person_id, visitor, company_id, channel,
  campaign_id, member_id, "value", verdict, source, properties,
  CASE WHEN properties <> '{}' THEN coalesce(TRY(properties ->> '$.url'), '') ELSE '' END AS url,
  CASE WHEN properties <> '{}' THEN coalesce(TRY(properties ->> '$.session'), '') ELSE '' END AS session,
  CASE WHEN person_id IS NOT NULL THEN person_id WHEN visitor <> '' THEN {who} END AS who,
  CAST($turn AS BIGINT) AS turn, strftime(timezone('Asia/Tokyo', "at"), '%Y-%m') AS month, 'fresh' AS tier
FROM given_rows {once}
ORDER BY month, who, "at"
""".replace("{who}", WHO_OF_VISITOR.format(visitor="visitor"))
ONCE = 'QUALIFY row_number() OVER (PARTITION BY uid ORDER BY "at") = 1'

MONTHS = """
SELECT DISTINCT strftime(timezone('Asia/Tokyo', moment), '%Y-%m') FROM (
  SELECT "at" AS moment FROM given_rows
  UNION ALL
  SELECT epoch_ms(TRY_CAST('0x' || substr(replace(uid, '-', ''), 1, 12) AS BIGINT)) AT TIME ZONE 'UTC' AS moment
  FROM given_rows WHERE substr(uid, 15, 1) = '7' AND substr(uid, 1, 2) = '01'
) WHERE moment IS NOT NULL
"""


def append_touchpoints(touchpoints: "pa.Table | Iterable[dict[str, object]]") -> int:
    """This function will write touchpoints straight into the lake and return how many were new.

    An Arrow table, or dictionaries: uid, at and kind, the other columns where there is something to say; properties as
    an object or as JSON text. Ids that the lake has already, or the same call, are left out.
    """
    rows = given(touchpoints)
    with turn():
        return append(rows) if rows.num_rows else 0


def given(touchpoints: "pa.Table | Iterable[dict[str, object]]") -> "pa.Table":
    """Return the touchpoints with every column one may give, or refuse unknown kinds and missing ids."""
    import pyarrow as pa

    if not isinstance(touchpoints, pa.Table):
        names = [column.name for column in GIVEN]
        touchpoints = pa.Table.from_pylist([dict.fromkeys(names) | _plain(row) for row in touchpoints])
    length = touchpoints.num_rows
    arrays = []
    for field in arrow_schema(GIVEN):
        if field.name in touchpoints.column_names:
            values = touchpoints[field.name].cast(field.type)
            default = DEFAULTS.get(field.name)
            arrays.append(values if default is None else values.fill_null(default))
        else:
            arrays.append(pa.array([DEFAULTS.get(field.name)] * length, field.type))
    rows = pa.table(arrays, schema=arrow_schema(GIVEN))
    _refuse_wrong(rows)
    return rows


def append(rows: "pa.Table", *, inbox: int | None = None) -> int:
    """This function will commit those rows whose id the lake does not have, and return how many; in one's turn only."""
    from deltalake import write_deltalake

    table = touchpoints_table()
    fresh = shaped(_without_known(table, rows), turn=next_turn(table))
    if fresh.num_rows or inbox is not None:  # a batch of repetitions is accounted for by a commit without rows
        write_deltalake(
            table,
            fresh,
            mode="append",
            commit_properties=numbered(table, inbox=inbox),
            writer_properties=writer_properties(),
        )
    return fresh.num_rows


def touchpoints_table() -> "DeltaTable":
    """Return the table of touchpoints, making it when this is the first time."""
    from deltalake import DeltaTable

    table = open_table(TOUCHPOINTS)
    if table is not None:
        return table
    return DeltaTable.create(
        place(TOUCHPOINTS),
        schema=arrow_schema((*COLUMNS, MONTH, TIER)),
        partition_by=[MONTH.name, TIER.name],
        mode="ignore",
        configuration=CONFIGURATION,
    )


def shaped(rows: "pa.Table", *, turn: int) -> "pa.Table":
    """Return given rows as they lie in the lake: with day, month and address, each id once, person by person."""
    import pyarrow.compute as pc

    cursor = lake().root.cursor()
    cursor.register("given_rows", rows)
    repeats = pc.count_distinct(rows["uid"]).as_py() < rows.num_rows  # looking costs a third of taking them out
    query = SHAPED.replace("{once}", ONCE if repeats else "")
    table: pa.Table = cursor.sql(query, params={"turn": turn}).to_arrow_table()
    return table.cast(arrow_schema((*COLUMNS, MONTH, TIER)))


def writer_properties() -> "WriterProperties":
    """Return how touchpoints are packed: one person's few rows are found without unpacking many others."""
    from deltalake import ColumnProperties, WriterProperties

    plain = ColumnProperties(dictionary_enabled=False)
    return WriterProperties(
        compression="ZSTD",
        compression_level=1,
        max_row_group_size=ROWS_IN_A_GROUP,
        data_page_row_count_limit=ROWS_IN_A_PAGE,
        column_properties=dict.fromkeys(PLAIN, plain),
    )


def _without_known(table: "DeltaTable", rows: "pa.Table") -> "pa.Table":
    """Return the rows whose id is not in the lake: looked for in the months of their moments and of their ids."""
    import pyarrow.compute as pc

    files = table.file_uris(file_pruning_predicate=[(MONTH.name, "in", _months_of(rows))])
    if not files:
        return rows
    cursor = lake().root.cursor()
    cursor.register("given_rows", rows.select(["uid"]))
    source = parquet(files, hive=False)
    known = cursor.sql(f"SELECT uid FROM {source} SEMI JOIN given_rows USING (uid)").to_arrow_table()
    return rows.filter(pc.invert(pc.is_in(rows["uid"], known["uid"]))) if known.num_rows else rows


def _months_of(rows: "pa.Table") -> list[str]:
    """Return the months in which touchpoints with these ids may lie: those of their moments and those the ids tell."""
    cursor = lake().root.cursor()
    cursor.register("given_rows", rows.select(["uid", "at"]))
    return [month for (month,) in cursor.execute(MONTHS).fetchall()]


def _refuse_wrong(rows: "pa.Table") -> None:
    import pyarrow.compute as pc

    unknown = set(pc.unique(rows["kind"]).to_pylist()) - set(KINDS)
    if unknown:
        raise TouchpointRefused(reason=f"unknown kind {sorted(map(str, unknown))[0]!r}")
    if rows["at"].null_count:
        raise TouchpointRefused(reason="at is missing")
    if set(pc.unique(pc.utf8_length(rows["uid"])).to_pylist()) - {36}:
        raise TouchpointRefused(reason="uid is missing or not written as 01234567-89ab-7def-8012-3456789abcde")


def _plain(row: dict[str, object]) -> dict[str, object]:
    plain = dict(row)
    if "uid" in plain:
        plain["uid"] = str(plain["uid"])
    if isinstance(plain.get("properties"), dict):
        plain["properties"] = json.dumps(plain["properties"], ensure_ascii=False, separators=(",", ":"), default=str)
    return plain
