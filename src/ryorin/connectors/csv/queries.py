"""What became of an import."""

from typing import Any

from ryorin.connectors.csv.models import ImportRun


def result_of(run: ImportRun) -> dict[str, Any]:
    """Return counts, notes and every rejected line of a run."""
    rejected = [{"line": line, "reason": reason} for line, reason in run.rejects.values_list("line", "reason")]
    counts = {name: getattr(run, name) for name in ("rows", "created", "updated", "unchanged")}
    return {**counts, "rejected": rejected, "warnings": run.warnings, "dry_run": run.dry_run, "encoding": run.encoding}
