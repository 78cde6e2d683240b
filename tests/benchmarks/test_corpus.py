from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from benchmarks.corpus import build
from benchmarks.corpus.command import corpus
from dedup.spun import lexicon

SAMPLES = Path(__file__).parents[2] / "samples"
RELATED = {"exact", "edit", "crop", "furniture", "contains", "shared", "spun", "reworded"}


def run(out: Path, *options: object) -> str:
    result = CliRunner().invoke(corpus, [str(out), *map(str, options)])
    assert result.exit_code == 0, result.output
    return result.output


def records(out: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (out / "docs.jsonl").read_text("utf-8").splitlines()]


def texts(out: Path) -> dict[str, str]:
    return {record["id"]: record["text"] for record in records(out)}


def pairs(out: Path, name: str = "truth") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return rows


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def shingles(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + 5]) for at in range(len(found) - 4)}


def slow_jaccard(left: str, right: str) -> float:
    one, other = shingles(left), shingles(right)
    return len(one & other) / max(1, len(one | other))


@pytest.fixture(scope="module")
def scrape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "scrape"
    run(out, "--articles", 1500, "--words", 300)
    return out


def test_the_same_options_make_the_same_scrape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "one", "--articles", 300)
    run(tmp_path / "third", "--articles", 300, "--seed", 2)
    monkeypatch.setattr(build, "_BATCH", 7)
    run(tmp_path / "other", "--articles", 300)
    assert records(tmp_path / "one") == records(tmp_path / "other")
    for name in ("truth", "negatives"):
        assert pairs(tmp_path / "one", name) == pairs(tmp_path / "other", name)
    assert not set(texts(tmp_path / "one").values()) & set(texts(tmp_path / "third").values())


def test_a_larger_scrape_holds_the_articles_of_a_smaller_one(tmp_path: Path) -> None:
    run(tmp_path / "small", "--articles", 300)
    run(tmp_path / "large", "--articles", 700)
    assert set(texts(tmp_path / "small").values()) < set(texts(tmp_path / "large").values())


def test_articles_are_as_many_and_as_long_as_said(scrape: Path) -> None:
    articles = records(scrape)
    assert len(articles) == 1500
    assert [article["id"] for article in articles] == [f"a{number:09}" for number in range(1500)]
    lengths = [len(words(article["text"])) for article in articles]
    assert 280 < fmean(lengths) < 330
    assert min(lengths) < 100
    assert max(lengths) > 600
    assert len({article["source"] for article in articles}) > 100
    dates = [article["published"] for article in articles]
    assert all(re.fullmatch(r"202[34]-\d\d-\d\dT\d\d:\d\d:\d\dZ", date) for date in dates)
    assert min(dates) < "2023-03-15" < "2024-02-14" < max(dates) < "2024-03-01"
    facts = json.loads((scrape / "corpus.json").read_text())
    assert facts["bytes"] == sum(len(article["text"].encode()) for article in articles)
    assert sum(facts["articles"].values()) == 1500
    assert facts["articles"]["unrelated"] == pytest.approx(0.7 * 1500, abs=10)
    assert sum(facts["pairs"].values()) == len(pairs(scrape)) + len(pairs(scrape, "negatives"))


def test_every_pair_of_a_group_is_there(scrape: Path) -> None:
    truth = pairs(scrape)
    assert {pair["kind"] for pair in truth} == RELATED
    assert all(pair["related"] and pair["a"] < pair["b"] for pair in truth)
    negatives = pairs(scrape, "negatives")
    assert {pair["kind"] for pair in negatives} == {"template", "same-event"}
    assert not any(pair["related"] for pair in negatives)
    neighbours = defaultdict[str, set[str]](set)
    for pair in truth + negatives:
        neighbours[pair["a"]] |= {pair["a"], pair["b"]}
        neighbours[pair["b"]] |= {pair["a"], pair["b"]}
    for group in neighbours.values():
        assert 2 <= len(group) <= 6
        assert all(neighbours[member] == group for member in group)
    assert len(truth + negatives) == len({(pair["a"], pair["b"]) for pair in truth + negatives})


def test_jaccard_is_that_of_the_texts(scrape: Path) -> None:
    found = texts(scrape)
    for pair in pairs(scrape) + pairs(scrape, "negatives"):
        assert pair["jaccard"] == slow_jaccard(found[pair["a"]], found[pair["b"]]), pair


def test_pairs_are_what_they_are_called(scrape: Path) -> None:
    found = texts(scrape)
    for pair in pairs(scrape) + pairs(scrape, "negatives"):
        short, long = sorted((words(found[pair[side]]) for side in "ab"), key=len)
        part = " ".join(short) in " ".join(long)
        match pair["kind"]:
            case "exact":
                assert found[pair["a"]] == found[pair["b"]]
            case "crop":
                assert part
                assert len(short) > 0.59 * len(long)
            case "contains":
                assert part
                assert 1.9 < len(long) / len(short) < 4.1
            case "edit":
                assert short != long
                assert pair["jaccard"] > 0.05
            case "furniture":
                assert pair["jaccard"] > 0.3
            case "shared":
                assert 0 < pair["jaccard"] < 0.6
            case "reworded" | "same-event" | "template":
                assert pair["jaccard"] < 0.15
    for article in records(scrape):
        assert article["text"][0].isupper() or article["text"][0].isdigit()
        assert article["text"].endswith(".")


