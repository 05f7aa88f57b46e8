"""The archive from the terminal: verified as a whole, one file proved."""

import json
from pathlib import Path

from tests.jobs.test_command_line import call
from tests.web.examples import invoice_of
from tests.world import World

from ryorin.sales.documents.queries import content


def test_the_archive_is_verified_and_a_file_proved(world: World, tmp_path: Path) -> None:
    bill = invoice_of(world)
    assert bill.document is not None
    found = call("documents", "verify", "--json")
    assert found.exit_code == 0
    assert json.loads(found.output) == {"ok": True, "documents": 1, "faults": []}
    file = tmp_path / "invoice.pdf"
    file.write_bytes(content(bill.document))
    proved = call("documents", "prove", str(file), "--json")
    assert (proved.exit_code, json.loads(proved.output)["verdict"]) == (0, "genuine")
    file.write_bytes(b"%PDF-1.4 from elsewhere")
    unknown = call("documents", "prove", str(file), "--json")
    assert (unknown.exit_code, json.loads(unknown.output)["verdict"]) == (1, "unknown")
