"""A persona on one sheet of paper."""

from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.pdf import render
from ryorin.marketing.personas.models import Persona
from ryorin.marketing.personas.queries.portrait import portrait
from ryorin.workspace.files.errors import FileMissing
from ryorin.workspace.files.queries import content

TEMPLATE = Path(__file__).parents[1] / "documents" / "persona.typ"


def pdf_of(persona: Persona, *, quote: str) -> bytes:
    """Return the persona as a PDF in the reader's language; `quote` is empty where the reader may not read it."""
    files: dict[str, bytes] = {}
    if persona.picture is not None:
        try:
            files["picture"] = content(persona.picture)
        except FileMissing:
            files = {}
    return render(TEMPLATE, sheet_of(persona, quote=quote) | {"picture": "picture" if files else ""}, files=files)


def sheet_of(persona: Persona, *, quote: str) -> dict[str, Any]:
    """Return the texts of the paper."""
    computed = persona.computed_at or clock.now()
    return {
        "language": "ja" if (get_language() or "ja").startswith("ja") else "en",
        "name": persona.name,
        "initial": persona.name[:1],
        "role": persona.role,
        "quote": _("「%(text)s」") % {"text": quote} if quote else "",
        "basis": _("セグメント「%(name)s」の%(people)s人から（%(day)s時点）")
        % {"name": persona.segment.name, "people": f"{persona.people:,}", "day": date_format(computed, "DATE_FORMAT")},
        "sections": [
            {
                "title": str(part.section.label),
                "words": part.words,
                "lines": [
                    {"text": line.text, "percent": line.percent, "people": f"{line.fact.people:,}"}
                    for line in part.lines
                ],
            }
            for part in portrait(persona)
            if part.lines or part.words
        ],
    }
