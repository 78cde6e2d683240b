"""A quadratic logistic model fitted to weighed pairs, and the file that it is kept in.

The model is that of ``dedup.rewrite.model``: features on their scales, in deviations from their mean,
and all products of two of them. It is fitted by Newton's method (iteratively reweighted least
squares) with a penalty on the squares of the weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.rewrite.model import SCALES, Model, scale, standardise

# Few enough that their 55 products can be told apart by the pairs there are; the others overlap with these.
NAMES = (
    "shared",
    "names",
    "quoted",
    "chained",
    "mutual",
    "words_weight",
    "names_weight",
    "in_order",
    "covered_weight",
    "neighbours",
)
# Half the sum of squared weights, for columns of unit deviation, against losses that weigh 1,000 a class:
# columns that say nearly the same share their weight, and none grows without bound where it tells all apart.
PENALTY = 1.0
CLASS_WEIGHT = 1000.0
_MOST_STEPS = 100
_ENOUGH = 1e-6  # slope of the loss at which it is least
_HEAD = (
    "# A model of rewording (see rewrite/model.py), made by: python -m benchmarks fit",
    "# kind, name, scale, mean, deviation; or kind, name, name, weight",
)

Columns = NDArray[np.float64]


def fit_model(measured: Columns, labels: Columns, weights: Columns, names: Sequence[str] = NAMES) -> Model:
    """The model of ``measure.FEATURES`` of p pairs, float64[p, len(FEATURES)].

    labels   float64[p]: 1 derived from one another, 0 not
    weights  float64[p]: what each pair counts; scaled to ``CLASS_WEIGHT`` a class
    """
    names = tuple(names)
    weights = np.asarray(weights, np.float64).copy()
    for label in (0, 1):
        weights[labels == label] *= CLASS_WEIGHT / weights[labels == label].sum()
    scaled = scale(measured, names)
    means = np.average(scaled, axis=0, weights=weights)
    deviations = _not_zero(np.sqrt(np.average((scaled - means) ** 2, axis=0, weights=weights)))
    columns = make_columns(standardise(scaled, means, deviations))
    spreads = _not_zero(columns.std(axis=0))
    bias, found = fit_logistic(columns / spreads, labels, weights)
    found = found / spreads
    products = np.zeros((len(names), len(names)))
    products[np.triu_indices(len(names))] = found[len(names) :]
    return Model(names, means, deviations, bias, found[: len(names)], products)


def make_columns(values: Columns) -> Columns:
    """Features of each pair, and then the products of any two of them, squares too."""
    one, other = np.triu_indices(values.shape[1])
    return np.column_stack([values, values[:, one] * values[:, other]])


def fit_logistic(
    columns: Columns, labels: Columns, weights: Columns, penalty: float = PENALTY
) -> tuple[float, Columns]:
    """The bias, on which there is no penalty, and the weights of the columns where the weighed loss is least.

    The loss is convex, so that Newton's steps, halved while they don't lessen it, lead there.
    """
    design = np.column_stack([np.ones(len(columns)), columns])
    penalties = np.full(design.shape[1], penalty)
    penalties[0] = 0.0
    found = np.zeros(design.shape[1])
    loss = _loss(design, labels, weights, penalties, found)
    for _ in range(_MOST_STEPS):
        likely = _likely(design @ found)
        slope = design.T @ (weights * (likely - labels)) + penalties * found
        if np.abs(slope).max() < _ENOUGH:
            break
        curve = (design * (weights * likely * (1 - likely))[:, None]).T @ design + np.diag(penalties)
        curve[0, 0] += 1e-9  # where all is certain
        step = np.linalg.solve(curve, slope)
        while (lower := _loss(design, labels, weights, penalties, found - step)) > loss:
            step /= 2
            if np.abs(step).max() < _ENOUGH**2:
                return float(found[0]), found[1:]
        found, loss = found - step, lower
    return float(found[0]), found[1:]


def format_model(model: Model) -> str:
    """The lines of a model's file, as ``parse_model`` reads them, with four decimals."""
    names = model.features
    lines = list(_HEAD)
    for name, mean, deviation in zip(names, model.means, model.deviations, strict=True):
        lines.append(f"feature\t{name}\t{SCALES[name]}\t{mean:.4f}\t{deviation:.4f}")
    lines.append(f"weight\t\t\t{model.bias:.4f}")
    for name, weight in zip(names, model.linear, strict=True):
        lines.append(f"weight\t{name}\t\t{weight:.4f}")
    for one, other in zip(*np.triu_indices(len(names)), strict=True):
        lines.append(f"weight\t{names[one]}\t{names[other]}\t{model.products[one, other]:.4f}")
    return "\n".join(lines) + "\n"


def _likely(scores: Columns) -> Columns:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -40, 40))))


def _loss(design: Columns, labels: Columns, weights: Columns, penalties: Columns, found: Columns) -> float:
    scores = design @ found
    losses = np.logaddexp(0, scores) - labels * scores
    return float(weights @ losses + penalties @ found**2 / 2)


def _not_zero(spreads: Columns) -> Columns:
    """Spreads, 1 for those of columns that are the same everywhere."""
    return np.asarray(np.where(spreads > 1e-9, spreads, 1.0))
