"""The removal effect in a first-order Markov chain, computed exactly.

E. Anderl, I. Becker, F. von Wangenheim and J. H. Schumann, "Mapping the customer journey: Lessons learned from
graph-based online attribution modeling" (International Journal of Research in Marketing 33, 2016). States are the
start, the channels, conversion and no conversion; a path moves from the start over its channels to one of the two ends.
With Q the chances to move between channels, s those from the start, N = (I - Q)^-1 the fundamental matrix and r what a
channel's last step brings, the start brings s N r. Without channel i, steps into it end without conversion, which takes
away (s N)_i / N_ii * (N r)_i: the chance ever to come to i, times what i brings from then on.
"""

from dataclasses import dataclass

import numpy as np

from ryorin.insight.methods.attribution.paths import Floats, Paths, Share, Table, paths_of


def markov(table: Table) -> dict[str, Share]:
    """Return the conversions and the value by removal effects, scaled so that they add up to the table's own.

    Conversions and value have effects of their own: of the chance of a conversion, and of the value to be expected.
    Raises NoPaths, PathsInvalid. The cost grows with the touches, and with the cube of the number of channels.
    """
    paths = paths_of(table)
    chain = chain_of(paths)
    conversions = effects_of(chain, chain.conversions)
    value = effects_of(chain, chain.value)
    return paths.named(scaled(conversions, float(paths.conversions.sum())), scaled(value, float(paths.value.sum())))


def removal_effects(table: Table) -> dict[str, float]:
    """Return the share of conversions, 0..1, that would be lost without each channel; 1 where every path needs it."""
    paths = paths_of(table)
    chain = chain_of(paths)
    return dict(zip(paths.channels, effects_of(chain, chain.conversions).tolist(), strict=True))


@dataclass(frozen=True)
class Chain:
    """`start` (k) and `moves` (k, k) are chances; `conversions` and `value` (k) what a channel's next step brings."""

    start: Floats
    moves: Floats
    conversions: Floats
    value: Floats


def chain_of(paths: Paths) -> Chain:
    """Return the chain; each path counts as often as it converted and as it did not."""
    count = len(paths.channels)
    weight = paths.conversions + paths.nulls
    first, last = paths.steps[paths.starts], paths.steps[paths.ends - 1]
    inside = np.ones(len(paths.steps), dtype=bool)
    inside[paths.ends - 1] = False
    (before,) = np.nonzero(inside)
    pair = paths.steps[before] * count + paths.steps[before + 1]
    moves = np.bincount(pair, weight[paths.path_of_step[before]], minlength=count * count).reshape(count, count)
    leaving = moves.sum(axis=1) + np.bincount(last, weight, minlength=count)
    leaving[leaving == 0] = 1
    start = np.bincount(first, weight, minlength=count)
    return Chain(
        start=start / (weight.sum() or 1),
        moves=moves / leaving[:, None],
        conversions=np.bincount(last, paths.conversions, minlength=count) / leaving,
        value=np.bincount(last, paths.value, minlength=count) / leaving,
    )


def effects_of(chain: Chain, reward: Floats) -> Floats:
    """Return the share (k) of what the chain brings that is lost without each channel; 0 where it brings nothing."""
    visits = np.linalg.inv(np.eye(len(reward)) - chain.moves)
    brings = visits @ reward
    whole = float(chain.start @ brings)
    if whole <= 0:
        return np.zeros(len(reward))
    lost = (chain.start @ visits) / np.diag(visits) * brings
    return np.clip(lost / whole, 0.0, 1.0)


def scaled(effects: Floats, total: float) -> Floats:
    """Return the total in parts that are to each other as the effects."""
    whole = float(effects.sum())
    return effects * (total / whole) if whole else np.zeros(len(effects))
