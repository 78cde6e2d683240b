"""How likely it is that one text rewords the other: a logistic model, kept as data.

Each feature is first brought to a scale of its own: ``log-odds`` of a share, the logarithm of
a weight or a count, or ``plain``. Then it is taken in standard deviations from its mean, no
more than ``MOST`` of them, so that nothing is said of what was never seen. The score is the sum
of weights times features, and of weights times products of two features: what names are worth
depends on what else is shared.

``data/model.tsv`` holds all of it: a line ``feature``, name, scale, mean, deviation; and a line
``weight``, one or two names or none, weight. It is fitted by ``python -m benchmarks fit``.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.rewrite.answers import measure_answers
from dedup.rewrite.measure import FEATURES, Telling
from dedup.rewrite.statements import Statements

MOST = 4.0
_ROUNDING = 1e-6  # far more than sums of floats in another order differ by
_CLOSE = 0.02  # of a share to 0 or 1, where its log-odds go no further

SCALES = {
    name: "log" if name in ("chained", "covered_weight", "words_weight", "names_weight") else "log-odds"
    for name in FEATURES
} | {"quoted": "plain"}

Columns = NDArray[np.float64]


class Model(NamedTuple):
    """A model of f features and w weights.

    features    their names
    means       float64[f], deviations float64[f]: of the scaled features
    bias        the score of a pair that is average in everything
    linear      float64[f]: weights of the features
    products    float64[f, f]: weights of products, above the diagonal and on it
    """

    features: tuple[str, ...]
    means: Columns
    deviations: Columns
    bias: float
    linear: Columns
    products: Columns

    def score(self, measured: Columns) -> Columns:
        """Log-odds of rewording, float64[p], from ``measure.FEATURES``, float64[p, len(FEATURES)]."""
        return self._score(self._standardise(measured))

    def bound(self, measured: Columns, name: str) -> Columns:
        """The most that ``score`` may be where a feature is anything from 0 to what is given, float64[p]."""
        if name not in self.features:
            return self.score(measured)
        place = self.features.index(name)
        values = self._standardise(measured)
        most = values[:, place].copy()
        none = measured.copy()
        none[:, FEATURES.index(name)] = 0
        least = self._standardise(none)[:, place]

        def score(value: Columns | float) -> Columns:
            values[:, place] = value
            return self._score(values)

        # A parabola in this feature: its greatest value is at one of the ends, or at its peak.
        bend = min(float(self.products[place, place]), -1e-9)
        slope = score(1.0) - score(0.0) - self.products[place, place]
        peak = np.clip(slope / (-2 * bend), least, most)
        return np.maximum(np.maximum(score(least), score(most)), score(peak))

    def _standardise(self, measured: Columns) -> Columns:
        return standardise(scale(measured, self.features), self.means, self.deviations)

    def _score(self, values: Columns) -> Columns:
        # No matrix product: its last bits depend on which other pairs are there.
        summed = np.einsum("pi,i->p", values, self.linear)
        return np.asarray(self.bias + summed + np.einsum("pi,ij,pj->p", values, self.products, values))

    def contributions(self, measured: Columns) -> Columns:
        """What each feature adds to the score, float64[p, f]; with the bias they add up to it.

        A product counts for both of its features by halves, which is Shapley's share.
        """
        values = standardise(scale(measured, self.features), self.means, self.deviations)
        return np.asarray(values * (self.linear + values @ (self.products + self.products.T) / 2))


def scale(measured: Columns, names: tuple[str, ...]) -> Columns:
    """The named features, each on its scale."""
    return np.column_stack([_scaled(measured[:, FEATURES.index(name)], SCALES[name]) for name in names])


def standardise(values: Columns, means: Columns, deviations: Columns) -> Columns:
    """In standard deviations from the mean, ``MOST`` at most."""
    return np.asarray(np.clip((values - means) / deviations, -MOST, MOST))


def probabilities(measured: Columns) -> Columns:
    """The probability that one text of each pair rewords the other, float64[p], 0..1.

    measured  ``measure.FEATURES`` of each pair; 0 where nothing was measured
    """
    likely = _probability(load_model().score(measured))
    return np.asarray(np.where(measured[:, FEATURES.index("shared")] > 0, likely, 0.0))


def find_likely(
    texts: Statements,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    least: float,
    least_chained: int,
) -> tuple[NDArray[np.int64], Columns, Columns]:
    """Which pairs of texts are so likely reworded: their places in ``left``, probabilities, and ``FEATURES``.

    left, right    int64[p]: the texts of each pair, by number
    least          probability, 0..1
    least_chained  sentences that answer one another in order
    """
    measured = measure_answers(texts, left, right, least_chained=least_chained)
    shared, chained = (measured[:, FEATURES.index(name)] for name in ("shared", "chained"))
    some = np.flatnonzero((shared > 0) & (chained >= least_chained))
    telling = Telling.of(texts)
    most = np.column_stack([measured[some], telling.bound(left[some], right[some]) + _ROUNDING])
    some = some[_probability(load_model().bound(most, "in_order")) >= least - _ROUNDING]
    measured = np.column_stack([measured[some], telling.align(left[some], right[some])])
    likely = probabilities(measured)
    found = likely >= least
    return some[found], likely[found], measured[found]


def _probability(scores: Columns) -> Columns:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -40, 40))))


@functools.cache
def load_model() -> Model:
    """The model that comes with dedup."""
    text = (resources.files("dedup.rewrite") / "data" / "model.tsv").read_text("utf-8")
    return parse_model(text)


def parse_model(text: str) -> Model:
    """A model from the lines of its file; ValueError if one can't be understood."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    for row in rows:
        if len(row) != {"feature": 5, "weight": 4}.get(row[0]):
            raise ValueError(f"not a line of a model: {row}")
    features = [row for row in rows if row[0] == "feature"]
    names = tuple(row[1] for row in features)
    for _, name, how, *_ in features:
        if SCALES.get(name) != how:
            raise ValueError(f"feature {name} has the scale {SCALES.get(name)}, not {how}")
    bias, linear, products = 0.0, np.zeros(len(names)), np.zeros((len(names), len(names)))
    for _, one, other, weight in (row for row in rows if row[0] == "weight"):
        if not one:
            bias = float(weight)
        elif not other:
            linear[names.index(one)] = float(weight)
        else:
            products[names.index(one), names.index(other)] = float(weight)
    means, deviations = (np.array([float(row[place]) for row in features]) for place in (3, 4))
    return Model(names, means, deviations, bias, linear, products)


def _scaled(values: Columns, how: str) -> Columns:
    if how == "log":
        return np.log1p(values)
    if how == "plain":
        return values
    share = np.clip(values, 0, 1)
    return np.asarray(np.log((share + _CLOSE) / (1 + _CLOSE - share)))
