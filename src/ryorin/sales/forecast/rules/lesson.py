"""All that history teaches by a day: chances, times, amounts, then the seasons over them."""

from dataclasses import replace
from datetime import date

from ryorin.sales.forecast.rules.history import History, moment_of
from ryorin.sales.forecast.rules.learning import Learned, Setting, learn
from ryorin.sales.forecast.rules.seasons import seasons_of


def lesson_of(
    history: History, day: date, *, settings: dict[int, Setting], start_month: int, hours: float = 0.0
) -> Learned:
    """Return what the deals had taught when the day began; `hours` is how far local midnight lies from that of UTC."""
    learned = learn(history, day, moment=moment_of(day, hours=hours), settings=settings)
    seasons, wobble = seasons_of(history, learned, day, start_month=start_month, hours=hours)
    return replace(learned, seasons=seasons, wobble=wobble)
