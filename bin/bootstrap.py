"""Makes .venv/ fit for this checkout: packages by hash, browser files, catalogues. Needs Python 3.11, nothing else."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BINARIES = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BINARIES / ("python.exe" if os.name == "nt" else "python")
BUILT_FROM = ("pyproject.toml", "hatch_build.py", "package.json", "package-lock.json", "src/ryorin/web/icons.txt")


def ready(*, developing: bool = False) -> None:
    """This function will bring .venv/ up to date, doing only what has changed since the last time."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells people so
        sys.exit("Ryorin needs Python 3.11 or newer; this is " + sys.version.split()[0])
    make_venv()
    wanted = [ROOT / "requirements" / f"{name}.txt" for name in (["dev"] if developing else ["base", "build"])]
    if not shutil.which("npm"):
        wanted.append(ROOT / "requirements/node.txt")
    install(wanted)
    build()


def make_venv() -> None:
    if PYTHON.exists():
        return
    say("Making the virtual environment .venv")
    try:
        venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            f"Python could not make a virtual environment ({error}). On Debian and Ubuntu: apt install python3-venv"
        )


def install(files: list[Path]) -> None:
    """This function will install what is not installed already; dev.txt holds base.txt and build.txt too."""
    for file in files:
        stamp = VENV / f".installed-{file.stem}"
        covering = [stamp, VENV / ".installed-dev"] if file.stem in ("base", "build") else [stamp]
        if any(has(place, digest_of_requirements(place.name.removeprefix(".installed-"))) for place in covering):
            continue
        say(f"Installing requirements/{file.name}")
        pip("install", "--require-hashes", "-r", str(file))
        stamp.write_text(digest_of_requirements(file.stem))


def build() -> None:
    """This function will install the package itself, editable, which builds the browser files and the catalogues."""
    catalogues = sorted((ROOT / "src/ryorin/locale").glob("*/LC_MESSAGES/*.po"))
    digest = digest_of([*(ROOT / name for name in BUILT_FROM), ROOT / "requirements/base.in", *catalogues])
    compiled = all(file.with_suffix(".mo").exists() for file in catalogues)
    if has(VENV / ".built", digest) and compiled and (ROOT / "src/ryorin/web/static/vendor/.built-from").exists():
        return
    say("Building the browser files")
    pip("install", "--no-build-isolation", "--no-deps", "--editable", str(ROOT))
    (VENV / ".built").write_text(digest)


def pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit("pip could not install what Ryorin needs; what went wrong stands above.")


def has(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text() == digest


def digest_of_requirements(name: str) -> str:
    return digest_of([ROOT / "requirements" / f"{name}.txt"])


def digest_of(files: list[Path]) -> str:
    total = hashlib.sha256(str(ROOT).encode())
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def say(line: str) -> None:
    print(f"- {line}", file=sys.stderr, flush=True)


def become(*command: str, **environment: str) -> None:
    """This function will replace this process by a program of .venv/."""
    os.environ.update(environment)
    os.environ["PATH"] = os.pathsep.join([str(BINARIES), os.environ.get("PATH", "")])
    if os.name == "nt":
        sys.exit(subprocess.run(command).returncode)
    os.execvp(command[0], command)
