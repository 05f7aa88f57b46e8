"""Columns of leads, and how they become the numbers a model reads.

A column holds numbers (NaN: not known) or words (code -1: not known). The encoder is learned from the rows it is
trained on and from no other: means, spreads, and which words are frequent enough to stand for themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]
Ints = NDArray[np.int64]
FEWEST_ROWS = 10  # rows with a word before it stands for itself
SMALLEST_SHARE = 0.003
MOST_WORDS = 40
LONG_TAIL = 20.0  # a largest value beyond this: counted on a logarithmic scale
FARTHEST = 5.0  # standard deviations


@dataclass(frozen=True)
class Words:
    """A column of words: for each row the place of its word in `values`, or -1."""

    codes: Ints
    values: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Words":
        """Return the column of these words; an empty text is nothing known."""
        places: dict[str, int] = {}
        codes = [places.setdefault(text, len(places)) if text else -1 for text in texts]
        return cls(np.array(codes, dtype=np.int64), tuple(places))

    def __len__(self) -> int:
        return len(self.codes)


Column = Floats | Words
Columns = Mapping[str, Column]


def take(column: Column, rows: Any) -> Column:
    """Return some rows of a column; `rows` is a slice, a mask or places."""
    return Words(column.codes[rows], column.values) if isinstance(column, Words) else column[rows]


@dataclass(frozen=True)
class Number:
    """How a column of numbers is read; one more number says whether it is known, where that differs."""

    name: str
    mean: float
    spread: float
    is_long: bool
    may_miss: bool


@dataclass(frozen=True)
class Choice:
    """The words of a column that stand for themselves; the others and the unknown are what is left over."""

    name: str
    values: tuple[str, ...]
    may_miss: bool


@dataclass(frozen=True)
class Encoder:
    """Turns columns into a matrix; `owners` says which column each of its numbers belongs to."""

    numbers: tuple[Number, ...]
    choices: tuple[Choice, ...]

    @classmethod
    def learned(cls, columns: Columns) -> "Encoder":
        """Return the encoder for these columns."""
        numbers = [_number(name, column) for name, column in columns.items() if not isinstance(column, Words)]
        choices = [_choice(name, column) for name, column in columns.items() if isinstance(column, Words)]
        return cls(tuple(numbers), tuple(choices))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, in the order in which reasons are given."""
        return (*(each.name for each in self.numbers), *(each.name for each in self.choices))

    @property
    def owners(self) -> Ints:
        """For each number of the matrix, the place of its column in `names`."""
        widths = [1 + each.may_miss for each in self.numbers]
        widths += [len(each.values) + each.may_miss for each in self.choices]
        return np.repeat(np.arange(len(widths)), widths)

    def matrix(self, columns: Columns) -> Matrix:
        """Return one row of numbers for each lead; a column that is not there is not known of anybody."""
        count = next((len(column) for column in columns.values()), 0)
        parts: list[Floats] = []
        for number in self.numbers:
            parts += number_parts(number, columns.get(number.name), count)
        for choice in self.choices:
            parts += choice_parts(choice, columns.get(choice.name), count)
        return np.column_stack(parts).astype(np.float32) if parts else np.zeros((count, 0), dtype=np.float32)

    def as_json(self) -> dict[str, Any]:
        return {
            "numbers": [[e.name, e.mean, e.spread, e.is_long, e.may_miss] for e in self.numbers],
            "choices": [[e.name, list(e.values), e.may_miss] for e in self.choices],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Encoder":
        """Return the encoder that `as_json` wrote."""
        numbers = tuple(
            Number(str(name), float(mean), float(spread), bool(is_long), bool(may_miss))
            for name, mean, spread, is_long, may_miss in data["numbers"]
        )
        choices = tuple(
            Choice(str(name), tuple(map(str, values)), bool(may_miss)) for name, values, may_miss in data["choices"]
        )
        return cls(numbers, choices)


def number_parts(number: Number, column: Column | None, count: int) -> list[Floats]:
    """Return the standardised numbers, 0 where not known, and whether they are not known."""
    if column is None or isinstance(column, Words):
        column = np.full(count, np.nan)
    values = long(column) if number.is_long else column
    known = ~np.isnan(values)
    scaled = np.where(known, np.clip((values - number.mean) / number.spread, -FARTHEST, FARTHEST), 0.0)
    return [scaled, (~known).astype(np.float64)] if number.may_miss else [scaled]


def choice_parts(choice: Choice, column: Column | None, count: int) -> list[Floats]:
    """Return one number for each word that stands for itself, and one for nothing known."""
    if not isinstance(column, Words):
        column = Words(np.full(count, -1, dtype=np.int64), ())
    place = {value: index for index, value in enumerate(column.values)}
    parts: list[Floats] = [(column.codes == place.get(value, -2)).astype(np.float64) for value in choice.values]
    return [*parts, (column.codes == -1).astype(np.float64)] if choice.may_miss else parts


def is_constant(column: Column) -> bool:
    """Return whether a column says the same of everybody."""
    if isinstance(column, Words):
        return len(np.unique(column.codes)) < 2
    known = column[~np.isnan(column)]
    return len(known) in (0, len(column)) and (not len(known) or float(known.min()) == float(known.max()))


def is_identifier(column: Column) -> bool:
    """Return whether a column of words names each lead, so that nothing can be learned from it."""
    if not isinstance(column, Words):
        return False
    known = column.codes[column.codes >= 0]
    return len(known) >= FEWEST_ROWS and len(np.unique(known)) > 0.5 * len(known)


def long(values: Floats) -> Floats:
    """Return numbers on a logarithmic scale, those below nothing mirrored."""
    scaled: Floats = np.sign(values) * np.log1p(np.abs(values))
    return scaled


def _number(name: str, column: Floats) -> Number:
    known = column[~np.isnan(column)]
    is_long = bool(len(known)) and float(np.abs(known).max()) > LONG_TAIL
    values = long(known) if is_long else known
    mean, spread = (float(values.mean()), float(values.std())) if len(values) else (0.0, 1.0)
    return Number(name, mean, spread if spread > 1e-9 else 1.0, is_long, bool(0 < len(known) < len(column)))


def _choice(name: str, column: Words) -> Choice:
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
    fewest = max(FEWEST_ROWS, SMALLEST_SHARE * len(column))
    order: Sequence[int] = np.argsort(-counts, kind="stable")[:MOST_WORDS].tolist()
    values = tuple(column.values[place] for place in order if counts[place] >= fewest)
    return Choice(name, values, bool((column.codes == -1).any()))
