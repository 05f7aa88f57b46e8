"""Handing out files people gave us: always to be saved, never shown as a page."""

from django.http import HttpResponse
from django.utils.encoding import iri_to_uri

from ryorin.workspace.files.models import File, Kind
from ryorin.workspace.files.queries import content
from ryorin.workspace.files.rules import CONTENT_TYPES


def attachment(file: File) -> HttpResponse:
    """Return the file as an attachment of the type its content has; no browser may guess another."""
    return handed_out(content(file), name=file.name, content_type=CONTENT_TYPES[Kind(file.kind)])


def handed_out(body: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Return bytes as an attachment that no browser keeps or takes for something else."""
    answer = HttpResponse(body, content_type=content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{iri_to_uri(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
