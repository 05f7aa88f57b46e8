"""What counts as a touch and as a conversion, the seven models by name, and how much they disagree. No database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ryorin.insight.methods.attribution import (
    Paths,
    Share,
    first_touch,
    last_touch,
    linear,
    markov,
    position_based,
    shapley,
    time_decay,
)

Shares = dict[str, Share]
MODELS: dict[str, Callable[[Paths], Shares]] = {
    "first_touch": first_touch,
    "last_touch": last_touch,
    "linear": linear,
    "time_decay": time_decay,
    "position_based": position_based,
    "markov": markov,
    "shapley": shapley,
}
OF_ONE_PATH = tuple(name for name in MODELS if name != "markov")  # Markov's shares are of all paths together
WINDOWS = (7, 30, 90, 365)
DIRECT = "direct"
ON_THE_WEB = ("page_view", "form_submitted", "downloaded", "link_clicked", "survey_answered")
CHANNEL_OF_KIND = {"event_attended": "event", "card_exchanged": "event", "mail_clicked": "mail"}
BY_SALES = ("called", "visited", "met", "mailed", "letter_sent")  # each a channel by the name of its kind


class Conversion(StrEnum):
    LEAD = "lead"
    DEAL = "deal"
    FIRST_ORDER = "first_order"
    ORDER = "order"

    @property
    def has_value(self) -> bool:
        return self is not Conversion.LEAD

    @property
    def record_type(self) -> str:
        return {Conversion.LEAD: "person", Conversion.DEAL: "deal"}.get(self, "order")


@dataclass(frozen=True, slots=True)
class Question:
    """Which conversions, of which days (`end` not included), and which touches before them count.

    `window` in days, None for all there ever were; `with_sales` also counts what sales did (calls, visits, letters).
    """

    conversion: Conversion
    start: date
    end: date
    window: int | None = 90
    with_sales: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        return str(self.conversion), self.start, self.end, self.window, self.with_sales


@dataclass(frozen=True, slots=True)
class Spread:
    """Between which shares of the whole (0..1) the models put one channel, and which models say so."""

    channel: str
    low: float
    high: float
    low_model: str
    high_model: str

    @property
    def width(self) -> float:
        return self.high - self.low


def spreads(by_model: Mapping[str, Shares], *, of_value: bool) -> dict[str, Spread]:
    """Return for each channel how far the models are apart; none where there is nothing to share out."""
    found = {}
    channels = next(iter(by_model.values()), {})
    wholes = {model: sum(figure(share, of_value) for share in shares.values()) for model, shares in by_model.items()}
    if not all(wholes.values()):
        return {}
    for channel in channels:
        parts = {model: figure(shares[channel], of_value) / wholes[model] for model, shares in by_model.items()}
        low, high = min(parts, key=lambda model: parts[model]), max(parts, key=lambda model: parts[model])
        found[channel] = Spread(channel, parts[low], parts[high], low, high)
    return found


def figure(share: Share, of_value: bool) -> float:
    return share.value if of_value else share.conversions


def roi(value: float, cost: float | None) -> float | None:
    """Return what came back for each unit of cost beyond the cost itself; None where no cost is known."""
    return (value - cost) / cost if cost else None
