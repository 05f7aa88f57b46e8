"""Pictures made safe: read within limits, turned upright, freed of the camera's notes, saved in fitting sizes."""

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
WIDTHS = (320, 640, 1024, 1600)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


class PictureRefused(Refusal):
    """A picture that is not taken; the message says why and what to do."""


class PictureTooHeavy(PictureRefused):
    status = 413
    message = _("画像が大きすぎます（%(size)sMB）。20MB以下の画像を選んでください。")


class PictureTooLarge(PictureRefused):
    message = _("画像の縦横が大きすぎます（%(width)s×%(height)s）。縮小してから選び直してください。")


class PictureUnreadable(PictureRefused):
    message = _("この画像は使えません。PNG・JPEG・GIF・WebPの画像を選んでください。SVGは使えません。")


@dataclass(frozen=True, slots=True)
class Rendition:
    """One picture as it is served: its size in pixels, the kind ("webp", "jpg", "png") and the bytes."""

    width: int
    height: int
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in all its sizes; `width` and `height` are those of the largest."""

    width: int
    height: int
    renditions: tuple[Rendition, ...]


def read_picture(content: bytes, *, widths: tuple[int, ...] = WIDTHS) -> Picture:
    """Return the picture in the given widths, as WebP and as JPEG (PNG where it is transparent).

    Nothing is decoded before the size of the file and the size in pixels are known to be within the limits.
    """
    image = _opened(content)
    kind = "png" if _is_transparent(image) else "jpg"
    upright = _plain(image, keeps_transparency=kind == "png")
    sizes = sorted({min(width, upright.width) for width in widths})
    renditions = [_saved(_narrowed(upright, width), each) for width in sizes for each in ("webp", kind)]
    return Picture(renditions[-1].width, renditions[-1].height, tuple(renditions))


def _opened(content: bytes) -> "Image":
    """Return the picture with its head read and nothing decoded; refuses what is too large or no picture."""
    from PIL import Image, UnidentifiedImageError

    if len(content) > LARGEST:
        raise PictureTooHeavy(size=len(content) // 1024 // 1024)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError:
        raise PictureTooLarge(width="?", height="?") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise PictureUnreadable() from None
    if image.width * image.height > MOST_PIXELS or not image.width or not image.height:
        raise PictureTooLarge(width=image.width, height=image.height)
    return image


def _is_transparent(image: "Image") -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _plain(image: "Image", *, keeps_transparency: bool) -> "Image":
    """Return the first frame, upright, as plain pixels: position, camera and comments stay behind."""
    from PIL import ImageOps

    try:
        image.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
        upright = ImageOps.exif_transpose(image)
        pixels = upright.convert("RGBA" if keeps_transparency else "RGB")
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError):
        raise PictureUnreadable() from None
    pixels.info = {}
    return pixels


def _narrowed(image: "Image", width: int) -> "Image":
    from PIL.Image import Resampling

    if image.width <= width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Resampling.LANCZOS)


def _saved(image: "Image", kind: str) -> Rendition:
    stream = io.BytesIO()
    if kind == "webp":
        image.save(stream, "WEBP", quality=80, method=3)
    elif kind == "png":
        image.save(stream, "PNG", optimize=False)
    else:
        image.save(stream, "JPEG", quality=82, progressive=True)
    return Rendition(image.width, image.height, kind, stream.getvalue())
