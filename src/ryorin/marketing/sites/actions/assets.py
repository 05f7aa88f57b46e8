"""Taking in pictures: each is read within limits, freed of hidden notes and kept in the sizes pages need."""

import hashlib
import secrets
from pathlib import PurePath

from django.db import transaction

from ryorin.lib import clock
from ryorin.lib.pictures import read_picture
from ryorin.marketing.sites.models import Asset, AssetKind
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.files.actions import store
from ryorin.workspace.files.models import Kind
from ryorin.workspace.files.rules import tidy_name
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

FILE_KINDS = {"png": Kind.PNG, "jpg": Kind.JPEG, "webp": Kind.WEBP}


def keep_picture(content: bytes, *, name: str, by: Member | None, alt: str = "") -> Asset:
    """This function will keep a picture in all its sizes; the same picture again is the one kept before."""
    require(by, "pages.change")
    source = hashlib.sha256(content).hexdigest()
    before = Asset.objects.pictures().filter(source=source).order_by("pk").first()
    if before:
        return before
    picture = read_picture(content)
    rows = []
    for each in picture.renditions:
        digest = hashlib.sha256(each.content).hexdigest()
        store(each.content, digest)
        rows.append([each.width, each.height, each.kind, digest, len(each.content)])
    kind = FILE_KINDS[picture.renditions[-1].kind]
    with transaction.atomic():
        asset = Asset.objects.create(
            token=secrets.token_urlsafe(12),
            kind=AssetKind.PICTURE,
            name=tidy_name(PurePath(name.replace("\\", "/")).stem, kind=kind),
            alt=alt[:200],
            width=picture.width,
            height=picture.height,
            renditions=rows,
            source=source,
            created_by=by,
            created_at=clock.now(),
        )
        audit.record("picture_kept", "asset", asset.pk, by=by, name=asset.name)
    return asset


@transaction.atomic
def describe_asset(asset: Asset, *, alt: str, by: Member | None) -> Asset:
    """This function will change what the picture says to those who do not see it."""
    require(by, "pages.change")
    asset = Asset.objects.select_for_update().get(pk=asset.pk)
    asset.alt = alt.replace("\0", "").strip()[:200]
    asset.save(update_fields=["alt"])
    audit.record("picture_described", "asset", asset.pk, by=by, name=asset.name)
    return asset
