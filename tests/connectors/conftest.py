from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ryorin.connectors.csv.actions import run_import, start_import
from ryorin.connectors.csv.models import ImportRun
from ryorin.connectors.csv.queries import result_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

Importer = Callable[..., dict[str, Any]]


@pytest.fixture
def company(db: None) -> Organisation:
    return Organisation.objects.create(name="両輪工業株式会社", site_key="key")


@pytest.fixture
def run_file(company: Organisation, tmp_path: Path) -> Callable[..., ImportRun]:
    """Call with a record type and the text, bytes or path of a file: the run at its end."""

    def run(
        kind: str,
        content: str | bytes | Path,
        *,
        by: Member | None = None,
        mapping: dict[str, Any] | None = None,
        dry_run: bool = False,
    ) -> ImportRun:
        if isinstance(content, Path):
            file = content
        else:
            file = tmp_path / f"{kind}.csv"
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return run_import(start_import(kind, file, by=by, mapping=mapping, dry_run=dry_run))

    return run


@pytest.fixture
def imported(run_file: Callable[..., ImportRun]) -> Importer:
    """Call with a record type and a file: its result as the command line prints it."""

    def run(*args: Any, **options: Any) -> dict[str, Any]:
        done = run_file(*args, **options)
        assert done.state == "done", done.problem
        return result_of(done)

    return run
