"""Measure: python -m benchmarks [--scale small|medium|full] [--only NAME ...] [--home FOLDER] [--json]."""

import argparse
import json
import os
import sys
import time
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.results import Result, table
from benchmarks.scales import SCALES, Scale

if TYPE_CHECKING:
    from benchmarks.making import World


def main() -> int:
    asked = arguments()
    scale = SCALES[asked.scale]
    if asked.touchpoints:
        scale = scale.with_touchpoints(asked.touchpoints)
    os.environ["RYORIN_LOG_LEVEL"] = "WARNING"
    started = time.monotonic()
    with TemporaryDirectory(prefix="ryorin-bench-") as temporary:
        folder = Path(asked.home).resolve() / scale.name if asked.home else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        results, failed = measured(scale, folder, asked.only)
    seconds = time.monotonic() - started
    if asked.json:
        print(json.dumps([result.as_json() for result in results], indent=1, ensure_ascii=False))
    else:
        print(f"\n{table(results, judges=scale.name == 'full')}\n\n{scale.name} scale, {seconds:.0f} s")
        told(results, judges=scale.name == "full")
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure how fast Ryorin is on this machine.")
    parser.add_argument("--scale", choices=sorted(SCALES), default="small")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="rows to measure (see docs/developing/benchmarks.md)")
    parser.add_argument("--home", help="folder in which the made-up data are kept for the next time")
    parser.add_argument("--touchpoints", type=int, help="other than the scale's")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def measured(scale: Scale, folder: Path, only: list[str] | None) -> tuple[list[Result], bool]:
    """Return the results, and whether a row could not be measured."""
    from benchmarks.making import made

    world = made(scale, folder, measure=halfway)
    from benchmarks.bench import Bench
    from benchmarks.rows import ROWS

    unknown = set(only or ()) - set(ROWS)
    if unknown:
        sys.exit(f"unknown rows: {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    results: list[Result] = []
    failed = False
    with Bench(world) as bench:
        for name in only or ROWS:
            began = time.monotonic()
            try:
                results += bench.once(ROWS[name])
            except Exception:
                failed = True
                traceback.print_exc()
            print(f"- {name}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
    return results, failed


def halfway(world: "World") -> dict[str, float]:
    from benchmarks.rows.growing import halfway as measure

    return measure(world)


def told(results: list[Result], *, judges: bool) -> None:
    """This function will say which bars are missed; only full scale can."""
    if not judges:
        print("What is to be reached is meant for full scale; this run shows that every row works.")
        return
    for result in results:
        for text in result.missed:
            print(f"MISSED {result.work}: {text}")


if __name__ == "__main__":
    sys.exit(main())
