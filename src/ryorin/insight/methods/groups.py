"""Groups of customers found automatically: k-means on standardised features, k chosen by the silhouette.

The silhouette compares how near one is to one's own group with how near to the next (P. J. Rousseeuw, "Silhouettes",
Journal of Computational and Applied Mathematics 20, 1987); it is measured on a fixed sample. The same data give the
same groups, in the order of the first feature, whoever runs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ryorin.insight.methods.errors import NoTwoAlike

Floats = NDArray[np.float64]
SAMPLE, FOR_SILHOUETTE = 20_000, 2_000
FEWEST, MOST = 2, 7
SMALLEST_SHARE = 0.01
ALIKE = 0.9  # the largest k is taken whose silhouette is at least this part of the best


@dataclass(frozen=True)
class Groups:
    """What was found: the features used and those left out as constant, how they were scaled, and the centres.

    `silhouettes` has the mean silhouette for each number of groups that was tried.
    """

    features: tuple[str, ...]
    dropped: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    centres: tuple[tuple[float, ...], ...]
    silhouettes: Mapping[int, float]

    @property
    def k(self) -> int:
        return len(self.centres)


def find_groups(features: Mapping[str, Floats], *, seed: int = 7) -> Groups:
    """Return the groups of customers; each feature is one array, to be given on the scale on which distances count.

    Refuses where there are fewer than twenty customers, or no feature in which they differ.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    names = list(features)
    table = np.column_stack([np.asarray(features[name], dtype=np.float64) for name in names])
    if len(table) < 20:
        raise NoTwoAlike()
    spread = table.std(axis=0)
    varies = spread > 1e-9
    if not varies.any():
        raise NoTwoAlike()
    kept = [name for name, is_kept in zip(names, varies, strict=True) if is_kept]
    means, deviations = table[:, varies].mean(axis=0), spread[varies]
    scaled = np.clip((table[:, varies] - means) / deviations, -4, 4)
    dice = np.random.default_rng(seed)
    some = scaled if len(scaled) <= SAMPLE else scaled[np.sort(dice.choice(len(scaled), SAMPLE, replace=False))]
    tested = (
        some if len(some) <= FOR_SILHOUETTE else some[np.sort(dice.choice(len(some), FOR_SILHOUETTE, replace=False))]
    )
    different = len(np.unique(tested, axis=0))
    if different < FEWEST + 1:
        raise NoTwoAlike()
    tried: dict[int, tuple[float, Floats]] = {}
    for k in range(FEWEST, min(MOST, different - 1) + 1):
        model = KMeans(n_clusters=k, n_init=4, random_state=seed).fit(some)
        labels = model.predict(tested)
        sizes = np.bincount(model.labels_, minlength=k)
        if len(np.unique(labels)) < 2 or sizes.min() < SMALLEST_SHARE * len(some):
            continue
        tried[k] = (float(silhouette_score(tested, labels)), model.cluster_centers_)
    if not tried:
        raise NoTwoAlike()
    best = max(score for score, _centres in tried.values())
    k = max(k for k, (score, _centres) in tried.items() if score >= ALIKE * best)
    centres = tried[k][1]
    order = np.lexsort(centres.T[::-1])[::-1]
    return Groups(
        tuple(kept),
        tuple(name for name in names if name not in kept),
        tuple(float(value) for value in means),
        tuple(float(value) for value in deviations),
        tuple(tuple(float(value) for value in centre) for centre in centres[order]),
        {number: round(score, 4) for number, (score, _centres) in tried.items()},
    )


def assign(groups: Groups, features: Mapping[str, Floats]) -> NDArray[np.int64]:
    """Return for each customer the number of the nearest centre, from 0."""
    table = np.column_stack([np.asarray(features[name], dtype=np.float64) for name in groups.features])
    scaled = np.clip((table - np.array(groups.means)) / np.array(groups.deviations), -4, 4)
    centres = np.array(groups.centres)
    distances = -2 * scaled @ centres.T + np.sum(centres**2, axis=1)
    nearest: NDArray[np.int64] = np.argmin(distances, axis=1).astype(np.int64)
    return nearest
