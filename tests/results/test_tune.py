"""Thresholds, judgements, and runs that are cut again."""

from __future__ import annotations

import io
import itertools
import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import dedup
from dedup import Results, open_results
from dedup.errors import UsageError
from dedup.results.graph import Graph, load_graph
from dedup.results.judged import Judgements, ends_of, read_judged, write_judged
from dedup.results.judging import Judge
from dedup.results.recut import recut
from dedup.results.tune import border, histogram, levels, wilson
from dedup.schema import RESULT_TABLES
from dedup.tables.parts import list_parts
from dedup.view.console import stdout_console
from dedup.view.tune import Tuning, ask, render_tuning, tuning_json

if TYPE_CHECKING:
    from conftest import Program, Scrape


@pytest.fixture
def copies(scrape: Scrape) -> Results:
    """Three copies that lose more and more, an exact copy and a stranger."""
    words = scrape.words(1, 100)
    scrape.write("a.txt", " ".join(words))
    scrape.write("b.txt", " ".join(words[:85] + scrape.words(5, 12)))
    scrape.write("c.txt", " ".join(words[20:] + scrape.words(6, 35)))
    scrape.write("d.txt", " ".join(words).upper())
    scrape.write("e.txt", scrape.story(2))
    return scrape.scan()


def cut(results: Results, threshold: float, home: Path, judged: Judgements | None = None) -> Results:
    graph = load_graph(results)
    graph.judge(judged or {})
    recut(results, graph, threshold, judged or {}, home)
    return open_results(home)


def scores(results: Results) -> dict[tuple[str, str], float]:
    graph = load_graph(results)
    rows = results.rows("pairs", ["left", "right"])
    return {(row["left"], row["right"]): float(one) for row, one in zip(rows, graph.scores, strict=True)}


# ------------------------------------------------------------------ figures


def test_wilson_interval() -> None:
    found = wilson(8, 10)
    assert (found.judged, found.right, found.precision) == (10, 8, 0.8)
    assert found.low == pytest.approx(0.4902, abs=1e-4)
    assert found.high == pytest.approx(0.9433, abs=1e-4)
    assert wilson(0, 3).low == pytest.approx(0)
    assert wilson(3, 3).high == pytest.approx(1)


def test_scores_are_similarity_of_copies_and_probability_of_others(samples: Results) -> None:
    graph = load_graph(samples)
    for row, score in zip(samples.rows("pairs"), graph.scores, strict=True):
        assert score == pytest.approx(row["similarity" if row["kind"] == "copy" else "probability"])


def test_levels_tell_what_is_left(samples: Results) -> None:
    graph = load_graph(samples)
    found = levels(graph, 0.82)
    assert [level.threshold for level in found][:2] == [0.5, 0.55]
    assert 0.82 in [level.threshold for level in found]
    assert (found[0].pairs, found[0].clusters) == (samples.count("pairs"), samples.cluster_count())
    assert found[0].recall == pytest.approx(1)
    for before, after in itertools.pairwise(found):
        assert after.pairs <= before.pairs
        assert (after.recall or 0) <= (before.recall or 0)
    assert not any(level.judged for level in found)
    assert sum(sum(kinds.values()) for _, _, kinds in histogram(graph)) == samples.count("pairs")


