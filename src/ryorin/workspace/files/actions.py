"""Keeping files: the content on disk first, then the row that names it."""

import hashlib
import os
import tempfile
from collections.abc import Collection

from django.db import transaction

from ryorin.lib.pdf import can_draw
from ryorin.workspace.audit.actions import record
from ryorin.workspace.files.errors import ImageBroken
from ryorin.workspace.files.models import File, Kind
from ryorin.workspace.files.queries import place_of
from ryorin.workspace.files.rules import LARGEST, checked_kind, tidy_name
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def keep(
    content: bytes, *, name: str, by: Member | None, kinds: Collection[Kind] = tuple(Kind), largest: int = LARGEST
) -> File:
    """This function will keep a file whose content is of one of the kinds; the same content lies on disk once."""
    require(by, "files.keep")
    kind = checked_kind(content, kinds=kinds, largest=largest)
    if kind in (Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP) and not can_draw(content):
        raise ImageBroken()
    digest = hashlib.sha256(content).hexdigest()
    store(content, digest)
    kept = File.objects.create(name=tidy_name(name, kind=kind), kind=kind, size=len(content), sha256=digest, kept_by=by)
    record("file_kept", "file", kept.pk, by=by, name=kept.name, size=kept.size, sha256=digest)
    return kept


def store(content: bytes, digest: str) -> None:
    """This function will write the content where its hash says, whole or not at all, unless it lies there already."""
    place = place_of(digest)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=place.parent, prefix=".unfinished-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, place)
    except BaseException:
        os.unlink(unfinished)
        raise
