"""What a file is, told from its content and never from its name; and the name it is kept under."""

import io
import unicodedata
import zipfile
from collections.abc import Collection
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from ryorin.workspace.files.errors import FileEmpty, FileTooLarge, KindNotAllowed
from ryorin.workspace.files.models import Kind

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 120
SUFFIXES = {
    Kind.PDF: (".pdf",),
    Kind.PNG: (".png",),
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.GIF: (".gif",),
    Kind.WEBP: (".webp",),
    Kind.WORD: (".docx",),
    Kind.EXCEL: (".xlsx",),
    Kind.POWERPOINT: (".pptx",),
    Kind.TEXT: (".txt", ".csv", ".md"),
    Kind.VIDEO: (".mp4", ".m4v", ".mov"),
}
CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.GIF: "image/gif",
    Kind.WEBP: "image/webp",
    Kind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.POWERPOINT: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Kind.TEXT: "text/plain; charset=utf-8",
    Kind.VIDEO: "video/mp4",
}
_BEGINNINGS = ((b"%PDF-", Kind.PDF), (b"\x89PNG\r\n\x1a\n", Kind.PNG), (b"\xff\xd8\xff", Kind.JPEG))
_FURTHER_BEGINNINGS = ((b"GIF87a", Kind.GIF), (b"GIF89a", Kind.GIF))
_OFFICE_PARTS = (
    ("word/document.xml", Kind.WORD),
    ("xl/workbook.xml", Kind.EXCEL),
    ("ppt/presentation.xml", Kind.POWERPOINT),
)


def checked_kind(content: bytes, *, kinds: Collection[Kind] = tuple(Kind), largest: int = LARGEST) -> Kind:
    """Return what the content is; refuse what is empty, too large or of no kind that is wanted."""
    if not content:
        raise FileEmpty()
    if len(content) > largest:
        raise FileTooLarge(most=largest // 1024 // 1024)
    kind = kind_of(content)
    if kind is None or kind not in kinds:
        raise KindNotAllowed(kinds=_("、").join(str(kind.label) for kind in kinds))
    return kind


def kind_of(content: bytes) -> Kind | None:
    """Return what the content is, None for what is not kept: programs, archives, HTML, SVG and everything unknown."""
    for beginning, kind in (*_BEGINNINGS, *_FURTHER_BEGINNINGS):
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.WEBP
    if content[4:8] == b"ftyp":
        return Kind.VIDEO
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    return Kind.TEXT if _is_plain_text(content) else None


def tidy_name(name: str, *, kind: Kind) -> str:
    """Return the last part of a name, without control characters, with an ending that fits the kind."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")[-1]
    tidy = " ".join("".join(letter if letter.isprintable() else " " for letter in last).split()).strip(". ")
    endings = SUFFIXES[kind]
    stem, suffix = (PurePosixPath(tidy).stem, PurePosixPath(tidy).suffix.lower()) if tidy else (_("ファイル"), "")
    if suffix not in endings:
        stem, suffix = tidy or stem, endings[0]
    return f"{stem[: LONGEST_NAME - len(suffix)]}{suffix}"


def _office_kind(content: bytes) -> Kind | None:
    """Return which of the three office kinds a ZIP is; its directory is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for part, kind in _OFFICE_PARTS if part in names), None)


def _is_plain_text(content: bytes) -> bool:
    """Return whether this is text in UTF-8 or CP932 that no browser would take for a page."""
    if b"\0" in content:
        return False
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "<" not in text.lstrip()[:1] and not any(
            mark in text[:2000].lower() for mark in ("<html", "<svg", "<script")
        )
    return False
