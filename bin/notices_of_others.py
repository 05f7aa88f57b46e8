"""The software that is installed with Ryorin, and the licences it comes under."""

import json
import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, files, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "THIRD_PARTY_NOTICES.md"
UNFIT = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
HEAD = """# Third-party notices

Made by `bin/notices` from what is installed; do not edit by hand.

## Installed from the Python package index

Each package brings its licence text along, in its `*.dist-info` folder.

"""
BROWSER = """
## Delivered to the browser

These come from npm when Ryorin is built; their licence texts lie in `ryorin/web/static/vendor/licences/`.

"""


def main(*, check: bool) -> None:
    python, browser = python_packages(), npm_packages()
    unfit = [f"{name}: {licence}" for name, _version, licence in [*python, *browser] if UNFIT.search(licence)]
    if unfit:
        sys.exit("These licences do not fit a product under Apache-2.0: " + "; ".join(unfit))
    text = HEAD + table(python) + BROWSER + table(browser)
    if not check:
        TARGET.write_text(text, encoding="utf-8")


def python_packages() -> list[tuple[str, str, str]]:
    """Return name, version and licence of every package of requirements/base.txt that is installed here."""
    names = re.findall(r"^([\w.-]+)==", (ROOT / "requirements/base.txt").read_text(), flags=re.MULTILINE)
    found = []
    for name in sorted(set(names), key=str.lower):
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        found.append((name, str(about["Version"]), licence_of(about)))
    return found


def licence_of(about: PackageMetadata) -> str:
    """Return the licence as an expression, else by its classifiers, else the first line of what the package says."""
    if about["License-Expression"]:
        return str(about["License-Expression"])
    classifiers = [entry for entry in about.get_all("Classifier") or [] if entry.startswith("License ::")]
    named = [entry.rpartition(" :: ")[2] for entry in classifiers if not entry.endswith("OSI Approved")]
    return " or ".join(named) or str(about["License"] or first_line_of_text(about["Name"])).strip().splitlines()[0]


def first_line_of_text(name: str) -> str:
    """Return the first line of the licence text that a package brings along, or the name of the licence it is."""
    for file in files(name) or []:
        if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")):
            text = file.read_text(encoding="utf-8").strip()
            return "MIT" if "Permission is hereby granted, free of charge" in text else text
    return "unknown"


def npm_packages() -> list[tuple[str, str, str]]:
    """Return name, version and licence of every package that package-lock.json installs."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    entries = {name.rpartition("node_modules/")[2]: entry for name, entry in lock["packages"].items() if name}
    return [(name, entry["version"], entry.get("license", "unknown")) for name, entry in sorted(entries.items())]


def table(packages: list[tuple[str, str, str]]) -> str:
    lines = ["| package | version | licence |", "|---|---|---|"]
    lines += [f"| {name} | {version} | {licence} |" for name, version, licence in packages]
    return "\n".join(lines) + "\n"
