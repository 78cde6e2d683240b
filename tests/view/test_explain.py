from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import UsageError
from dedup.results.opened import Results, open_results
from dedup.view.explain import explain, explain_json
from dedup.view.phrases import who_first
from dedup.view.reasons import keeper_order, preferred
from dedup.view.safe import json_line

from .builder import make_results, pair_of, screen


def words(shown: str) -> str:
    return " ".join(shown.split())


def test_a_pair_from_features_to_verdict(results: Results) -> None:
    told = words(screen(explain(results, ["2"])))
    for said in (
        "the sketch view “copy”",
        "49 of the 51 words on the left and 58 on the right match",
        "0.89 = 2 x 49 / (51 + 58); the threshold of a copy is 0.50",
        "28 words in a row are the same, beginning “of talks and said",
        "2 replaced stretches are swaps that a spinner makes; the right side is the spun one",
        "left is earlier by 1 day 3 h: 2024-03-02 08:00 against 2024-03-03 11:00 UTC",
        "no: courier.example and packet.example",
        "credit the left credits AP",
        "_burdened the significance_ for stressed the importance",
        f"dedup diff {results.path} 2",
    ):
        assert said in told


def test_a_contains_pair_names_its_rule(tmp_path: Path) -> None:
    short = " ".join(f"w{n}" for n in range(40))
    texts = {"long": f"{short} " + " ".join(f"x{n}" for n in range(60)), "short": short}
    articles = [{"article": name, "text": text} for name, text in texts.items()]
    pair = pair_of("long", "short", texts, kind="contains")
    results = open_results(make_results(tmp_path / "r", articles=articles, pairs=[pair]))
    told = words(screen(explain(results, ["1"])))
    assert "first neither has a date, so nobody knows" in told  # and no name before it
    assert "1.00 of it (at least 0.90), and the longer has 2.5 times its words (at least 1.5)" in told


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("AP", "AP"), "both credit AP"),
        (("AP", None), "the left credits AP"),
        (("AP", "Reuters"), "the left credits AP, the right credits Reuters"),
        ((None, None), "neither text names an agency or a first publisher"),
    ],
)
def test_whom_the_two_of_a_pair_credit(
    tmp_path: Path, named: tuple[str | None, str | None], said: str
) -> None:
    articles = [
        {"article": name, "text": "a b c", "credit": credit} for name, credit in zip("xy", named, strict=True)
    ]
    pair = pair_of("x", "y", {"x": "a b c", "y": "a b c"})
    results = open_results(make_results(tmp_path / "r", articles=articles, pairs=[pair]))
    assert f"credit {said}" in words(screen(explain(results, ["1"])))


def test_passages_are_told_by_what_they_are(tmp_path: Path) -> None:
    text = " ".join(f"w{n}" for n in range(40))
    texts = {"a": text + " ends here.", "b": text + " ends there."}
    ends = [(0, text.index("w10")), (text.index("w20"), text.index("w25")), (text.index("w30"), len(text))]
    passages = [
        {
            "what": what, "left_start": start, "left_end": end, "right_start": start, "right_end": end,
            "share": 0.5,
        }
        for what, (start, end) in zip(("copied", "quoted", "template"), ends, strict=True)
    ]  # fmt: skip
    pair = pair_of("a", "b", texts, kind="partial", passages=[*passages, {**passages[0], "what": "answer"}])
    articles = [{"article": name, "text": text} for name, text in texts.items()]
    results = open_results(make_results(tmp_path / "r", articles=articles, pairs=[pair]))
    told = words(screen(explain(results, ["1"])))
    for said in (
        "copied passages 1 passage of 10 words in both; the longest begins “w0 w1 w2 w3 w4 w5 w6 w7”",
        "quoted passages 1 passage of 5 words in both, but in quotations",
        "template passages 1 passage of 10 words in both, but in many articles of the source",
        "answered sentences 1 sentence of the shorter text answered by the longer; on average 50%",
    ):
        assert said in told


def test_what_spoke_for_and_against_a_rewrite(samples: Results) -> None:
    pair = next(row for row in samples.rows("pairs") if row["kind"] == "rewrite")
    told = words(screen(explain(samples, [str(pair["pair"])])))
    for said in ("when measured again, by how rare words are in 36 articles", "speaks for", "speaks against"):
        assert said in told
    assert "sentences answer one another in order (odds x" in told
    reasons = {one["name"]: one["value"] for one in explain_json(samples, [str(pair["pair"])])["reasons"]}
    assert all(one["log_odds"] > 0 for one in reasons["speaks for"])
    assert all(one["log_odds"] < 0 for one in reasons["speaks against"])


def test_what_was_left_out_of_a_body(samples: Results, tmp_path: Path) -> None:
    told = words(screen(explain(samples, ["worldportnews-gannet-point-ruling.txt"])))
    assert "body 420 of its 434 words; the rest is site furniture: “Leave a Reply”; “Your email" in told
    article = {"article": "a", "text": "All of it."}
    results = open_results(make_results(tmp_path / "r", articles=[article]))
    assert "body all of its words" in words(screen(explain(results, ["a"])))


def test_an_article_its_cluster_and_the_reason_for_its_keeper(results: Results) -> None:
    told = words(screen(explain(results, ["packet/strike.txt"])))
    assert "0.97 from 1 phrase: enough to call it spun" in told
    assert "kept instead of this one: it is not spun, and the other is" in told
    assert "pair 2 copy 0.89 courier/strike.txt" in told
    assert "credit the text names no agency and no first publisher" in told
    assert "credit the text credits AP" in words(screen(explain(results, ["courier/strike.txt"])))
    told = words(screen(explain(results, ["digest/strike.txt"])))
    assert "courier/strike.txt the first article with the same words" in told


def test_an_article_in_no_cluster_with_a_hostile_name(results: Results) -> None:
    shown = screen(explain(results, ["hostile [/b] \x1b[31m\u202e.txt"]))
    assert "in no cluster" in shown
    assert "hostile [/b] ␛[31m·.txt" in shown
    assert not [c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")]


@pytest.mark.parametrize(
    "selector", [["2"], ["packet/strike.txt", "courier/strike.txt"], ["packet/strike.txt"]]
)
def test_the_same_as_plain_values(results: Results, selector: list[str]) -> None:
    told: dict[str, Any] = json.loads(json_line(explain_json(results, selector)))
    assert {"name", "value", "meaning"} == set(told["reasons"][0])
    assert told["evidence"]


def test_an_unknown_article(results: Results) -> None:
    with pytest.raises(UsageError, match=r"did you mean 'packet/strike.txt'"):
        explain(results, ["packet/strikes.txt"])


KEPT = {"article": "a", "spun": False, "published": "2024-01-01T00:00:00Z", "words": 10}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"spun": True}, "not spun"),
        ({"published": None}, "the other has none"),
        ({"published": "2024-02-01T00:00:00Z"}, "earlier, 2024-01-01 against 2024-02-01"),
        ({"words": 9}, "longer, 10 against 9 words"),
        ({"article": "b"}, "its name comes first"),
    ],
)
def test_why_one_member_is_kept(change: dict[str, Any], why: str) -> None:
    other = {**KEPT, **change}
    assert keeper_order(KEPT) < keeper_order(other)
    assert why in preferred(KEPT, other)


def test_who_was_first_is_not_claimed_without_dates() -> None:
    assert "nobody knows" in who_first(None, None)
    assert "same date" in who_first("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z")
