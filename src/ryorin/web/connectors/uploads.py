"""Keeping an uploaded file until it has been imported."""

import re
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from ryorin.connectors.csv.errors import FileTooLarge

FOLDER = "imports"
OVERHEAD = 1 << 20  # of a form around its file
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


def refuse_too_large(request: HttpRequest) -> None:
    """This function will refuse a form whose file is over the limit, before the file has been taken in."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    length = int(text) if text.isdecimal() and len(text) < 19 else 0
    if length > settings.MAX_IMPORT_BYTES + OVERHEAD:
        raise FileTooLarge(limit=settings.MAX_IMPORT_BYTES // (1 << 20))


def keep(file: UploadedFile) -> Path:
    """This function will move an uploaded file into the data folder, under a name of our own, and return its place."""
    if (file.size or 0) > settings.MAX_IMPORT_BYTES:
        raise FileTooLarge(limit=settings.MAX_IMPORT_BYTES // (1 << 20))
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    suffix = Path(file.name or "").suffix.lower()
    place = folder / f"{uuid4().hex}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    with place.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    place.chmod(0o600)
    return place