def test_a_run_tells_nothing_below_its_own_threshold(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    results = scrape.scan(threshold=0.8)
    graph = load_graph(results)
    assert [level.threshold for level in levels(graph, 0.8)] == [0.8, 0.85, 0.9, 0.95]
    assert [level.precision for level in levels(graph, 0.8)] == [None] * 4
    for wrong in (0.79, 1.01, float("nan")):
        with pytest.raises(UsageError, match="--threshold"):
            graph.check(wrong)


def test_judged_pairs_count_where_they_are_left(copies: Results) -> None:
    graph = load_graph(copies)
    by_score = sorted((score, ends) for ends, score in scores(copies).items() if score < 1)
    low, high = by_score[0][1], by_score[-1][1]
    graph.judge({ends_of(*low): False, ends_of(*high): True, ("a.txt", "nobody"): True})
    first = levels(graph, 0.5)[0].judged
    assert first is not None
    assert (first.judged, first.right) == (2, 1)
    assert graph.holding(by_score[-1][0]).sum() < copies.count("pairs")
    (at_high,) = (level for level in levels(graph, by_score[-1][0]) if level.threshold == by_score[-1][0])
    assert at_high.judged == wilson(1, 1)
    # What is judged is not asked again, nor what is exact.
    offered = {(pair.left, pair.right) for pair in border(copies, graph, 0.5, 99)}
    assert offered == {ends for score, ends in by_score} - {low, high}


def test_the_border_begins_with_the_nearest(samples: Results) -> None:
    graph = load_graph(samples)
    found = border(samples, graph, 0.8, 5)
    apart = [abs(pair.score - 0.8) for pair in found]
    assert len(found) == 5
    assert apart == sorted(apart)
    for pair in found:
        row = samples.pair(pair.pair)
        assert (pair.left, pair.right, pair.kind, pair.reason) == (
            row["left"],
            row["right"],
            row["kind"],
            row["reason"],
        )
        assert pair.left_words


# ------------------------------------------------------------------ cutting again


def everything(results: Results) -> dict[str, list[dict[str, Any]]]:
    return {table.name: list(results.rows(table.name)) for table in RESULT_TABLES}


def test_a_run_cut_at_its_own_threshold_is_the_same(
    samples: Results, copies: Results, tmp_path: Path
) -> None:
    for number, results in enumerate((samples, copies)):
        again = cut(results, 0.5, tmp_path / str(number))
        assert everything(again) == everything(results)
        assert again.run["counts"] == results.run["counts"]


def check_clusters(results: Results) -> None:
    """Every member has a verified pair with its keeper, or is an exact copy of one that has."""
    pairs = {
        ends_of(row["left"], row["right"]): row for row in results.rows("pairs", ["left", "right", "kind"])
    }
    exact: dict[str, str] = {row["right"]: row["left"] for row in pairs.values() if row["kind"] == "exact"}
    rows = list(results.rows("clusters"))
    for row in rows:
        own = str(exact.get(row["article"], row["article"]))
        keeper = row["keeper"]
        assert own == keeper or ends_of(own, keeper) in pairs
        assert row["size"] == sum(other["cluster"] == row["cluster"] for other in rows) > 1


def test_a_higher_threshold_leaves_what_holds(samples: Results, tmp_path: Path) -> None:
    again = cut(samples, 0.88, tmp_path / "o")
    kept = [
        row
        for row, score in zip(samples.rows("pairs"), load_graph(samples).scores, strict=True)
        if score >= 0.88
    ]
    assert 0 < len(kept) < samples.count("pairs")
    assert list(again.rows("pairs")) == [{**row, "pair": number} for number, row in enumerate(kept, 1)]
    check_clusters(again)
    assert again.cluster_count() == next(
        level.clusters for level in levels(load_graph(samples), 0.88) if level.threshold == 0.88
    )
    assert again.run["counts"]["pairs"] == len(kept)
    assert again.run["options"]["threshold"] == 0.88
    assert again.run["recut"]["from"] == str(samples.path)
    assert again.run["recut"]["left_out"] == samples.count("pairs") - len(kept)
    ours, theirs = (list_parts(one.path / "articles")[0] for one in (samples, again))
    assert os.path.samefile(ours, theirs) or ours.read_bytes() == theirs.read_bytes()
    with pytest.raises(UsageError, match=r"less than that of the scan, 0\.88"):
        cut(again, 0.5, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_nothing_is_left_where_nothing_holds(scrape: Scrape, tmp_path: Path) -> None:
    words = scrape.words(1, 100)
    scrape.write("a.txt", " ".join(words))
    scrape.write("b.txt", " ".join(words[:85] + scrape.words(5, 12)))
    again = cut(scrape.scan(), 1.0, tmp_path / "o")
    assert (again.count("pairs"), again.count("clusters")) == (0, 0)


def test_pairs_judged_no_are_left_out(copies: Results, tmp_path: Path) -> None:
    judged = {("a.txt", "b.txt"): False, ("a.txt", "d.txt"): False, ("a.txt", "c.txt"): True}
    again = cut(copies, 0.5, tmp_path / "o", judged)
    before, after = set(scores(copies)), set(scores(again))
    assert before - after == {("a.txt", "b.txt"), ("a.txt", "d.txt")}
    check_clusters(again)
    assert "d.txt" not in {row["article"] for row in again.rows("clusters")}
    assert again.run["recut"]["judged_no"] == 2


def test_other_results_are_not_written_over(samples: Results, copies: Results, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not empty"):
        cut(samples, 0.9, copies.path)
    (tmp_path / "empty").mkdir()
    cut(samples, 0.9, tmp_path / "empty")
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_scan_does_not_take_a_cut_for_its_own(scrape: Scrape, copies: Results, tmp_path: Path) -> None:
    again = cut(copies, 0.6, tmp_path / "o")
    with pytest.raises(UsageError, match="cut again from others; --overwrite"):
        scrape.scan(results=again.path, threshold=0.6)
    scrape.scan(results=again.path, threshold=0.6, overwrite=True)
    assert "recut" not in open_results(again.path).run


# ------------------------------------------------------------------ scan --ignore


def test_a_scan_leaves_out_what_was_judged_no(
    scrape: Scrape, copies: Results, caplog: pytest.LogCaptureFixture
) -> None:
    path = scrape.home / "judged.tsv"
    write_judged(path, {("a.txt", "b.txt"): False, ("a.txt", "c.txt"): True})
    results = scrape.scan(results=scrape.home / "r", ignore=str(path))
    assert set(scores(copies)) - set(scores(results)) == {("a.txt", "b.txt")}
    check_clusters(results)
    assert scrape.scan(results=results.path, ignore=str(path)).run == results.run
    assert not caplog.messages
    # The content counts: other pairs judged no are other results; more that are judged yes aren't.
    write_judged(path, {("a.txt", "b.txt"): False})
    assert scrape.scan(results=results.path, ignore=str(path)).run == results.run
    write_judged(path, {("a.txt", "d.txt"): False, ("a.txt", "b.txt"): False, ("a.txt", "x"): False})
    with pytest.raises(UsageError, match=r"other options \(ignore\)"):
        scrape.scan(results=results.path, ignore=str(path))
    with caplog.at_level(logging.WARNING, "dedup"):
        results = scrape.scan(results=results.path, ignore=str(path), overwrite=True)
    assert [line for line in caplog.messages if "not among those read: 1" in line]
    assert set(scores(copies)) - set(scores(results)) == {("a.txt", "b.txt"), ("a.txt", "d.txt")}
    assert "d.txt" not in {row["article"] for row in results.rows("clusters")}


def test_a_scan_needs_the_file_that_it_was_given(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    with pytest.raises(UsageError, match="No such file"):
        scrape.scan(ignore=str(scrape.home / "missing"))
    assert not scrape.results.exists()


@pytest.mark.parametrize("profile", ["copy", "rewrite"])
def test_ignoring_goes_with_other_options(scrape: Scrape, copies: Results, profile: str) -> None:
    path = scrape.home / "judged.tsv"
    write_judged(path, {("b.txt", "c.txt"): False})
    results = scrape.scan(results=scrape.home / "r", ignore=str(path), profile=profile, cross_source=True)
    assert ("b.txt", "c.txt") not in scores(results)
    assert ("a.txt", "b.txt") in scores(results)


# ------------------------------------------------------------------ judging


def test_judgements_are_kept_by_name(copies: Results) -> None:
    judge = Judge(copies, None, adding=False)
    assert judge.judged == {}
    judge.take(["1=yes", "2=no"])
    judge.take(["1=no"])
    first, second = list(scores(copies))[:2]
    kept = read_judged(copies.path / "judged.tsv")
    assert kept == {ends_of(*first): False, ends_of(*second): False}
    assert judge.kept == 3
    for wrong in ("1", "1=maybe", "=yes", "99=yes", "x=no"):
        with pytest.raises(UsageError):
            judge.take(["3=yes", wrong])
    assert read_judged(copies.path / "judged.tsv") == kept
    with pytest.raises(UsageError, match="No such file"):
        Judge(copies, str(copies.path / "missing"), adding=False)


def test_asking_shows_each_pair_and_keeps_each_answer(copies: Results) -> None:
    pairs = border(copies, load_graph(copies), 0.5, 3)
    assert len(pairs) == 3
    shown, kept = io.StringIO(), []
    answers = iter(["what\n", "y\n", "s\n", "N\n"])
    asked = ask(
        copies, pairs, stdout_console(80, shown), lambda _: next(answers), lambda *said: kept.append(said)
    )
    assert asked == 2
    assert kept == [(pairs[0].left, pairs[0].right, True), (pairs[2].left, pairs[2].right, False)]
    assert pairs[1].reason in " ".join(shown.getvalue().split())
    for stop in ("", "q\n"):
        assert ask(copies, pairs, stdout_console(80, shown), lambda _, stop=stop: stop, kept.append) == 0  # type: ignore[misc, arg-type]


# ------------------------------------------------------------------ what is shown


def tuning(results: Results, graph: Graph) -> Tuning:
    return Tuning.of(results, graph, 0.8, int((graph.answers >= 0).sum()), 3)


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("colour", [True, False])
def test_a_screen_keeps_its_width(samples: Results, width: int, colour: bool) -> None:
    graph = load_graph(samples)
    graph.judge({ends_of(*next(iter(scores(samples)))): True})
    file = io.StringIO()
    console = stdout_console(width, file, force_terminal=colour, no_color=not colour)
    console.print(render_tuning(tuning(samples, graph)))
    text = file.getvalue()
    assert ("\x1b[" in text) == colour
    if not colour:
        assert all(len(line) <= width for line in text.splitlines())
        for said in ("These are estimates", "threshold", "To judge next", "judged 1 pair"):
            assert width < 80 or said in text


def test_figures_are_plain_values(samples: Results) -> None:
    told = tuning_json(tuning(samples, load_graph(samples)))
    assert json.loads(json.dumps(told)) == told
    assert [len(told["border"]), told["threshold"], told["scanned_threshold"]] == [3, 0.8, 0.5]


def test_an_empty_run_is_shown(scrape: Scrape, program: Program) -> None:
    scrape.write("a.txt", scrape.story(1))
    results = scrape.scan()
    out, _ = program("tune", results.path)
    assert "No pair was found." in out
    out, _ = program("tune", results.path, "--json")
    assert json.loads(out)["border"] == []


def test_the_command(copies: Results, tmp_path: Path, program: Program) -> None:
    out, err = program("tune", copies.path, "--judge", "1=no", "--judge", "2=yes", "--top", "1")
    assert "judged 2 pairs" in out
    assert err == f"dedup: judgements kept in {copies.path / 'judged.tsv'}: 2\n"
    other = tmp_path / "other"
    out, err = program("tune", copies.path, "--threshold", "0.6", "-o", other)
    assert f"cut again from {copies.path}" in " ".join(out.split())
    for command in (("show", other, "pairs"), ("diff", other, 1), ("explain", other, 1), ("tune", other)):
        assert program(*command)[0]
    named = tmp_path / "mine.tsv"
    program("tune", copies.path, "--judged", named, "--judge", "1=yes")
    out, _ = program("tune", copies.path, "--judged", named, "--json", "--threshold", "0.6")
    assert (json.loads(out)["judged"], json.loads(out)["threshold"]) == (1, 0.6)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--threshold", "0.4"), "--threshold 0.4 is less than that of the scan, 0.5"),
        (("--threshold", "0.4", "-o", "x"), "--threshold 0.4 is less than that of the scan, 0.5"),
        (("--threshold", "1.5"), "--threshold 1.5 is more than 1"),
        (("--judge", "1=perhaps"), "'1=perhaps' is not PAIR=yes or PAIR=no"),
        (("--judge", "77=yes"), "has no pair 77"),
        (("--judged", "missing"), "No such file"),
        (("--ask",), "--ask needs a terminal"),
    ],
)
def test_wrong_use_is_one_line(
    copies: Results, program: Program, arguments: tuple[str, ...], says: str
) -> None:
    out, err = program("tune", copies.path, *arguments, status=2)
    assert not out
    assert says in err
    assert err.count("\n") == 1
    assert dedup.open_results(copies.path).path == copies.path
