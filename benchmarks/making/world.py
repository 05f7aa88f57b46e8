"""The data folder that most rows work on: made in two halves, each measured, and kept where one asks for that."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scales import Scale
from benchmarks.serving import found_company

Measure = Callable[["World"], dict[str, float]]


@dataclass(frozen=True)
class World:
    """One data folder at one scale; `halfway` holds what was measured when half of the data was there."""

    scale: Scale
    folder: Path
    halfway: dict[str, float]

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def new_home(self, folder: Path) -> Path:
        """Return a data folder of its own with the company and its administrator and nothing else."""
        shutil.copytree(self.folder / "empty", folder)
        return folder


def made(scale: Scale, folder: Path, *, measure: Measure) -> World:
    """Return the world in the folder, making what is missing of it."""
    home, notes = folder / "home", folder / "made.json"
    known: dict[str, Any] = json.loads(notes.read_text()) if notes.exists() else {"sizes": None}
    sizes = [scale.people, scale.companies, scale.deals, scale.touchpoints]
    if known["sizes"] == sizes:
        open_home(home)
        return World(scale, folder, known["halfway"])
    if home.exists():
        sys.exit(f"{folder} holds other data, or data that were not finished: choose another folder, or delete it")
    found_company(folder / "empty")
    world = World(scale, folder, {})
    open_home(world.new_home(home))
    for half in (0, 1):
        add_half(world, half)
        if half == 0:
            world.halfway.update(measure(world))
    notes.write_text(json.dumps({"sizes": sizes, "halfway": world.halfway}, indent=1))
    return world


def open_home(home: Path) -> None:
    """This function will make the data folder the one this process works on."""
    import django

    os.environ |= {"RYORIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ryorin.config.settings"}
    django.setup()


def add_half(world: World, half: int) -> None:
    """This function will add one half of everything, and bring history up to date and in order."""
    from benchmarks.making.history import just_now, make_history
    from benchmarks.making.records import Maker
    from ryorin.insight.lake.actions import catch_up, compact

    now = just_now()
    with said(f"half {half + 1} of 2: people, companies, deals, orders"):
        Maker(world.scale, half=half, now=now).run()
    with said("touchpoints"):
        make_history(world.scale, half=half, now=now)
    with said("history"):
        catch_up()
        compact(everything=True)


class said:
    """This context will tell on standard error what is being done and how long it took."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __enter__(self) -> None:
        self.started = time.monotonic()

    def __exit__(self, *_error: object) -> None:
        print(f"- {self.text}: {time.monotonic() - self.started:.1f} s", file=sys.stderr, flush=True)
