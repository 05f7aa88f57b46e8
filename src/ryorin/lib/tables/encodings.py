"""Which of the encodings used in Japan a text file is in."""

import codecs
import unicodedata
from collections import Counter
from pathlib import Path

CHUNK = 1 << 18
REPLACEMENT = "\ufffd"

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NAMES = {
    "utf8": "utf-8",
    "sjis": "cp932",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "ms932": "cp932",
    "eucjp": "euc_jp",
}
_ALLOWED = frozenset(
    {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp", "latin-1", "cp1252", "ascii"}
)


def known_encoding(name: str) -> str | None:
    """Return the codec for a name people use ("Shift_JIS", "UTF-8"), None where we do not read it."""
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    for candidate in (plain, plain.replace("_", "-"), plain.replace("_", "")):
        found = _NAMES.get(candidate, candidate)
        if found in _ALLOWED:
            return found
    return None


def detect_encoding(path: Path) -> tuple[str, bool]:
    """Return the codec of the file, and whether every byte of it was seen to decode."""
    with path.open("rb") as file:
        start = file.read(4)
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name, False
    first_error = _first_error_in_utf8(path)
    if first_error is None:
        return "utf-8", True
    return _best_of(_sample_around(path, first_error)), False


def _first_error_in_utf8(path: Path) -> int | None:
    """Return the byte about which the file stops being UTF-8, None where it never does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        offset = 0
        while chunk := file.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return max(0, offset + error.start)
            offset += len(chunk)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return max(0, offset - 4)
    return None


def _sample_around(path: Path, offset: int) -> bytes:
    """Return whole lines from the start of the file and from the first bytes that are not UTF-8."""
    with path.open("rb") as file:
        sample = file.read(CHUNK)
        if offset >= CHUNK:
            file.seek(max(0, offset - CHUNK // 4))
            sample += b"\n" + file.read(CHUNK).partition(b"\n")[2]
    return sample


def _best_of(sample: bytes) -> str:
    """Return the encoding in which the sample is most like Japanese, Western or UTF-8 with some bad bytes."""
    scores = {name: _likeness(sample, name) for name in ("cp932", "euc_jp", "cp1252", "utf-8")}
    return max(scores, key=lambda name: scores[name])


def _likeness(sample: bytes, encoding: str) -> float:
    """Return how much of the text beyond ASCII is what Japanese files hold, from 1 down; bad bytes weigh heavily."""
    text = sample.decode(encoding, errors="ryorin_euc" if encoding == "euc_jp" else "replace")
    letters = {letter: count for letter, count in Counter(text).items() if letter > "\x7f"}
    return sum(_weight(letter) * count for letter, count in letters.items()) / max(1, sum(letters.values()))


def _weight(letter: str) -> float:
    """Return how usual the character is in Japanese business files."""
    if letter == REPLACEMENT:
        return -5.0
    if "ぁ" <= letter <= "ん" or "ァ" <= letter <= "ー" or letter in "　、。（）・「」〜～－" or "０" <= letter <= "ｚ":
        return 1.0
    if "\uff61" <= letter <= "\uff9f":
        return 0.3
    if "一" <= letter <= "龥":
        return 0.9 if _is_everyday_kanji(letter) else 0.1
    return 0.2 if unicodedata.category(letter)[0] in "LNPS" else -1.0


def _is_everyday_kanji(letter: str) -> bool:
    """Return whether the letter is of JIS level 1 (rows 16 to 47)."""
    try:
        return 0xB0 <= letter.encode("euc_jp")[0] <= 0xCF
    except UnicodeEncodeError:
        return False


def _decode_euc_extension(error: UnicodeError) -> tuple[str, int]:
    """Return the character of a pair outside JIS X 0208 (①, 髙, 﨑) as Windows writes it in EUC-JP, through CP932."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    if len(pair) < 2 or not all(0xA1 <= byte <= 0xFE for byte in pair):
        return REPLACEMENT, error.start + 1
    row, cell = pair[0] - 0xA1, pair[1] - 0xA1
    lead = 0x81 + row // 2 if row < 62 else 0xC1 + row // 2
    trail = (0x9F + cell) if row % 2 else (0x40 + cell + (cell >= 63))
    try:
        return bytes((lead, trail)).decode("cp932"), error.start + 2
    except UnicodeDecodeError:
        return REPLACEMENT, error.start + 2


codecs.register_error("ryorin_euc", _decode_euc_extension)
