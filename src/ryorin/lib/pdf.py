"""Documents as PDF: a Typst template, and data that reaches it as JSON (text in it is never read as markup).

A template finds its data by `json("/data.json")`, the files it was given under `/files/`, the pieces that all documents
share under `/shared/` (lib/typst), and its neighbours beside itself. It sees no other file of the machine.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.core.serializers.json import DjangoJSONEncoder

from ryorin.lib import clock

FONTS = Path(__file__).parent / "fonts"
SHARED = Path(__file__).parent / "typst"
ONE_IMAGE = b'#set page(width: auto, height: auto)\n#image("/files/image", width: 10mm)'


class DocumentFailed(Exception):
    """A template and its data do not make a document: a fault of the program, or an image that is broken."""


def render(template: Path, data: Mapping[str, Any], *, files: Mapping[str, bytes] | None = None) -> bytes:
    """Return the PDF of a Typst template, e.g. `render(path, {"lines": []}, files={"logo.png": logo})`."""
    written = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    with tempfile.TemporaryDirectory(prefix="ryorin-pdf-") as name:
        root = Path(name)
        shutil.copytree(template.parent, root, dirs_exist_ok=True)
        shutil.copytree(SHARED, root / "shared")
        (root / "data.json").write_text(written, encoding="utf-8")
        put_files(root, files or {})
        return compiled(root / template.name, root=root)


def can_draw(image: bytes) -> bool:
    """Return whether a document can show the image: PNG, JPEG, GIF, WebP or SVG that is whole."""
    with tempfile.TemporaryDirectory(prefix="ryorin-pdf-") as name:
        root = Path(name)
        put_files(root, {"image": image})
        (root / "main.typ").write_bytes(ONE_IMAGE)
        try:
            compiled(root / "main.typ", root=root)
        except DocumentFailed:
            return False
    return True


def put_files(root: Path, files: Mapping[str, bytes]) -> None:
    """This function will lay the files where the template finds them; a name is one name, no path."""
    (root / "files").mkdir()
    for name, content in files.items():
        if Path(name).name != name:
            raise ValueError(f"not the name of a file: {name}")
        (root / "files" / name).write_bytes(content)


def compiled(main: Path, *, root: Path) -> bytes:
    """Return the PDF of the template below `root`."""
    try:
        compiler = typst.Compiler(str(main), root=str(root), font_paths=fonts())
        pdf = compiler.compile(format="pdf", timestamp=int(clock.now().timestamp()))
    except typst.TypstError as error:
        raise DocumentFailed(f"{main.name}: {error.message}\n{error.diagnostic}") from error
    assert isinstance(pdf, bytes)
    return pdf


@cache
def fonts() -> typst.Fonts:
    """Return BIZ UDPGothic, and the machine's own fonts for the rare letters it lacks (𠮷 and the like)."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(FONTS)])
