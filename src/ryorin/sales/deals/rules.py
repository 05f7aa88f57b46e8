"""Decisions about deals without a database."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

from ryorin.sales.deals.errors import ValueMissing, ValueOutOfRange, ValueTooLong, ValueUnknown

# What a fresh installation starts with; from then on these are rows that people rename on the settings page.
DEFAULT_PIPELINE = "新規商談"
DEFAULT_STAGES = (("初回接触", 10), ("ヒアリング", 20), ("提案", 40), ("見積提出", 60), ("交渉", 80))
DEFAULT_LOST_REASONS = ("予算なし", "競合に決定", "時期尚早", "要件に合わない", "連絡が取れない", "その他")

LARGEST_AMOUNT = 10**15
YEARS = (1970, 2199)
AMOUNTS = ("amount", "unit_price", "budget", "problem_cost")


def weighted(amount: int, probability: int) -> int:
    """Return what the amount is worth at this probability in percent, in minor units, rounded down."""
    return amount * probability // 100


def is_stale(stage_since: datetime, stale_days: int, *, now: datetime) -> bool:
    """Return whether a deal has stood in its stage for longer than the stage allows; 0 days means for ever."""
    return stale_days > 0 and now - stage_since > timedelta(days=stale_days)


# What of a deal a stage may ask for, besides the parts of its people, needs and answers of hearings.
ASKABLE = (
    "company", "person", "amount", "expected_close_on", "next_action", "products", "budget", "problem", "problem_cost",
    "solution", "effect", "competitor",
)  # fmt: skip


# How people write the usual parts, in Japanese and in English.
PART_WORDS = {
    "決裁": ("決裁", "decision", "decider"),
    "推進": ("推進", "champion"),
    "利用": ("利用", "user"),
    "窓口": ("窓口", "contact"),
    "技術": ("技術", "technical"),
    "反対": ("反対", "against", "opponent"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a deal: filled fields, parts of its people, kinds of needs, keys of answered questions."""

    fields: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()

    def has(self, kind: str, name: str) -> bool:
        """Return whether what a stage's rule asks for is known; a part counts also within a longer one."""
        if kind == "part":
            words = PART_WORDS.get(name, (name.casefold(),))
            return any(word in part.casefold() for part in self.parts for word in words)
        return name in {"field": self.fields, "need": self.needs, "answer": self.answers}[kind]


def entered(stages: Sequence[int], *, since: int | None, to: int) -> list[int]:
    """Return which stages (ids in order) a deal newly enters on its way from one to another; none on the way back.

    A deal that comes from elsewhere (`since` is none of them) enters all but the first, where deals begin.
    """
    begin = stages.index(since) if since in stages else 0
    end = stages.index(to) if to in stages else -1
    return list(stages[begin + 1 : end + 1])


_FACTOR = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万|億|%)?")
_SCALES = {"万": Decimal(10_000), "億": Decimal(100_000_000), "%": Decimal("0.01"), "": Decimal(1)}


def cost_from(basis: str) -> int | None:
    """Return the product of the numbers in a calculation such as "月40時間 × 3人 × 4,000円 × 12か月".

    None where there is no sign of multiplication, or where the result is no amount.
    """
    text = unicodedata.normalize("NFKC", basis).replace("×", "*").replace("✕", "*").replace("x", "*")
    parts = text.split("*")
    if len(parts) < 2:
        return None
    result = Decimal(1)
    for part in parts:
        found = _FACTOR.search(part)
        if found is None:
            return None
        result *= Decimal(found[1].replace(",", "")) * _SCALES[found[2] or ""]
    return int(result) if 0 < result <= LARGEST_AMOUNT else None


def line_amount(quantity: Decimal, unit_price: int) -> int:
    """Return the amount of a line in minor units, half rounded up."""
    return int((quantity * unit_price).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def checked(model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with texts trimmed; refuses what the rows of `model` cannot hold, naming the field."""
    return {name: _checked(_column(model, name), value) for name, value in fields.items()}


def _column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    column = model._meta.get_field(name)
    if not isinstance(column, models.Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return column


def _checked(column: "models.Field[Any, Any]", value: Any) -> Any:
    if value is None and not column.null:
        value = column.get_default()
    if isinstance(value, str):
        value = value.replace("\0", "").strip()
        if column.max_length is not None and len(value) > column.max_length:
            raise ValueTooLong(field=column.verbose_name, limit=column.max_length)
        if not value and not column.blank:
            raise ValueMissing(field=column.verbose_name)
        if value and column.choices and value not in dict(column.flatchoices):
            raise ValueUnknown(field=column.verbose_name)
    elif isinstance(column, models.BigIntegerField) and column.name in AMOUNTS and value is not None:
        between(value, 0, LARGEST_AMOUNT, label=column.verbose_name)
    elif isinstance(column, models.DateField) and value is not None:
        between(value.year, *YEARS, label=column.verbose_name)
    return value


def between(value: int | Decimal, low: int, high: int, *, label: Any) -> None:
    """This function will refuse a value outside both ends, naming the field."""
    if not low <= value <= high:
        raise ValueOutOfRange(field=label, low=f"{low:,}", high=f"{high:,}")


def search_text(name: str, *parts: str) -> str:
    """Return what a deal is found by: its name, its company, its main person."""
    return " ".join(part for part in (name, *parts) if part)
