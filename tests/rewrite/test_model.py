from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from together import state

from dedup.rewrite.measure import FEATURES, measure
from dedup.rewrite.model import (
    MOST,
    SCALES,
    find_likely,
    load_model,
    parse_model,
    probabilities,
    scale,
    standardise,
)

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


@given(st.lists(ROWS, min_size=2, max_size=9))
def test_a_score_does_not_depend_on_the_pairs_beside(rows: list[list[float]]) -> None:
    whole = load_model().score(np.array(rows)).tolist()
    assert whole == [load_model().score(np.array([row]))[0] for row in rows]


@given(ROWS, st.floats(0, 1), st.sampled_from(["in_order", "quoted", "shared", "covered"]))
def test_no_score_is_beyond_its_bound(row: list[float], share: float, name: str) -> None:
    """Also of parabolas that bend up, and of features that the model hasn't."""
    for model in (load_model(), parse_model(SMALL)):
        bound = model.bound(np.array([row]), name)[0]
        less = np.array([row])
        less[0, FEATURES.index(name)] *= share
        assert model.score(less)[0] <= bound + 1e-9
        ends = np.array([row] * 2000)
        ends[:, FEATURES.index(name)] *= np.linspace(0, 1, len(ends))
        assert model.score(ends).max() == pytest.approx(bound, abs=0.05)


PARTS = [
    "The harbour board closed the fish market on Monday.", "Inspectors found rot in forty piles below it.",
    "Traders move across the canal for the winter.", "Nobody asked the ferrymen what they thought.",
    "On Monday the market was shut by the board of the harbour.", "Forty piles had rotted, inspectors said.",
    "A choir from the valley won the prize.",
]  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(PARTS), max_size=6), min_size=2, max_size=4),
    st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.9]),
    st.sampled_from([0, 2, 3]),
)
def test_likely_pairs_as_found_slowly(texts: list[list[str]], least: float, chained: int) -> None:
    statements = state([" ".join(text) for text in texts])
    left, right = (side.ravel() for side in np.mgrid[: len(texts), : len(texts)])
    measured = measure(statements, left, right)
    likely = probabilities(measured)
    enough = (measured[:, FEATURES.index("chained")] >= chained) & (likely >= least)
    expected = np.flatnonzero(enough & (measured[:, FEATURES.index("shared")] > 0))
    places, found, rows = find_likely(statements, left, right, least, chained)
    assert places.tolist() == expected.tolist()
    assert found.tolist() == likely[expected].tolist()
    assert rows.tolist() == measured[expected].tolist()


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