def test_swaps_of_the_lexicon_are_what_spun_articles_differ_in(scrape: Path) -> None:
    found = texts(scrape)
    swapped = {
        word for group in lexicon.swaps().values() for swap in group for word in swap.natural + swap.spun
    }
    for pair in pairs(scrape):
        if pair["kind"] == "spun":
            one, other = (words(found[pair[side]]) for side in "ab")
            assert set(one) ^ set(other) <= swapped
            assert [word for word in one if word not in swapped] == [w for w in other if w not in swapped]
            assert one != other


def test_articles_of_one_template_come_from_one_source(scrape: Path) -> None:
    sources = {record["id"]: record["source"] for record in records(scrape)}
    for pair in pairs(scrape, "negatives"):
        assert pair["kind"] != "template" or sources[pair["a"]] == sources[pair["b"]]


def test_members_of_a_group_stand_far_apart(scrape: Path) -> None:
    distances = [int(pair["b"][1:]) - int(pair["a"][1:]) for pair in pairs(scrape)]
    assert median(distances) > 1500 / 5
    assert sum(distance == 1 for distance in distances) < 5


def test_all_formats_hold_the_same_articles(tmp_path: Path) -> None:
    for name in ("jsonl", "parquet", "txt"):
        run(tmp_path / name, "--articles", 120, "--format", name)
        assert pairs(tmp_path / name) == pairs(tmp_path / "jsonl")
    expected = records(tmp_path / "jsonl")
    assert pq.read_table(tmp_path / "parquet" / "docs.parquet").to_pylist() == expected
    files = sorted((tmp_path / "txt" / "docs").rglob("*.txt"), key=lambda path: path.stem)
    assert [(path.stem, path.parent.name, path.read_bytes().decode()) for path in files] == [
        (record["id"], record["source"], record["text"]) for record in expected
    ]


def test_shares_can_be_none_or_all(tmp_path: Path) -> None:
    run(tmp_path / "none", "--articles", 50, "--duplicates", 0, "--negatives", 0)
    assert not pairs(tmp_path / "none")
    assert not pairs(tmp_path / "none", "negatives")
    run(tmp_path / "all", "--articles", 200, "--duplicates", 1, "--negatives", 0)
    assert len({pair[side] for pair in pairs(tmp_path / "all") for side in "ab"}) > 190
    run(tmp_path / "one", "--articles", 1)
    assert len(records(tmp_path / "one")) == 1


def test_the_shortest_articles_are_articles(tmp_path: Path) -> None:
    run(tmp_path / "out", "--articles", 400, "--words", 20)
    assert all(len(words(text)) >= 8 for text in texts(tmp_path / "out").values())


def test_footers(tmp_path: Path) -> None:
    run(tmp_path / "out", "--articles", 150, "--footers", 3)
    found = texts(tmp_path / "out")
    assert len({tuple(words(text)[-60:]) for text in found.values()}) == 3
    for pair in pairs(tmp_path / "out"):
        assert pair["jaccard"] == slow_jaccard(found[pair["a"]], found[pair["b"]])


def test_identical(tmp_path: Path) -> None:
    run(tmp_path / "out", "--articles", 30, "--identical")
    found = texts(tmp_path / "out")
    assert len(found) == 30
    assert len(set(found.values())) == 1
    truth = pairs(tmp_path / "out")
    assert [(pair["a"], pair["b"]) for pair in truth] == [("a000000000", name) for name in list(found)[1:]]
    assert all(pair["jaccard"] == 1 and pair["kind"] == "exact" for pair in truth)


def test_template(tmp_path: Path) -> None:
    run(tmp_path / "out", "--articles", 60, "--template", 80)
    found = [words(text) for text in texts(tmp_path / "out").values()]
    assert len({tuple(text[:80]) for text in found}) == 1
    assert len({tuple(text[80:90]) for text in found}) == 60
    assert not pairs(tmp_path / "out")


@pytest.mark.parametrize("format", ["jsonl", "parquet", "txt"])
@pytest.mark.parametrize("given", [False, True])
def test_giant(tmp_path: Path, format: str, given: bool) -> None:
    options = ["--from", SAMPLES] if given else []
    run(tmp_path / "out", "--articles", 3, "--giant", 300_001, "--format", format, *options)
    match format:
        case "jsonl":
            text = texts(tmp_path / "out")["a000000003"]
        case "parquet":
            text = pq.read_table(tmp_path / "out" / "docs.parquet")["text"].to_pylist()[3]
        case _:
            (path,) = (tmp_path / "out").rglob("a000000003.txt")
            text = path.read_bytes().decode()
    assert len(text.encode()) == 300_001
    assert len(shingles(text)) > (2_000 if given else 30_000)


def test_sentences_of_given_articles(tmp_path: Path) -> None:
    given = tmp_path / "given.txt"
    lines = [f"Straße {number}: “İt’s” a_b {number * 7} naïve kilometres away." for number in range(300)]
    given.write_text("\n".join(lines), "utf-8")
    run(tmp_path / "out", "--articles", 200, "--from", given)
    found = texts(tmp_path / "out")
    assert {pair["kind"] for pair in pairs(tmp_path / "out")} == RELATED
    for pair in pairs(tmp_path / "out") + pairs(tmp_path / "out", "negatives"):
        assert pair["jaccard"] == slow_jaccard(found[pair["a"]], found[pair["b"]])
    assert sum(line in text for line in lines for text in found.values()) > 2_000


def test_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    for arguments in ([str(tmp_path)], [str(tmp_path / "out"), "--from", str(tmp_path / "empty.txt")]):
        result = CliRunner().invoke(corpus, arguments)
        assert result.exit_code == 2
        assert "Error: " in result.output
    assert not (tmp_path / "out").exists()
