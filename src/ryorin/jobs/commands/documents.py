from pathlib import Path

import click

from ryorin.jobs.output import answer, json_option
from ryorin.sales.contracts.queries.proving import Proof, prove
from ryorin.sales.documents.queries import verify


@click.group()
def command() -> None:
    """The archive of issued documents."""


@command.command("verify")
@json_option
def verify_archive(as_json: bool) -> None:
    """Check that every issued document is still there as it was issued; exit 1 if one is not."""
    result = verify()
    data = {"ok": result.ok, "documents": result.documents, "faults": result.faults}
    lines = [f"{result.documents} documents, {len(result.faults)} faults"]
    lines += [f"{one['document']}: {one['fault']}" for one in result.faults]
    answer(data, as_json=as_json, lines=lines)
    if not result.ok:
        raise SystemExit(1)


@command.command("prove")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def prove_file(file: Path, as_json: bool) -> None:
    """Tell whether a PDF is genuine, tampered with or unknown; exit 1 unless it is genuine."""
    proven = prove(file.read_bytes())
    document = str(proven.document or (proven.version.contract if proven.version else ""))
    data = {"verdict": proven.verdict.value, "sha256": proven.sha256, "document": document}
    answer(data, as_json=as_json, lines=[f"{proven.verdict.label} {document}".strip(), f"SHA-256 {proven.sha256}"])
    if proven.verdict != Proof.GENUINE:
        raise SystemExit(1)
