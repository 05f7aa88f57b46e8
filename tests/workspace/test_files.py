"""Files people give us: told by content, kept once, found again, never taken for a page."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from tests.web.examples import DOT

from ryorin.workspace.files.actions import keep
from ryorin.workspace.files.errors import FileEmpty, FileMissing, FileTooLarge, ImageBroken, KindNotAllowed
from ryorin.workspace.files.models import File, Kind
from ryorin.workspace.files.queries import content, place_of
from ryorin.workspace.files.rules import kind_of
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.organisation.actions import set_image
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import issuer


def office(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (DOT, Kind.PNG),
        (b"%PDF-1.7 ...", Kind.PDF),
        (b"\xff\xd8\xff\xe0", Kind.JPEG),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.WEBP),
        (office("word/document.xml"), Kind.WORD),
        (office("xl/workbook.xml"), Kind.EXCEL),
        ("議事録\n一行目".encode(), Kind.TEXT),
        ("見積,金額\n".encode("cp932"), Kind.TEXT),
    ],
)
def test_a_file_is_what_its_content_is(given: bytes, kind: Kind) -> None:
    assert kind_of(given) == kind


@pytest.mark.parametrize(
    "given",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"text first <html>",
        b"MZ\x90\0",
        office("readme.txt"),
        office("xl/workbook.xml", "xl/vbaProject.bin"),
        b"PK\x03\x04 broken",
    ],
)
def test_pages_pictures_with_scripts_programs_and_archives_are_not_kept(given: bytes) -> None:
    assert kind_of(given) is None


def test_a_file_is_kept_once_by_content_and_found_again(mei: Member) -> None:
    first = keep("メモ".encode(), name="C:\\fakepath\\打合せ.html", by=mei)
    second = keep("メモ".encode(), name="", by=mei)
    assert (first.name, first.kind, second.name) == ("打合せ.html.txt", Kind.TEXT, "ファイル.txt")
    assert (content(first), first.sha256) == ("メモ".encode(), second.sha256)
    kept = [place for place in Path(settings.MEDIA_ROOT).rglob("*") if place.is_file()]
    assert kept == [place_of(first.sha256)]


def test_empty_large_and_broken_files_are_refused(mei: Member) -> None:
    with pytest.raises(FileEmpty):
        keep(b"", name="x.txt", by=mei)
    with pytest.raises(FileTooLarge):
        keep(b"x" * 2000, name="x.txt", by=mei, largest=1000)
    with pytest.raises(KindNotAllowed):
        keep(b"plain", name="x.png", by=mei, kinds=(Kind.PNG,))
    with pytest.raises(ImageBroken):
        keep(DOT[:40], name="x.png", by=mei)
    assert not File.objects.exists()


def test_who_only_reads_keeps_no_files(db: None) -> None:
    ono = Member.objects.create_user("ono@ryorin.example", family_name="小野", role=Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        keep(b"x", name="x.txt", by=ono)


def test_a_lost_content_is_told(mei: Member) -> None:
    kept = keep(b"x", name="x.txt", by=mei)
    place_of(kept.sha256).unlink()
    with pytest.raises(FileMissing):
        content(kept)


def test_a_document_shows_the_logo_and_only_when_asked_the_seal(kimura: Member) -> None:
    Organisation.objects.create(
        name="両輪工業株式会社", postal_code="100-0005", prefecture="13", address="千代田区丸の内1-1"
    )
    set_image("logo", content=DOT, name="logo.png", by=kimura, version=None)
    held = set_image("seal", content=DOT, name="角印.png", by=kimura, version=None)
    plain, sealed = issuer(person="佐藤 健"), issuer(with_seal=True)
    assert plain.data["lines"] == ["〒100-0005", "東京都千代田区丸の内1-1", "担当 佐藤 健"]
    assert (plain.files, sealed.files) == ({"logo.png": DOT}, {"logo.png": DOT, "seal.png": DOT})
    assert held.seal is not None
    assert held.seal.name == "角印.png"
    assert set_image("seal", content=None, name="", by=kimura, version=held.version).seal is None
