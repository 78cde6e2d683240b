"""The arithmetic of the comparison, on tables that one can count by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import degenerate, environments, micro, scaling, speed
from benchmarks.measure import Measurement
from benchmarks.score import Found, Pair, Score, read_pairs, read_results, read_truth, score

TRUTH = {("a", "b"): 1.0, ("a", "c"): 0.6, ("b", "c"): 0.6, ("d", "e"): 0.75, ("f", "g"): 0.2}


def found(*pairs: str, first: Mapping[str, str] | None = None) -> Found:
    """Pairs as two letters each."""
    return Found(frozenset((pair[0], pair[1]) for pair in pairs), first or {})


def write(path: Path, **columns: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


def test_plain_pairs() -> None:
    judged = score(found("ab", "ca", "dx"), TRUTH)
    assert judged == Score(3, {0.5: 2 / 4, 0.7: 1 / 2}, 2 / 5, 2 / 3)


def test_the_first_stands_for_its_copies() -> None:
    judged = score(found("ab", "ac", first={"b": "a"}), TRUTH)
    assert judged.recall == {0.5: 3 / 4, 0.7: 1 / 2}
    assert judged.precision == 1.0


def test_copies_are_found_without_a_pair() -> None:
    judged = score(found(first={"b": "a"}), TRUTH)
    assert judged.recall[0.5] == 1 / 4
    assert judged.precision is None


def test_a_pair_of_copies_stands_for_their_firsts() -> None:
    """Whichever of its copies an article is reported with."""
    truth = {("a", "b"): 1.0, ("c", "d"): 1.0, ("a", "c"): 0.8, ("b", "d"): 0.8}
    assert score(found("bd", first={"b": "a", "d": "c"}), truth).recall == {0.5: 1.0, 0.7: 1.0}


def test_nothing_known() -> None:
    assert score(found("ab"), {}) == Score(1, {0.5: None, 0.7: None}, None, 0.0)


def test_reading_truth(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "a": ["x", "b"],
        "b": ["y", "a"],
        "kind": ["k", "k"],
        "jaccard": [0.5, 0.25],
    }
    assert read_truth(write(tmp_path / "t", **columns)) == {("x", "y"): 0.5, ("a", "b"): 0.25}
    assert read_truth(write(tmp_path / "r", **columns, related=[True, False])) == {("x", "y"): 0.5}


def test_reading_pairs_of_a_peer(tmp_path: Path) -> None:
    (tmp_path / "pairs").write_text("b a\na b\na c\n")
    assert read_pairs(tmp_path / "pairs").pairs == {("a", "b"), ("a", "c")}


def test_reading_results(tmp_path: Path) -> None:
    write(tmp_path / "pairs" / "0.parquet", left=["a", "b"], right=["b", "c"], kind=["exact", "copy"])
    write(tmp_path / "pairs" / "1.parquet", left=["e"], right=["d"], kind=["copy"])
    write(tmp_path / "articles" / "0.parquet", article=["a", "b", "c"], exact_of=[None, "a", None])
    pairs: set[Pair] = {("a", "b"), ("b", "c"), ("d", "e")}
    assert read_results(tmp_path) == Found(frozenset(pairs), {"b": "a"})


def test_medians() -> None:
    judged = Score(10, {0.5: 0.9, 0.7: None}, 0.5, 1.0)
    rows = [
        speed.make_row("a", Measurement(s, s, 4 * 10**6, 3 * 10**6, 0, None), judged) for s in (3.0, 1.0, 2.0)
    ]
    rows.append(speed.make_row("a", Measurement(99.0, 1.0, 1, 1, -9, "timeout"), None))
    rows.append(speed.make_row("broken", Measurement(1.0, 1.0, 1, 1, 1, None), None))
    first, last = speed.make_medians(rows)
    assert (first["tool"], first["seconds"], first["recall_0.5"], first["recall_0.7"]) == (
        "a",
        2.0,
        0.9,
        None,
    )
    assert (last["tool"], last["seconds"]) == ("broken", None)
    lines = speed.format_table([first, last]).splitlines()
    assert lines[2] == "| a | 2.0 | 2.0 | 3 | 4 | 10 | 0.900 |  | 0.500 | 1.000 |"
    assert {line.count("|") for line in lines} == {11}


def test_variants(tmp_path: Path) -> None:
    variants = [speed.split_variant("cut=--bucket-cap 50"), speed.split_variant("4=--jobs 4")]
    ways = speed.make_ours(tmp_path / "bin" / "python", 2, variants)
    commands = {way.name: " ".join(way.command(tmp_path / "docs", tmp_path / "out")) for way in ways}
    assert all(command.startswith(f"{tmp_path}/bin/dedup scan ") for command in commands.values())
    assert list(commands) == ["dedup", "dedup, 1 job", "dedup, cut", "dedup, 4"]
    assert commands["dedup, cut"].endswith("-q --jobs 2 --bucket-cap 50")
    assert commands["dedup, 1 job"].endswith("-q --jobs 1")
    with pytest.raises(click.BadParameter):
        speed.split_variant("--no-spun")


def test_peers() -> None:
    assert environments.names_of("none") == ()
    assert environments.names_of("rensa,gaoya-tuned") == ("rensa", "gaoya-tuned")
    assert set(environments.names_of("usual")) < set(environments.names_of("all"))
    with pytest.raises(click.BadParameter):
        environments.names_of("rensa,nobody")
    for peer in environments.PEERS.values():
        assert (environments.SCRIPTS / peer.script).exists()
        assert all("==" in requirement for requirement in peer.requirements)


def test_environments_stay_out_of_the_project() -> None:
    with pytest.raises(click.ClickException):
        environments.install([], environments.PROJECT / "somewhere")


def test_corpus_facts(tmp_path: Path) -> None:
    assert speed.describe_corpus(tmp_path) == {}
    (tmp_path / "corpus.json").write_text(json.dumps({"options": {"seed": 1, "from": "/some/where"}}))
    assert speed.describe_corpus(tmp_path) == {"seed": 1, "from": "where"}


def test_scaling_rows(tmp_path: Path) -> None:
    content = {"counts": {"pairs": 7}, "peak_memory_bytes": 5, "seconds": {"read": 1.0, "align": 2.0}}
    (tmp_path / "run.json").write_text(json.dumps(content))
    rows = [
        scaling.make_row(1000, Measurement(2.0, 3.0, 9 * 10**6, 8 * 10**6, 0, None), tmp_path),
        scaling.make_row(1000, Measurement(4.0, 3.0, 9 * 10**6, 6 * 10**6, 0, None), tmp_path),
        scaling.make_row(10, Measurement(1.0, 3.0, 1, 1, 1, None), tmp_path),
    ]
    assert rows[0]["seconds_align"] == 2.0
    assert "pairs" not in rows[2]
    assert scaling.make_points(rows) == [(1000, 3000.0, 8.0)]


def test_degenerate_ratios(tmp_path: Path) -> None:
    taken = {
        "normal": (8.0, 10, 4000),
        "normal-small": (4.0, 5, 500),
        "identical": (4.0, 10, 900),
        "giant": (40.0, 1, 10_000),
    }
    rows = []
    for case, (seconds, articles, size) in taken.items():
        facts = {"bytes": size, "articles": {"unrelated": articles - 1, "exact": 1}}
        (tmp_path / "corpus.json").write_text(json.dumps(facts))
        rows.append(degenerate.make_row(case, tmp_path, Measurement(seconds, 1.0, 1, 1, 0, None)))
    rows.append(degenerate.make_row("footers", tmp_path, Measurement(1.0, 1.0, 1, 1, 1, None)))
    assert degenerate.make_ratios(rows) == {"identical": 0.5, "giant": 0.5}


def test_degenerate_cases_come_with_what_they_are_compared_with() -> None:
    assert degenerate.names_of("giant,identical") == ["normal", "identical", "normal-small", "giant"]
    assert degenerate.names_of("all") == list(degenerate.CASES)
    with pytest.raises(click.BadParameter):
        degenerate.names_of("gigantic")


def test_micro_kernels() -> None:
    parts = micro.time_kernels(pa.array(["a b c d e f " * 9] * 3, pa.large_string()), 1)
    assert [part.name for part in parts] == ["split", "distinct shingles", "sign", "band keys"]
    assert all(part.taken > 0 for part in parts)
    assert len({line.count("|") for line in micro.format_table(parts).splitlines()}) == 1
