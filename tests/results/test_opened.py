from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from view.builder import RUN, make_results

from dedup.errors import DedupError, UsageError
from dedup.results.opened import Results, open_results
from dedup.tables.parts import list_parts

NAMES = ("a/strike.txt", "b/strike.txt", "c/strike.txt", "d/other.txt")


@pytest.fixture
def results(tmp_path: Path) -> Results:
    a, b, c, _ = NAMES
    span = {"op": "equal", "left_start": 0, "left_end": 4, "right_start": 0, "right_end": 4}
    make_results(
        tmp_path / "r",
        rows_per_part=2,
        articles=[
            {"article": name, "text": "text " * 3, "exact_of": a if name == c else None} for name in NAMES
        ],
        pairs=[{"left": a, "right": b, "spans": [span]}, {"left": a, "right": c, "kind": "exact"}],
        clusters=[{"cluster": 1, "size": 3, "keeper": a, "article": name} for name in (a, b, c)],
        spun=[{"article": b, "start": 0, "end": 4, "phrase": "text"}],
    )
    return open_results(tmp_path / "r")


def test_what_is_no_results_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    for name, said in (
        ("missing", "does not exist"),
        ("file", "is a file"),
        ("empty", "no finished scan"),
        ("broken", "can't be read"),
    ):
        with pytest.raises(UsageError, match=said) as caught:
            open_results(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_an_unfinished_scan_and_a_later_layout_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not finished"):
        open_results(make_results(tmp_path / "a", run={**RUN, "status": "running"}))
    with pytest.raises(UsageError, match=r"written by dedup 9\.0"):
        open_results(make_results(tmp_path / "b", run={"dedup": {"version": "9.0", "layout": 99}}))


def test_a_bare_report_is_enough(tmp_path: Path) -> None:
    assert open_results(make_results(tmp_path / "r", run={})).count("pairs") == 0


def test_a_column_that_an_earlier_version_did_not_write_is_null(results: Results) -> None:
    for part in list_parts(results.path / "articles"):
        pq.write_table(pq.read_table(part).drop_columns(["credit"]), part)
    assert results.article(NAMES[0], ["credit"]) == {"article": NAMES[0], "credit": None}
    assert results.article(NAMES[0])["credit"] is None
    assert results.table("articles").column("credit").null_count == len(NAMES)
    assert next(results.rows("articles", ["credit", "article"])) == {"credit": None, "article": NAMES[0]}


def test_tables_in_the_order_that_is_asked_for(results: Results) -> None:
    table = results.table("pairs", ["right", "pair"])
    assert table.to_pydict() == {"right": [NAMES[1], NAMES[2]], "pair": [1, 2]}
    assert results.table("skipped").num_rows == 0
    assert [row["article"] for row in results.rows("articles", ["article"])] == list(NAMES)


def test_unknown_tables_and_columns(results: Results) -> None:
    with pytest.raises(UsageError, match="'pear' is not a table; the tables are articles, pairs"):
        results.table("pear")
    with pytest.raises(UsageError, match="no column 'x'"):
        results.table("pairs", ["x"])
    with pytest.raises(UsageError, match="--keep-sketches"):
        results.table("sketches")


@pytest.mark.parametrize("selector", [1, "1", ["1"], NAMES[:2], (NAMES[1], NAMES[0])])
def test_a_pair_by_number_or_by_names_in_either_order(
    results: Results, selector: int | str | tuple[str, ...]
) -> None:
    row = results.pair(selector)
    assert (row["pair"], row["left"], row["right"]) == (1, NAMES[0], NAMES[1])
    assert row["spans"][0]["op"] == "equal"


def test_exact_copies_of_one_article_are_named_by_it(tmp_path: Path) -> None:
    rows = [{"article": name, "exact_of": None if name == "a" else "a"} for name in ("a", "b", "c")]
    results = open_results(make_results(tmp_path / "r", articles=rows))
    with pytest.raises(UsageError, match="'b' and 'c' are exact copies of 'a'"):
        results.pair(["b", "c"])


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        (["3"], "has no pair 3: its pairs are numbered 1 to 2"),
        (["0"], "has no pair 0"),
        (["a/strike.txt"], "not a pair number"),
        (["a/strike.txt", "b/strikes.txt"], "no article 'b/strikes.txt'; did you mean 'b/strike.txt'"),
        (["a/strike.txt", "other.txt"], "did you mean 'd/other.txt'"),
        (["a/strike.txt", "d/other.txt"], "are no pair"),
        (["b/strike.txt", "c/strike.txt"], "being exact copies; see 'b/strike.txt' and 'a/strike.txt'"),
        (["a/strike.txt", "a/strike.txt"], "is one article"),
        (["1", "2", "3"], "by its number, or by its two articles"),
    ],
)
def test_what_is_no_pair(results: Results, selector: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        results.pair(selector)


def test_no_pair_at_all(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no pair was found"):
        open_results(make_results(tmp_path / "r")).pair(1)


def test_only_the_named_articles_in_the_order_of_the_names(results: Results) -> None:
    found = results.articles([NAMES[3], NAMES[0]], ["words"])
    assert list(found) == [NAMES[3], NAMES[0]]
    assert found[NAMES[0]] == {"article": NAMES[0], "words": 3}
    assert results.article(NAMES[1])["text"] == "text text text "


def test_what_stands_around_an_article(results: Results) -> None:
    assert [row["pair"] for row in results.pairs_of(NAMES[0])] == [1, 2]
    assert "spans" not in results.pairs_of(NAMES[0])[0]
    assert [row["article"] for row in results.cluster_of(NAMES[2])] == list(NAMES[:3])
    assert results.cluster_of(NAMES[3]) == []
    assert {name: len(rows) for name, rows in results.evidence_of(NAMES[:2]).items()} == {
        NAMES[0]: 0,
        NAMES[1]: 1,
    }


def test_damage_is_a_failed_run(results: Results) -> None:
    (results.path / "pairs" / "part-000000.parquet").write_bytes(b"PAR1 no more PAR1")
    with pytest.raises(DedupError, match="can't be read"):
        results.table("pairs")
    for part in (results.path / "spun").iterdir():
        part.unlink()
    with pytest.raises(DedupError, match="its table spun is missing"):
        results.count("spun")
