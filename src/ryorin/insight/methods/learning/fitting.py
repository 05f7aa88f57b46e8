"""The two kinds of model: logistic regression, and boosted trees. Both say the log-odds, and what each column adds.

A fitted model is plain numbers, kept as JSON: nothing that is read back can run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ryorin.insight.methods.learning.columns import Floats, Ints, Matrix

STRENGTH = 0.5  # inverse of the ridge penalty
TREES, LEAVES, DEPTH, SMALLEST_LEAF, PACE = 90, 8, 4, 20, 0.08
FEW = 200  # so many leads go through all trees at once


@dataclass(frozen=True)
class Linear:
    """Logistic regression: log-odds of the average lead, and a weight for each number of the matrix."""

    middle: float
    weights: Floats
    means: Floats

    kind = "logistic"

    def odds(self, x: Matrix) -> Floats:
        """Return the log-odds of each lead."""
        found: Floats = self.middle + (x - self.means) @ self.weights
        return found

    def parts(self, x: Matrix, owners: Ints) -> Floats:
        """Return what each column adds to the log-odds of the average lead; [leads, columns], exact."""
        single = (x - self.means) * self.weights
        width = int(owners.max()) + 1 if len(owners) else 0
        found = np.zeros((len(x), width))
        for place, owner in enumerate(owners):
            found[:, owner] += single[:, place]
        return found

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "middle": self.middle, "weights": list(self.weights), "means": list(self.means)}


@dataclass(frozen=True)
class Tree:
    """One tree as arrays over its nodes; a leaf has feature -1. `worth` is the mean of the leaves below a node."""

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    worth: Floats

    def leaves(self, numbers: Matrix) -> Ints:
        """Return for each lead the node it ends at; `numbers` [numbers, leads], each one's values side by side."""
        comes: dict[int, Any] = {0: np.ones(numbers.shape[1], dtype=bool)}
        node = np.zeros(numbers.shape[1], dtype=np.uint8)
        for place, feature in enumerate(self.feature.tolist()):  # a parent stands before its children
            here = comes.pop(place)
            if feature < 0:
                node += here * np.uint8(place)
                continue
            goes = numbers[feature] <= self.threshold[place]
            comes[int(self.left[place])], comes[int(self.right[place])] = here & goes, here & ~goes
        return node.astype(np.int64)

    def added(self, owners: Ints, width: int) -> Floats:
        """Return for each node what each column added on the way to it (Saabas, 2014): the steps add up exactly."""
        table = np.zeros((len(self.feature), width))
        for node, feature in enumerate(self.feature):  # a parent stands before its children
            if feature >= 0:
                for child in (self.left[node], self.right[node]):
                    table[child] = table[node]
                    table[child, owners[feature]] += self.worth[child] - self.worth[node]
        return table


@dataclass(frozen=True)
class Boosted:
    """Gradient boosted trees: log-odds of the average lead, and trees whose steps from there add up."""

    middle: float
    trees: tuple[Tree, ...]

    kind = "boosting"

    def odds(self, x: Matrix) -> Floats:
        """Return the log-odds of each lead."""
        found, numbers = np.full(len(x), self.middle), np.ascontiguousarray(x.T)
        for tree in self.trees:
            found += (tree.worth - tree.worth[0])[tree.leaves(numbers)]
        return found

    def parts(self, x: Matrix, owners: Ints) -> Floats:
        """Return what each column adds to the log-odds of the average lead along the paths; [leads, columns]."""
        width = int(owners.max()) + 1 if len(owners) else 0
        if len(x) <= FEW:
            return self._parts_of_few(x, owners, width)
        found, numbers = np.zeros((width, len(x))), np.ascontiguousarray(x.T)
        for tree in self.trees:
            leaves, added = tree.leaves(numbers), tree.added(owners, width)
            for column in np.unique(owners[tree.feature[tree.feature >= 0]]):
                found[column] += added[:, column][leaves]
        return found.T

    def _parts_of_few(self, x: Matrix, owners: Ints, width: int) -> Floats:
        """Return the same, every lead stepping down all trees side by side."""
        all_nodes, lead, found = self.joined, np.arange(len(x))[:, None], np.zeros((len(x), width))
        node = np.tile(self.roots, (len(x), 1))
        while (inner := all_nodes.feature[node] >= 0).any():
            feature = all_nodes.feature[node]
            goes = x[lead, feature] <= all_nodes.threshold[node]
            child = np.where(inner, np.where(goes, all_nodes.left[node], all_nodes.right[node]), node)
            np.add.at(found, (lead, owners[feature]), all_nodes.worth[child] - all_nodes.worth[node])
            node = child
        return found

    @cached_property
    def roots(self) -> Ints:
        """For each tree, the place of its first node in `joined`."""
        return np.cumsum([0, *(len(tree.feature) for tree in self.trees[:-1])])

    @cached_property
    def joined(self) -> Tree:
        """The nodes of all trees one after the other."""
        together = zip(self.trees, self.roots, strict=True)
        left, right = zip(*((tree.left + root, tree.right + root) for tree, root in together), strict=True)
        feature, threshold, worth = (
            [getattr(tree, name) for tree in self.trees] for name in ("feature", "threshold", "worth")
        )
        return Tree(*map(np.concatenate, (feature, threshold, left, right, worth)))

    def as_json(self) -> dict[str, Any]:
        trees = [
            [t.feature.tolist(), t.threshold.tolist(), t.left.tolist(), t.right.tolist(), t.worth.tolist()]
            for t in self.trees
        ]
        return {"kind": self.kind, "middle": self.middle, "trees": trees}


