"""What import-linter cannot see: foreign keys written as text, names of files, sizes."""

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Model

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/ryorin"
FLOORS = [
    {"lib"},
    {"conditions"},
    {"workspace"},
    {"products"},
    {"customers"},
    {"insight"},
    {"marketing", "sales"},
    {"alignment"},
    {"connectors"},
    {"demo"},
    {"web", "api", "jobs"},
    {"config"},
]
HEIGHT = {name: height for height, floor in enumerate(FLOORS) for name in floor}
LEAF_NAMES = {"models", "rules", "actions", "queries", "fields", "published", "personal", "tasks", "errors"}
DJANGO_NAMES = {"__init__", "apps", "migrations"}
LEAVES = sorted(
    folder.parent
    for folder in PACKAGE.glob("*/*/apps.py")
    if folder.parent.parent.name not in ("connectors", "web", "demo")
)
MOST_LINES = 400


def floor_of(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("ryorin.")]


def test_a_foreign_key_points_to_its_own_floor_or_one_below() -> None:
    upward = []
    for model in our_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if field.auto_created or not isinstance(target, type) or not target.__module__.startswith("ryorin."):
                continue
            here, there = floor_of(model), floor_of(target)
            if here != there and HEIGHT[there] >= HEIGHT[here]:
                upward.append(f"{model.__name__}.{field.name} -> {there}.{target.__name__}")
    assert upward == []


def test_every_folder_of_the_package_stands_on_a_floor() -> None:
    folders = {init.parent.name for init in PACKAGE.glob("*/__init__.py")}
    assert folders <= set(HEIGHT)


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: str(leaf.relative_to(PACKAGE)))
def test_a_leaf_holds_only_the_nine_names(leaf: Path) -> None:
    names = {entry.stem for entry in leaf.iterdir() if entry.suffix == ".py" or (entry / "__init__.py").exists()}
    assert names - DJANGO_NAMES - LEAF_NAMES == set()


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    files = [file for folder in ("src", "tests", "bin") for file in (ROOT / folder).rglob("*.py")]
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_folder_is_a_box_for_odds_and_ends() -> None:
    boxes = {"utils", "helpers", "common", "misc", "manager", "managers", "handler", "handlers"}
    assert [str(path) for path in PACKAGE.rglob("*") if path.stem in boxes and "vendor" not in path.parts] == []


def test_every_record_of_a_model_lives_under_a_label_that_names_its_leaf() -> None:
    labels = {model._meta.app_label: model.__module__ for model in our_models()}
    wrong = {
        label: module
        for label, module in labels.items()
        if label not in (module.split(".")[1], "_".join(module.split(".")[1:3]))
    }
    assert wrong == {}


def test_the_migrations_say_what_the_models_say(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
