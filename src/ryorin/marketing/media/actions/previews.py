"""Pictures fit to be shown: drawn anew from the pixels, so that nothing else of the file comes along."""

import io

from ryorin.marketing.media.errors import PictureTooLarge
from ryorin.workspace.files.actions import keep
from ryorin.workspace.files.errors import ImageBroken
from ryorin.workspace.files.models import IMAGES, File, Kind
from ryorin.workspace.members.models import Member

WIDEST = 640
MOST_PIXELS = 50_000_000


def preview_of(file: File, content: bytes, *, by: Member | None) -> File | None:
    """This function will keep a small picture of a picture; None for files of other kinds."""
    if file.kind not in IMAGES:
        return None
    return keep(redrawn(content), name=f"preview-{file.pk}.png", by=by, kinds=(Kind.PNG,))


def redrawn(content: bytes) -> bytes:
    """Return the picture as a PNG of at most 640 pixels to a side, without any of its other data."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureTooLarge(most=f"{MOST_PIXELS // 10_000:,}")
            picture.draft("RGB", (WIDEST, WIDEST))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            upright.thumbnail((WIDEST, WIDEST))
            clean = Image.new("RGBA", upright.size)
            clean.paste(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ImageBroken() from None
    kept = io.BytesIO()
    clean.save(kept, "PNG", optimize=True)
    return kept.getvalue()
