"""Pictures are read within limits and come out without what was hidden in them."""

import io
import struct
import zlib

import pytest
from PIL import Image

from ryorin.lib.pictures import LARGEST, PictureTooHeavy, PictureTooLarge, PictureUnreadable, read_picture


def picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 800), mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, (200, 30, 30, 128)[: len(mode)]).save(stream, kind, **options)
    return stream.getvalue()


def test_a_photograph_comes_out_in_sizes_as_webp_and_jpeg() -> None:
    read = read_picture(picture())
    assert (read.width, read.height) == (1200, 800)
    wanted = [(width, kind) for width in (320, 640, 1024, 1200) for kind in ("webp", "jpg")]
    assert [(each.width, each.kind) for each in read.renditions] == wanted


def test_a_transparent_picture_falls_back_to_png() -> None:
    assert {each.kind for each in read_picture(picture("PNG", mode="RGBA")).renditions} == {"webp", "png"}


def test_place_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SecretCamera"
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 22.0)
    read = read_picture(picture(exif=exif.tobytes()))
    assert (read.width, read.height) == (800, 1200)
    for each in read.renditions:
        assert b"SecretCamera" not in each.content
        assert not Image.open(io.BytesIO(each.content)).getexif()


def test_fifty_megabytes_are_refused_before_anything_is_decoded() -> None:
    with pytest.raises(PictureTooHeavy, match="50MB"):
        read_picture(b"\x89PNG\r\n\x1a\n" + b"\0" * (50 * 1024 * 1024))
    assert LARGEST == 20 * 1024 * 1024


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that says it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(60_000, 60_000), (10_000, 6_000), (2_000_000_000, 2)])
def test_a_decompression_bomb_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises((PictureTooLarge, PictureUnreadable)):
        read_picture(bomb(*size))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"GIF89a",
        b"%PDF-1.7",
        picture()[:500],
        b"BM" + b"\0" * 90,
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        read_picture(content)
