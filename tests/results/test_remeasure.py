from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dedup import Results
from dedup.errors import UsageError
from dedup.results.remeasure import compare_again, measure_again
from dedup.rewrite.measure import FEATURES
from dedup.rewrite.model import load_model
from dedup.schema import PAIRS

if TYPE_CHECKING:
    from conftest import Program, Scrape


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


def test_a_pair_compared_again_is_what_the_scan_found(samples: Results) -> None:
    for row in samples.rows("pairs"):
        again = compare_again(samples, row["right"], row["left"])
        assert list(again) == list(PAIRS.column_names)
        assert (again["left"], again["right"]) == (row["left"], row["right"])
        assert again["pair"] is again["kind"] is again["views"] is again["probability"] is None
        for name in ("similarity", "left_containment", "right_containment", "jaccard"):
            assert again[name] == pytest.approx(row[name]), name
        for name in ("longest_run", "same_source"):
            assert again[name] == row[name], name
        if row["kind"] != "exact":
            edges = [(one["left_end"], one["right_end"]) for one in row["spans"]]
            assert [span[2::2] for span in again["spans"]] == edges


def test_two_articles_of_nothing_in_common(samples: Results) -> None:
    names = [row["article"] for row in samples.rows("articles", ["article"])]
    pairs = {(row["left"], row["right"]) for row in samples.rows("pairs", ["left", "right"])}
    first, second = next(
        (one, other) for one in names for other in names if one < other and (one, other) not in pairs
    )
    row = compare_again(samples, first, second)
    assert "never 8 words in a row are the same" in row["reason"]


def test_a_copy_of_another_source_for_which_the_first_stood(scrape: Scrape, program: Program) -> None:
    text = scrape.story(1, 100)
    shorter = " ".join(text.split()[:90])
    scrape.records(
        "all.jsonl",
        *(
            {"id": name, "source": "one", "text": words}
            for name, words in (("a", text), ("b", text), ("d", shorter))
        ),
        {"id": "c", "source": "two", "text": text},
    )
    results = scrape.scan(cross_source=True)
    assert [(row["left"], row["right"]) for row in results.rows("pairs")] == [("a", "c")]
    _, err = program("explain", results.path, "c", "d", status=2)
    assert "being exact copies; see 'a' and 'd'" in err
    said = (
        "'c', an exact copy of 'a', is of another source, but of articles with the same words only the first"
    )
    for command in ("explain", "diff"):
        out, _ = program(command, results.path, "d", "a", "--width", 200)
        assert said in " ".join(out.split())
    out, _ = program("explain", results.path, "a", "b", "--width", 200)
    assert "both are from one source, and --cross-source leaves such pairs out" in " ".join(out.split())
    with pytest.raises(UsageError, match="'b' and 'c' are exact copies of 'a'"):
        results.pair(["b", "c"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cross_source": True}, "both are from one source, and --cross-source leaves such pairs out"),
        ({"min_words": 200}, "the shorter has 90 words, and below --min-words 200 only texts of the very"),
        ({"profile": "copy", "threshold": 0.95}, "too few words, passages or sentences are the same"),
        ({"ignore": True}, "by themselves they would be a pair (copy: "),
    ],
)
def test_what_an_option_leaves_out(scrape: Scrape, options: Mapping[str, Any], said: str) -> None:
    text = scrape.story(1, 100)
    texts = {"a": text, "b": " ".join(text.split()[:90])}
    scrape.records(
        "all.jsonl",
        *({"id": name, "source": "one", "text": text} for name, text in texts.items()),
        {"id": "c", "source": "two", "text": scrape.story(2)},
    )
    judged = scrape.home / "judged"
    judged.write_text("a\tb\tno\n")
    given = {**options, "ignore": str(judged)} if "ignore" in options else options
    results = scrape.scan(**given)
    assert results.count("pairs") == 0
    reason = compare_again(results, "a", "b")["reason"]
    assert said in reason
    assert ("or it was judged to be none" in reason) == ("ignore" in options)