Model = Linear | Boosted


def model_from_json(data: Mapping[str, Any]) -> Model:
    """Return the model that `as_json` wrote."""
    if data["kind"] == Linear.kind:
        return Linear(
            float(data["middle"]), np.array(data["weights"], dtype=float), np.array(data["means"], dtype=float)
        )
    return Boosted(float(data["middle"]), tuple(_tree(*arrays) for arrays in data["trees"]))


def fit_linear(x: Matrix, y: Floats) -> Linear:
    """Return a ridge logistic regression; a share of y counts as so much of a good and so much of a bad lead."""
    from sklearn.linear_model import LogisticRegression

    rows, target, weight = halved(y)
    fitted = LogisticRegression(C=STRENGTH, max_iter=500).fit(x[rows], target, sample_weight=weight)
    weights, means = fitted.coef_[0].astype(float), x.mean(axis=0).astype(float)
    return Linear(float(fitted.intercept_[0] + means @ weights), weights, means)


def fit_boosted(x: Matrix, y: Floats, *, seed: int = 7) -> Boosted:
    """Return small boosted trees on histograms (Ke et al., "LightGBM", NeurIPS 2017), as scikit-learn builds them."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, target, weight = halved(y)
    made = HistGradientBoostingClassifier(
        max_iter=TREES, max_leaf_nodes=LEAVES, max_depth=DEPTH, min_samples_leaf=SMALLEST_LEAF, learning_rate=PACE,
        l2_regularization=1.0, early_stopping=False, random_state=seed,
    ).fit(x[rows], target, sample_weight=weight)  # fmt: skip
    trees = tuple(_tree_of(each[0].nodes) for each in made._predictors)
    start = float(np.ravel(made._baseline_prediction)[0])
    return Boosted(start + sum(float(tree.worth[0]) for tree in trees), trees)


def halved(y: Floats) -> tuple[Ints, Ints, Floats]:
    """Return (row, outcome, weight) such that a lead with a share in y stands once as good and once as bad."""
    good, bad = np.flatnonzero(y > 0), np.flatnonzero(y < 1)
    rows = np.concatenate((good, bad))
    target = np.concatenate((np.ones(len(good)), np.zeros(len(bad)))).astype(np.int64)
    return rows, target, np.concatenate((y[good], 1 - y[bad]))


def _tree(
    feature: Sequence[int], threshold: Sequence[float], left: Sequence[int], right: Sequence[int],
    worth: Sequence[float],
) -> Tree:  # fmt: skip
    whole = [np.array(values, dtype=np.int64) for values in (feature, left, right)]
    return Tree(whole[0], np.array(threshold, dtype=float), whole[1], whole[2], np.array(worth, dtype=float))


def _tree_of(nodes: Any) -> Tree:
    """Return a tree of scikit-learn's as plain arrays; what an inner node is worth is the mean of its leaves."""
    is_leaf = nodes["is_leaf"].astype(bool)
    left, right = nodes["left"].astype(np.int64), nodes["right"].astype(np.int64)
    worth, count = nodes["value"].astype(float).copy(), nodes["count"].astype(float)
    for node in range(len(nodes) - 1, -1, -1):  # children stand behind their parent
        if not is_leaf[node]:
            pair = [left[node], right[node]]
            worth[node] = float(np.average(worth[pair], weights=count[pair]))
    feature = np.where(is_leaf, -1, nodes["feature_idx"].astype(np.int64))
    return Tree(feature, nodes["num_threshold"].astype(float), left, right, worth)
