from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from tests.world import World

from ryorin.connectors.csv.actions import run_waiting
from ryorin.connectors.csv.models import ImportRun, ImportState
from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member

LEADS = "氏名,メールアドレス,会社名,備考欄\n佐伯 優子,yuko@acme.example,株式会社アクメ,はじめまして\n,bad,アクメ,\n"

FORM = {"has_columns": "1", "column-0": "full_name", "column-1": "email", "go": "import"}


def upload(client: Client, content: bytes, *, records: str = "people", name: str = "leads.csv") -> HttpResponse:
    return client.post("/imports/new", {"records": records, "file": SimpleUploadedFile(name, content)})  # type: ignore[return-value]


def test_a_file_is_uploaded_mapped_tried_imported_and_its_bad_line_handed_back(as_mei: Client, world: World) -> None:
    answer = upload(as_mei, LEADS.encode("cp932"))
    run = ImportRun.objects.get()
    assert answer.status_code == 302 and answer.headers["Location"] == f"/imports/{run.pk}"
    page = as_mei.get(f"/imports/{run.pk}").content.decode()
    assert "判別：cp932" in page and "佐伯 優子" in page
    assert '<option value="full_name" selected>' in page and '<option value="email" selected>' in page
    form = {"has_columns": "1", "column-0": "full_name", "column-1": "email", "column-2": "company", "column-3": "memo"}
    as_mei.post(f"/imports/{run.pk}/start", form | {"create_related": "company", "go": "trial"})
    assert "順番を待っています" in as_mei.get(f"/imports/{run.pk}").content.decode()
    run_waiting()
    people = Person.objects.count()
    page = as_mei.get(f"/imports/{run.pk}").content.decode()
    assert "この内容で取り込む" in page and "メールアドレスの形式" in page
    as_mei.post(f"/imports/{run.pk}/start", {"same": "1", "go": "import"})
    run_waiting()
    assert Person.objects.count() == people + 1
    rejects = b"".join(as_mei.get(f"/imports/{run.pk}/rejects").streaming_content).decode("cp932")  # type: ignore[attr-defined]
    assert rejects.splitlines()[0] == "氏名,メールアドレス,会社名,備考欄,行番号,取り込めなかった理由"
    assert rejects.splitlines()[1].startswith(",bad,アクメ,,3,")


def test_corrected_lines_can_be_fed_back(as_mei: Client, world: World) -> None:
    upload(as_mei, LEADS.encode())
    first = ImportRun.objects.get()
    as_mei.post(f"/imports/{first.pk}/start", FORM)
    run_waiting()
    rejects = b"".join(as_mei.get(f"/imports/{first.pk}/rejects").streaming_content).decode()  # type: ignore[attr-defined]
    corrected = rejects.replace(",bad,", "森 蓮,ren@acme.example,")
    upload(as_mei, corrected.encode())
    second = ImportRun.objects.first()
    page = as_mei.get(f"/imports/{second.pk}").content.decode()  # type: ignore[union-attr]
    assert page.count(" selected>") >= 2
    as_mei.post(f"/imports/{second.pk}/start", FORM)  # type: ignore[union-attr]
    run_waiting()
    assert Person.objects.filter(email="ren@acme.example").exists()


def test_an_import_can_be_called_off_and_gone_on_with(as_mei: Client, world: World) -> None:
    upload(as_mei, LEADS.encode())
    run = ImportRun.objects.get()
    as_mei.post(f"/imports/{run.pk}/start", {"has_columns": "1", "column-0": "full_name", "go": "import"})
    as_mei.post(f"/imports/{run.pk}/cancel")
    run.refresh_from_db()
    assert run.state == ImportState.CANCELLED
    assert "続きから再開" in as_mei.get(f"/imports/{run.pk}").content.decode()
    as_mei.post(f"/imports/{run.pk}/resume")
    run_waiting()
    run.refresh_from_db()
    assert run.state == ImportState.DONE


def test_the_progress_part_ends_by_showing_the_whole_page_again(as_mei: Client, world: World) -> None:
    upload(as_mei, LEADS.encode())
    run = ImportRun.objects.get()
    as_mei.post(f"/imports/{run.pk}/start", {"has_columns": "1", "column-0": "full_name", "go": "import"})
    part = as_mei.get(f"/imports/{run.pk}?part=progress").content.decode()
    assert "progress-line" in part and "<html" not in part
    run_waiting()
    assert as_mei.get(f"/imports/{run.pk}?part=progress").headers["HX-Refresh"] == "true"


def wide(count: int) -> bytes:
    return ",".join(f"c{place}" for place in range(count)).encode() + b"\n1\n"


def zip_bomb() -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        wide(10_000),
        "姓,姓\n佐伯,優子\n".encode(),
        b"\x00\x01\x02\xff" * 100,
        b"PK\x03\x04broken",
        '"姓,名\n佐伯'.encode(),
        b"\n\n",
    ],
    ids=["10,000 columns", "duplicate headers", "binary", "broken workbook", "unclosed quote", "blank"],
)
def test_a_bad_file_gets_a_message_and_never_an_error(as_mei: Client, world: World, content: bytes) -> None:
    upload(as_mei, content)
    run = ImportRun.objects.get()
    answer = as_mei.get(f"/imports/{run.pk}")
    assert answer.status_code == 422
    assert 'class="errors"' in answer.content.decode()
    answer = as_mei.post(f"/imports/{run.pk}/start", {"has_columns": "1", "column-0": "full_name"})
    assert answer.status_code == 422


@pytest.mark.slow
def test_a_zip_bomb_is_refused(as_mei: Client, world: World) -> None:
    upload(as_mei, zip_bomb(), name="bomb.xlsx")
    assert as_mei.get(f"/imports/{ImportRun.objects.get().pk}").status_code == 422


def test_a_file_over_the_limit_is_refused_before_it_is_read(as_mei: Client, world: World, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 0
    answer = as_mei.post("/imports/new", {"records": "people", "file": SimpleUploadedFile("big.csv", b"x" * 2_000_000)})
    assert answer.status_code == 413
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("form", [{}, {"records": "people"}, {"records": "planets"}])
def test_a_form_without_kind_or_file_is_told_so(as_mei: Client, world: World, form: dict[str, str]) -> None:
    assert as_mei.post("/imports/new", form).status_code == 422


def test_only_members_who_may_import_see_imports_and_only_their_own(
    as_mei: Client, signed_in: Callable[[Member], Client], world: World
) -> None:
    upload(as_mei, LEADS.encode())
    run = ImportRun.objects.get()
    assert signed_in(world.ono).get("/imports/").status_code == 403
    assert signed_in(world.ono).post("/imports/new", {}).status_code == 403
    assert signed_in(world.sato).get(f"/imports/{run.pk}").status_code == 404
    assert signed_in(world.tamura).get(f"/imports/{run.pk}").status_code == 200


def test_the_upload_form_needs_its_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.mei, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/imports/new", {"records": "people", "file": SimpleUploadedFile("a.csv", b"a\n1\n")})
    assert answer.status_code == 403


def test_a_marketer_cannot_import_deals(as_mei: Client, world: World) -> None:
    assert upload(as_mei, b"name\nx\n", records="deals").status_code == 422
