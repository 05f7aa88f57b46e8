"""QR codes as sheets to print."""

import io
from collections.abc import Sequence
from pathlib import Path

import segno

from ryorin.lib.pdf import render

TEMPLATE = Path(__file__).parents[1] / "documents" / "qr_sheet.typ"
Code = tuple[str, str, str]  # creative, medium, address
MOST = 200


def qr_sheet(title: str, codes: Sequence[Code], *, company: str) -> bytes:
    """Return a PDF with the QR codes of these addresses, each under the name of its creative and medium."""
    shown = [
        {"name": name, "medium": medium, "address": address, "file": f"qr-{place}.svg"}
        for place, (name, medium, address) in enumerate(codes[:MOST])
    ]
    files = {code["file"]: _svg(code["address"]) for code in shown}
    return render(TEMPLATE, {"title": title, "company": company, "codes": shown}, files=files)


def _svg(address: str) -> bytes:
    kept = io.BytesIO()
    segno.make(address, error="m", micro=False).save(kept, kind="svg", scale=4, border=4)
    return kept.getvalue()
