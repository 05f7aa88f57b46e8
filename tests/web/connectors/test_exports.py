import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.world import World

from ryorin.connectors.csv.actions import run_import, start_import
from ryorin.customers.people.actions import create_person
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.models import Member

EVERY = ["people", "companies", "deals", "orders", "activities", "campaigns", "products", "costs"]
AGAIN = ["people", "companies", "deals", "orders", "products"]


def handed(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("plural", EVERY)
def test_every_list_can_be_handed_out(signed_in: Callable[[Member], Client], world: World, plural: str) -> None:
    client = signed_in(world.kimura)
    text = handed(client, f"/export/{plural}?format=csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(set(rows[0])) == len(rows[0]) and all(len(row) == len(rows[0]) for row in rows)
    assert AuditEntry.objects.filter(action="records_exported").count() == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
@pytest.mark.parametrize("plural", AGAIN)
def test_what_was_handed_out_comes_back_unchanged(
    signed_in: Callable[[Member], Client], world: World, tmp_path: Path, plural: str, encoding: str
) -> None:
    client = signed_in(world.kimura)
    file = tmp_path / f"{plural}.csv"
    file.write_bytes(handed(client, f"/export/{plural}?format=csv&encoding={encoding}"))
    run = run_import(start_import(plural, file, by=world.kimura))
    told = [(reject.line, reject.reason) for reject in run.rejects.all()]
    assert (run.state, run.problem, told) == ("done", "", [])
    assert (run.created, run.updated) == (0, 0) and run.unchanged > 0


def test_a_sheet_comes_back_unchanged(signed_in: Callable[[Member], Client], world: World, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(handed(signed_in(world.kimura), "/export/people?format=xlsx"))
    assert load_workbook(file).active["A1"].value == "両輪ID"
    run = run_import(start_import("people", file, by=world.kimura))
    assert (run.created, run.updated, run.rejected) == (0, 0, 0) and run.unchanged > 0


def test_cells_that_would_run_are_disarmed(signed_in: Callable[[Member], Client], world: World) -> None:
    create_person(by=None, family_name="=cmd|' /C calc'!A0", email="evil@acme.example")
    text = handed(signed_in(world.kimura), "/export/people?format=csv").decode("utf-8-sig")
    assert "'=cmd|" in text and ",=cmd|" not in text


def test_only_what_the_member_sees_is_handed_out_under_the_lists_condition(
    signed_in: Callable[[Member], Client], world: World
) -> None:
    other = create_person(by=None, family_name="森", given_name="蓮", owner=world.kato)
    condition = '{"field":"family_name","op":"is","value":"森"}'
    found = handed(signed_in(world.kimura), f"/export/people?format=csv&f={condition}").decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(found))] == ["両輪ID", str(other.pk)]
    of_kato = handed(signed_in(world.kato), "/export/people?format=csv").decode("utf-8-sig")
    assert world.ada.email not in of_kato


def test_a_reader_may_not_export_and_nonsense_is_refused(signed_in: Callable[[Member], Client], world: World) -> None:
    assert signed_in(world.ono).get("/export/people?format=csv").status_code == 403
    client = signed_in(world.kimura)
    assert client.get("/export/planets").status_code == 404
    assert client.get("/export/people?f=%7B&format=csv").status_code == 400
    assert "ダウンロード" in client.get("/export/people").content.decode()
