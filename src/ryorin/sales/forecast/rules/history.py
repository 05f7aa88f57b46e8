"""What became of deals, as arrays: read once, then cut off at any moment as if nothing later were known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OPEN, WON, LOST = 0, 1, 2
STATES = {"open": OPEN, "won": WON, "lost": LOST}
EPOCH = date(1970, 1, 1)
DAY = 86_400.0


@dataclass(frozen=True)
class History:
    """Deals (one place each: id, pipeline, amount, product, 0 for none) and their moves in order of deal and time.

    Moments are days since 1970 in UTC, with fractions; amounts are minor units.
    """

    deals: Ints
    pipelines: Ints
    amounts: Floats
    products: Ints
    of: Ints
    stages: Ints
    states: Ints
    at: Floats


@dataclass(frozen=True)
class Known:
    """What was known at one moment: each stay of a deal in a stage, and how each deal stood."""

    stay_stage: Ints
    stay_since: Floats
    stay_until: Floats  # inf: still there
    stay_decided: Floats  # when its deal was decided, inf: not yet
    stay_won: NDArray[np.bool_]
    place: Ints  # the deals that had been opened: their place in the history
    opened: Floats
    state: Ints
    decided: Floats
    stage: Ints
    since: Floats


def history_of(deals: Iterable[tuple[int, int, int, int]], moves: Iterable[tuple[int, int, str, datetime]]) -> History:
    """Return the history of deals (id, pipeline, amount, product) and moves (deal, stage, state, moment)."""
    ids = np.array(sorted(deals), dtype=np.float64).reshape(-1, 4)
    keys = ids[:, 0].astype(np.int64)
    rows = [(deal, stage, STATES[state], at.timestamp() / DAY) for deal, stage, state, at in moves]
    found = np.array(rows, dtype=np.float64).reshape(-1, 4)
    places = np.searchsorted(keys, found[:, 0].astype(np.int64))
    is_known = (
        (places < len(keys)) & (keys[np.minimum(places, max(len(keys) - 1, 0))] == found[:, 0])
        if len(keys)
        else (np.zeros(len(found), dtype=bool))
    )
    found, places = found[is_known], places[is_known]
    order = np.lexsort((found[:, 3], places))
    found, places = found[order], places[order]
    return History(
        deals=keys,
        pipelines=ids[:, 1].astype(np.int64),
        amounts=ids[:, 2],
        products=ids[:, 3].astype(np.int64),
        of=places.astype(np.int64),
        stages=found[:, 1].astype(np.int64),
        states=found[:, 2].astype(np.int64),
        at=found[:, 3],
    )


def known_at(history: History, moment: float) -> Known:
    """Return what was known of the deals just before the moment; nothing that happened later has any part in it."""
    seen = history.at < moment
    of, stages, states, at = history.of[seen], history.stages[seen], history.states[seen], history.at[seen]
    is_last = np.append(of[1:] != of[:-1], True) if len(of) else np.zeros(0, dtype=bool)
    is_first = np.append(True, of[1:] != of[:-1]) if len(of) else np.zeros(0, dtype=bool)
    last, first = np.flatnonzero(is_last), np.flatnonzero(is_first)
    decided = np.where(states[last] == OPEN, np.inf, at[last])
    won = states[last] == WON
    following = np.append(at[1:], np.inf) if len(of) else np.zeros(0)
    until = np.where(is_last, np.inf, following)
    group = np.cumsum(is_first) - 1
    stays = np.flatnonzero(states == OPEN)
    return Known(
        stay_stage=stages[stays],
        stay_since=at[stays],
        stay_until=until[stays],
        stay_decided=decided[group[stays]],
        stay_won=won[group[stays]],
        place=of[last],
        opened=at[first],
        state=states[last],
        decided=decided,
        stage=stages[last],
        since=at[last],
    )


def moment_of(day: date, *, hours: float = 0.0) -> float:
    """Return the beginning of a day, shifted by so many hours, as days since 1970."""
    return (day - EPOCH).days + hours / 24
