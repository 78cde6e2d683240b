from __future__ import annotations

import numpy as np
import pytest

from dedup import Results
from dedup.remeasure import measure_again
from dedup.rewrite.measure import FEATURES
from dedup.rewrite.model import load_model


def test_a_small_scan_is_measured_as_it_was(samples: Results) -> None:
    rewrites = [row for row in samples.rows("pairs") if row["kind"] == "rewrite"]
    assert rewrites
    for row in rewrites:
        articles = samples.articles([row["left"], row["right"]], ["text", "body"])
        found = measure_again(samples, articles[row["left"]], articles[row["right"]])
        assert found.probability == pytest.approx(row["probability"], abs=1e-3)
        assert found.counted == samples.count("articles")
        log_odds = found.average + sum(one.log_odds for one in found.measures)
        assert 1 / (1 + np.exp(-log_odds)) == pytest.approx(found.probability)


def test_contributions_add_up_to_the_score() -> None:
    model = load_model()
    measured = np.random.default_rng(1).random((50, len(FEATURES))) * 20
    told = model.bias + model.contributions(measured).sum(axis=1)
    assert told == pytest.approx(model.score(measured))
