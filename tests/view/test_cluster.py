from __future__ import annotations

from pathlib import Path

import pytest

from dedup.errors import UsageError
from dedup.results.opened import Results, open_results
from dedup.view.cluster import diffs_of_cluster, diffs_of_cluster_json

from .builder import make_results, screen


def test_the_keeper_against_each_member(results: Results) -> None:
    shown = "".join(screen(view, 100) for view in diffs_of_cluster(results, 1))
    assert shown.startswith("cluster 1   3 articles\nkeeper  courier/strike.txt\n")
    assert "1 of 2   digest/strike.txt has the same words as courier/strike.txt\n" in shown
    assert "2 of 2\ncopy   similarity 0.89   pair 2\n" in shown
    assert "{#" not in shown
    assert "│" in shown


def test_a_copy_of_another_member_is_told_by_that_one(tmp_path: Path) -> None:
    names = ("keeper", "first", "copy", "loose")
    members = [{"cluster": 1, "size": 4, "keeper": "keeper", "article": name} for name in names]
    articles = [
        {"article": name, "text": "one two", "exact_of": "first" if name == "copy" else None}
        for name in names
    ]
    pairs = [
        {"left": "keeper", "right": "first"},
        {"left": "copy", "right": "first", "kind": "exact"},
    ]
    made = make_results(tmp_path / "r", articles=articles, clusters=members, pairs=pairs)
    found = open_results(made)
    shown = "".join(screen(view, 100) for view in diffs_of_cluster(found, 1))
    assert "2 of 3   copy has the same words as first\n" in shown
    assert "3 of 3   loose: no pair of it and the keeper is known\n" in shown
    told = [(row["cluster"], row["pair"], row["kind"]) for row in diffs_of_cluster_json(found, 1)]
    assert told == [(1, 1, "copy"), (1, 2, "exact")]


def test_a_cluster_that_is_not_there(results: Results) -> None:
    with pytest.raises(UsageError, match="no cluster 7: its clusters are numbered 1 to 1"):
        list(diffs_of_cluster(results, 7))
