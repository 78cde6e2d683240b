from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.rewrite.measure import FEATURES
from dedup.rewrite.model import MOST, SCALES, load_model, parse_model, probabilities, scale, standardise

SMALL = "\n".join([
    "# a model", "feature\tshared\tlog-odds\t0.5\t2.0", "feature\tchained\tlog\t1.0\t0.5",
    "feature\tquoted\tplain\t0.0\t1.0", "", "weight\t\t\t-1.0", "weight\tshared\t\t2.0",
    "weight\tchained\t\t0.5", "weight\tshared\tchained\t0.25", "weight\tquoted\tquoted\t-3.0",
])  # fmt: skip
ROWS = st.lists(st.floats(0, 1), min_size=len(FEATURES), max_size=len(FEATURES))


def slow_score(row: list[float]) -> float:
    named = dict(zip(FEATURES, row, strict=True))
    share = min(1.0, max(0.0, named["shared"]))
    shared = (math.log((share + 0.02) / (1.02 - share)) - 0.5) / 2
    chained = (math.log1p(named["chained"]) - 1) / 0.5
    shared, chained, quoted = (min(MOST, max(-MOST, one)) for one in (shared, chained, named["quoted"]))
    return -1 + 2 * shared + 0.5 * chained + 0.25 * shared * chained - 3 * quoted**2


@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(0, 300))
def test_scores_as_told_by_the_file(rows: list[list[float]], chained: int) -> None:
    rows[0][FEATURES.index("chained")] = chained
    found = parse_model(SMALL).score(np.array(rows))
    assert found.tolist() == pytest.approx([slow_score(row) for row in rows])


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_probabilities_are_shares(rows: list[list[float]]) -> None:
    measured = np.array(rows)
    found = probabilities(measured)
    assert ((found >= 0) & (found <= 1)).all()
    assert not found[measured[:, FEATURES.index("shared")] == 0].any()


def test_nothing_is_likely_of_what_was_not_measured() -> None:
    assert probabilities(np.zeros((2, len(FEATURES)))).tolist() == [0, 0]
    assert probabilities(np.zeros((0, len(FEATURES)))).tolist() == []
    far = np.full((1, len(FEATURES)), 1e9)
    assert np.isfinite(probabilities(far)).all()


def test_nothing_goes_beyond_what_was_seen() -> None:
    means, deviations = np.zeros(2), np.ones(2)
    assert standardise(np.array([[99.0, -99.0]]), means, deviations).tolist() == [[MOST, -MOST]]


@given(st.floats(0, 1), st.floats(0, 1))
def test_scales_keep_the_order(one: float, other: float) -> None:
    rows = np.zeros((2, len(FEATURES)))
    rows[0], rows[1] = min(one, other), max(one, other)
    scaled = scale(rows, FEATURES)
    assert (scaled[0] <= scaled[1]).all()


def test_the_model_that_comes_with_dedup() -> None:
    model = load_model()
    assert set(model.features) <= set(FEATURES) == set(SCALES)
    assert len(set(model.features)) == len(model.features)
    assert (model.deviations > 0).all()
    assert not np.tril(model.products, -1).any()
    assert np.isfinite([model.bias, *model.linear, *model.products.ravel()]).all()


@pytest.mark.parametrize(
    "line",
    [
        "feature\tshared\tlog\t0.5\t2.0",
        "feature\tnobody\tlog\t0.5\t2.0",
        "feature\tnames\tlog-odds\tmuch\t2.0",
        "weight\tnames\t\t0.5",
        "weight\tshared\tnames\t0.5",
        "weight\tshared\t0.5",
        "weight\tshared\t\tmuch",
        pytest.param(
            "feature\tnames\tlog-odds\t0.5",
        ),
        pytest.param(
            "wieght\tshared\t\t0.5",
        ),
    ],
)
def test_lines_that_cannot_be_understood(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_model(f"{SMALL}\n{line}")
