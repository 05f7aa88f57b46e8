"""What may be kept of a need. No database."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ryorin.customers.voice.errors import NeedRefused
from ryorin.customers.voice.models import Need, NeedKind, NeedSource, NeedState

LARGEST_BUDGET = 10**15
LONGEST_WORDS = 4_000
YEARS = (1970, 2199)
CHOICES = {"kind": NeedKind.values, "state": NeedState.values, "source": NeedSource.values}
TEXTS = ("what", "words", "area", "competitor", "source_key")


def checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields fit to be kept; raise NeedRefused naming the first that is not."""
    return {name: _checked(name, value) for name, value in fields.items()}


def _checked(name: str, value: Any) -> Any:
    if name in TEXTS:
        return _text(name, value)
    if name in CHOICES and value not in CHOICES[name]:
        raise NeedRefused(name, _("「%(field)s」を選んでください。") % {"field": label_of(name)})
    if name == "strength":
        return _strength(value)
    if name == "budget" and value is not None and not 0 <= value <= LARGEST_BUDGET:
        raise NeedRefused(name, _("予算は0円以上の金額で入力してください。"))
    if name == "wanted_on" and isinstance(value, date) and not YEARS[0] <= value.year <= YEARS[1]:
        raise NeedRefused(name, _("希望時期の年を確かめてください。"))
    return value


def _text(name: str, value: Any) -> Any:
    if name == "source_key" and not value:
        return None
    text = str(value or "").replace("\0", "").strip()
    limit = LONGEST_WORDS if name == "words" else Need._meta.get_field(name).max_length  # type: ignore[union-attr]
    if not text and name == "what":
        raise NeedRefused(name, _("どんな声かを入力してください。"))
    if limit and len(text) > limit:
        raise NeedRefused(
            name, _("「%(field)s」は%(limit)s文字以内で入力してください。") % {"field": label_of(name), "limit": limit}
        )
    return text


def _strength(value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = 0
    if not 1 <= number <= 5:
        raise NeedRefused("strength", _("強さは1から5の間で入力してください。"))
    return number


def label_of(name: str) -> str:
    return str(Need._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
