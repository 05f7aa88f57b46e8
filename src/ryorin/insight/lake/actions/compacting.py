"""Keeping history quick to read: fresh files merged, months put in the order of people, old files removed."""

from dataclasses import dataclass

from ryorin.insight.lake.actions.appending import writer_properties
from ryorin.insight.lake.actions.turns import go_on, numbered, turn
from ryorin.insight.lake.queries.catalogue import published_tables
from ryorin.insight.lake.queries.reading import lake, parquet
from ryorin.insight.lake.queries.storage import arrow_schema, months, open_table
from ryorin.insight.lake.rules import COLUMNS, FRESH, MONTH, SORTED, TIER, TOUCHPOINTS

GRACE_HOURS = 1  # a reader that began this long ago still finds its files
FILE_BYTES = 8 * 1024 * 1024  # one person's few rows are looked for in one such file of a month


@dataclass
class Tidied:
    """What was tidied: months put in order, months whose fresh files were merged, files removed."""

    sorted: int = 0
    merged: int = 0
    removed: int = 0


def compact(*, everything: bool = False) -> Tidied:
    """This function will tidy the months that are due (or all that are not in order), and remove files nobody reads."""
    with turn():
        done = tidy(everything=everything)
        for name in (TOUCHPOINTS, *published_tables()):
            done.removed += forget_old(name, stray=everything)
    return done


def tidy(*, everything: bool = False) -> Tidied:
    """This function will sort and merge what is due; in one's turn only."""
    done = Tidied()
    table = open_table(TOUCHPOINTS)
    for state in months(table).values() if table is not None else ():
        if state.is_due_for_sorting or (everything and state.fresh_files):
            rewrite(state.month, tiers=(FRESH, SORTED), into=SORTED)
            done.sorted += 1
        elif state.is_due_for_merging:
            rewrite(state.month, tiers=(FRESH,), into=FRESH)
            done.merged += 1
    return done


def rewrite(month: str, *, tiers: tuple[str, ...], into: str) -> None:
    """This function will put one month's touchpoints of these tiers in the order of people, in one commit."""
    from deltalake import write_deltalake

    go_on()
    table = open_table(TOUCHPOINTS)
    assert table is not None
    files = table.file_uris(file_pruning_predicate=[(MONTH.name, "=", month), (TIER.name, "in", list(tiers))])
    names = ", ".join(f'"{column.name}"' for column in COLUMNS)
    ordered = (
        lake()
        .root.cursor()
        .sql(
            f"SELECT {names}, '{month}' AS month, '{into}' AS tier FROM {parquet(files, hive=False)} "
            'ORDER BY who, "at"'
        )
    )
    predicate = f"{MONTH.name} = '{month}'"
    write_deltalake(
        table,
        ordered.to_arrow_reader(65_536).cast(arrow_schema((*COLUMNS, MONTH, TIER))),
        mode="overwrite",
        predicate=predicate if len(tiers) > 1 else f"{predicate} AND {TIER.name} = '{tiers[0]}'",
        target_file_size=FILE_BYTES,
        commit_properties=numbered(table),
        writer_properties=writer_properties(),
    )


def forget_old(name: str, *, stray: bool = False) -> int:
    """This function will remove a table's files and log entries that no reader can still need.

    With `stray`, also the files that a writer killed before its commit left behind.
    """
    table = open_table(name)
    if table is None:
        return 0
    go_on()
    table.create_checkpoint()
    table.cleanup_metadata()
    removed = table.vacuum(retention_hours=GRACE_HOURS, enforce_retention_duration=False, dry_run=False, full=stray)
    return len(removed)
