"""Which installation this is: a restored backup or a copied folder is another one."""

import hashlib
import os
import secrets
from pathlib import Path

FILE = "installation.id"


def installation(home: Path) -> str:
    """Return the name of the installation in this folder, made on first use.

    The file's own number in the file system is part of it, so that a copy of the whole folder has another name; so is
    the machine's id where it has one, for copies of whole disks. Backups leave the file out.
    """
    file = home / FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(16))
    parts = (file.read_text().strip(), str(file.stat().st_ino), _machine())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def renew(home: Path) -> None:
    """This function will make the folder another installation: what it holds came from elsewhere."""
    (home / FILE).unlink(missing_ok=True)


def _machine() -> str:
    try:
        return Path("/etc/machine-id").read_text().strip()
    except OSError:
        return ""
