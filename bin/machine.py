"""What the tests need from the machine: a browser, a Japanese font, a Redis server; by apt where that is allowed."""

import os
import shutil
import subprocess
import sys

LIGHTER = "chromium-headless-shell"  # the same Chromium without its window: pages in a quarter less time
CHROMIUM = (LIGHTER, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {
    "Chromium": ("chromium", "a Chromium or Chrome (apt install chromium)"),
    "a Japanese font": ("fonts-noto-cjk", "a Japanese font (apt install fonts-noto-cjk)"),
    "Redis": ("redis-server", "a Redis server (apt install redis-server)"),
    "pdftotext": ("poppler-utils", "pdftotext (apt install poppler-utils)"),
    "GNU gettext": ("gettext", "GNU gettext (apt install gettext)"),
}


def prepare() -> dict[str, str]:
    """Return what is missing after trying to install it, with what a person can do about it."""
    missing = missing_now()
    if may_install():
        if missing:
            install([PACKAGES[name][0] for name in missing])
            missing = missing_now()
        if not shutil.which(LIGHTER):
            install([LIGHTER])
    return {name: f"install {PACKAGES[name][1]}" for name in missing}


def install(packages: list[str]) -> None:
    print(f"- Installing {' '.join(packages)}", file=sys.stderr, flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-q"], **quiet)
    subprocess.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], **quiet)


def missing_now() -> list[str]:
    here = {
        "Chromium": any(shutil.which(name) for name in CHROMIUM),
        "a Japanese font": has_japanese_font(),
        "Redis": bool(shutil.which("redis-server")),
        "pdftotext": bool(shutil.which("pdftotext")),
        "GNU gettext": bool(shutil.which("xgettext")),
    }
    return [name for name, found in here.items() if not found]


def has_japanese_font() -> bool:
    if not shutil.which("fc-list"):
        return sys.platform in ("darwin", "win32")
    return bool(subprocess.run(["fc-list", ":lang=ja"], capture_output=True).stdout.strip())


def may_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None
