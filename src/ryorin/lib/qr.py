"""QR codes as SVG, drawn with attributes only (no style, no script), dark on white in either theme."""

import segno


def qr_svg(text: str) -> str:
    """Return an inline `<svg class="qr">` that scales to its box; ValueError for more text than fits (2.3 kB)."""
    code = segno.make_qr(text, error="m")
    return str(code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None))
