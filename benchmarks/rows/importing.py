"""A file of people through the whole import, beside a bare load of the same rows into the same tables."""

import csv
import random
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench import Bench, connect, counted
from benchmarks.clocking import peak_memory
from benchmarks.making import names
from benchmarks.results import Bar, Result
from benchmarks.serving import environment

HEADERS = (
    "顧客番号",
    "姓",
    "名",
    "セイ",
    "メイ",
    "会社名",
    "部署",
    "役職",
    "メールアドレス",
    "携帯電話",
    "都道府県",
    "獲得チャネル",
)
TABLES = (
    "customers_companies_company", "customers_people_person", "customers_people_stagechange",
    "customers_people_employment", "workspace_audit_auditentry", "customers_timeline_inboxtouchpoint",
)  # fmt: skip
SEARCH = "search_entry"
ROWS_AT_ONCE = 10_000
PEOPLE_AT_A_COMPANY = 10


def import_people(bench: Bench) -> list[Result]:
    number = bench.scale.imported
    with TemporaryDirectory(prefix="ryorin-bench-") as folder:
        home, other = (bench.world.new_home(Path(folder) / name) for name in ("home", "other"))
        file = Path(folder) / "people.csv"
        write_file(file, number)
        command = [sys.executable, "-m", "ryorin", "import", "people", str(file), "--json"]
        process = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL)
        with peak_memory(process.pid) as peak:
            if process.wait():
                raise RuntimeError("the import failed")
        created, seconds = outcome(home / "ryorin.sqlite3")
        if created != number:
            raise RuntimeError(f"{number} people were in the file, {created} were created")
        bare = load(home / "ryorin.sqlite3", other / "ryorin.sqlite3", parts=max(1, number // ROWS_AT_ONCE))
    return [
        Result(
            work="import people from CSV",
            size=counted(number, "rows"),
            times=(seconds,),
            rate=number / seconds,
            memory=peak.bytes,
            ratio=bare / seconds,
            reference=f"bare load: {number / bare:,.0f} rows/s",
            bars=(Bar("rate", least=12_000), Bar("ratio", least=0.4), Bar("memory", most=500e6)),
        )
    ]


def write_file(file: Path, number: int) -> None:
    """This function will write people as a company's own spreadsheet has them: wide digits, names of firms."""
    dice = random.Random(3)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS)
        for place in range(1, number + 1):
            family, given = dice.choice(names.SURNAMES), dice.choice(names.GIVEN_NAMES)
            digits = f"{place:08}"
            company = names.company_name(dice.randrange(1, number // PEOPLE_AT_A_COMPANY + 2))
            work = (company, dice.choice(names.DEPARTMENTS), dice.choice(names.TITLES))
            contact = (f"P{place}@Mail.example", f"０９０-{digits[:4]}-{digits[4:]}", "東京都", "展示会・セミナー")
            writer.writerow((f"K{place}", *(part[0] for part in (family, given)), family[1], given[1], *work, *contact))


def outcome(file: Path) -> tuple[int, float]:
    """Return how many people an import created and how long it took by its own note."""
    database = connect(file)
    created, started, finished = database.execute(
        "SELECT created, started_at, finished_at FROM connectors_csv_importrun"
    ).fetchone()
    database.close()
    return created, (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()


def load(source: Path, target: Path, *, parts: int) -> float:
    """Return the seconds that writing the imported rows took, part by part as the import did, without any thinking."""
    reader, writer = connect(source), connect(target)
    writer.execute("PRAGMA foreign_keys=OFF")
    seconds = 0.0
    sizes = {table: reader.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0 for table in (*TABLES, SEARCH)}
    for part in range(parts):
        rows = {
            table: rows_between(reader, table, size * part // parts, size * (part + 1) // parts)
            for table, size in sizes.items()
        }
        started = time.perf_counter()
        writer.execute("BEGIN IMMEDIATE")
        for table, some in rows.items():
            if some:
                columns = "rowid, grams" if table == SEARCH else ""
                marks = ", ".join("?" * len(some[0]))
                target_of = f"{table} ({columns})" if columns else table
                writer.executemany(f"INSERT OR REPLACE INTO {target_of} VALUES ({marks})", some)
        writer.execute("COMMIT")
        seconds += time.perf_counter() - started
    return seconds


def rows_between(reader: sqlite3.Connection, table: str, after: int, until: int) -> list[tuple[object, ...]]:
    columns = "rowid, grams" if table == SEARCH else "*"
    return reader.execute(
        f"SELECT {columns} FROM {table} WHERE rowid > ? AND rowid <= ? ORDER BY rowid", [after, until]
    ).fetchall()
