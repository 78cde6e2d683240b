"""The scoring of labelled pairs, on sets that one can count by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from benchmarks import labels
from benchmarks.labels import Label, Reported, Tally

LABELS = [
    Label("a", "b", 1, "light"),
    Label("c", "d", 1, "light"),
    Label("a", "e", 1, "heavy"),
    Label("c", "e", 0, "template"),
    Label("a", "c", 0, "template"),
    Label("b", "c", None, "open"),
]


def reported(*rows: str, first: Mapping[str, str] | None = None) -> Reported:
    """Pairs of two letters each; those with a third, c, are "contains", all others "copy"."""
    kinds = ((row[0], row[1], "contains" if row[2:] else "copy") for row in rows)
    return labels.map_reported(kinds, first or {})


@pytest.mark.parametrize(
    ("hits", "all_", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_wilson(hits: int, all_: int, low: float, high: float) -> None:
    """The last is an example of Newcombe (1998), Statistics in Medicine 17:857."""
    share = labels.wilson(hits, all_)
    assert share == pytest.approx((hits / all_, low, high), abs=5e-5)


def test_no_share_of_nothing() -> None:
    assert labels.wilson(0, 0) == (None, None, None)


def test_kinds_are_scored_on_their_own() -> None:
    light, heavy, template, still_open = sorted(
        labels.score_kinds(LABELS, reported("ba", "ecc", "cb")),
        key=lambda score: ["light", "heavy", "template", "open"].index(score.kind),
    )
    assert (light.labelled, light.reported, light.share.value) == (2, 1, 0.5)
    assert (heavy.reported, heavy.share.value, heavy.as_kinds) == (0, 0.0, {})
    assert (template.label, template.reported, template.as_kinds) == (0, 1, {"contains": 1})
    assert (still_open.label, still_open.reported) == (None, 1)


def test_labels_stand_in_order() -> None:
    scores = labels.score_kinds(LABELS, reported())
    assert [(one.label, one.kind) for one in scores] == [
        (1, "heavy"),
        (1, "light"),
        (0, "template"),
        (None, "open"),
    ]


def test_tally_and_shares() -> None:
    count = labels.tally(LABELS, reported("ba", "ecc", "cb"), 7)
    assert count == Tally(true=1, false=1, missed=2, judged=5, strangers=7)
    assert (count.recall.value, count.false_alarms.value, count.precision.value) == (1 / 3, 1 / 2, 1 / 2)


def test_a_first_stands_for_its_copies() -> None:
    """Whichever copy a label or a tool names."""
    found = reported("bx", first={"b": "a", "y": "x"})
    assert found.kinds == {("a", "x"): "copy"}
    assert found.kind_of("y", "a") == found.kind_of("b", "x") == "copy"
    assert labels.tally([Label("a", "y", 1, ""), Label("b", "y", 1, "")], found).true == 2


def test_copies_are_found_without_a_pair() -> None:
    found = reported("ab", first={"b": "a", "e": "a"})
    assert not found.kinds
    assert found.exact == {("a", "b")}
    assert found.kind_of("b", "e") == "exact"
    assert labels.tally(LABELS, found) == Tally(true=2, false=0, missed=1, judged=5)


def test_groups_are_all_their_pairs() -> None:
    found = labels.map_groups([("a", "b"), ("a", "c"), ("d", "e")], {})
    assert found.kind_of("c", "b") == found.kind_of("e", "d") == "grouped"
    assert found.kind_of("a", "d") is None
    assert found.kind_of("x", "y") is None


def test_groups_join_at_the_first_of_copies() -> None:
    found = labels.map_groups([("a", "b"), ("z", "c")], {"z": "a"})
    assert found.kind_of("b", "c") == "grouped"
    assert found.kind_of("z", "a") == "exact"
    assert set(found.groups) == {"a", "b", "c"}


def test_what_nobody_judged() -> None:
    found = reported("ab", "bc", "bd", "ax", "xyc", "yz")
    sides = labels.count_sides(LABELS, found, set("abcde"))
    assert sides == labels.Sides(unjudged=1, strangers=1, crowd={"contains": 1, "copy": 1})


def test_copies_in_the_crowd_are_counted() -> None:
    found = reported("xy", "xz", "ab", first={"y": "x", "b": "a"})
    assert labels.count_sides([], found, {"a", "b"}).crowd == {"copy": 1, "exact": 1}


def test_what_nobody_judged_of_groups() -> None:
    stars = [("a", "b"), ("a", "c"), ("a", "x"), ("a", "y"), ("w", "z")]
    sides = labels.count_sides(LABELS, labels.map_groups(stars, {}), set("abcde"))
    assert sides == labels.Sides(unjudged=0, strangers=3 * 2, crowd={"grouped": 2})
    assert labels.count_sides([LABELS[0]], labels.map_groups(stars, {}), set("abcde")).unjudged == 2


def test_every_set_weighs_the_same() -> None:
    few, many = Tally(1, 0, 1, 2), Tally(100, 0, 300, 400)
    assert labels.pooled_f1([few]) == pytest.approx(2 / 3)
    assert labels.pooled_f1([few, many]) == pytest.approx(2 * 0.75 / (2 * 0.75 + 0.5 + 0.75))
    alarms = Tally(0, 10, 0, 20)
    assert labels.pooled_f1([few, alarms]) == pytest.approx(1.0 / (1.0 + 0.5 + 0.5))
    assert labels.pooled_f1([few._replace(strangers=1)]) == pytest.approx(1 / 2)
    assert labels.pooled_f1([alarms]) == labels.pooled_f1([]) == 0.0
