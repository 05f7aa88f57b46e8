from pathlib import Path

from django.conf import settings

from ryorin.workspace.files.errors import FileMissing
from ryorin.workspace.files.models import File


def content(file: File) -> bytes:
    """Return the file's content; refuse with FileMissing where the disk no longer has it."""
    try:
        return place_of(file.sha256).read_bytes()
    except FileNotFoundError:
        raise FileMissing(name=file.name) from None


def place_of(digest: str) -> Path:
    """Return where the content with this SHA-256 lies."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest
