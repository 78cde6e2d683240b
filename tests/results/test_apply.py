"""What goes, what stays, and where it may be written."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from view.builder import make_results

from dedup.cluster import assign
from dedup.errors import DedupError, UsageError
from dedup.options import KINDS, WHOLE_KINDS
from dedup.results.apply import DROPPED, ENDINGS, KEPT, Fates, write
from dedup.results.inputs import scanned_folder
from dedup.results.opened import Results, Row, open_results

if TYPE_CHECKING:
    from conftest import Scrape

KEEPER = "keeper"
# Member: kind of its pair with the keeper, its containment and the keeper's.
MEMBERS: dict[str, tuple[str, float, float]] = {
    "copied": ("copy", 0.9, 0.9),
    "inside": ("contains", 0.95, 0.3),
    "around": ("contains", 0.3, 0.95),
    "shares": ("partial", 0.4, 0.4),
    "reworded": ("rewrite", 0.4, 0.4),
}


def results_of(folder: Path, members: dict[str, tuple[str, float, float]], **spun: bool) -> Results:
    """One cluster; every member is the right side of its pair but those that begin with ``a``."""
    pairs = []
    for name, (kind, mine, keepers) in members.items():
        ends = (KEEPER, name, keepers, mine) if name[0] != "a" else (name, KEEPER, mine, keepers)
        columns = ("left", "right", "left_containment", "right_containment")
        pairs.append({**dict(zip(columns, ends, strict=True)), "kind": kind, "similarity": 0.7})
    names = [KEEPER, *members]
    articles = [
        {
            "article": name,
            "text": f"text of {name}",
            "spun": spun.get(name, False),
            "exact_of": KEEPER if members.get(name, ("",))[0] == "exact" else None,
        }
        for name in [*names, "stranger"]
    ]
    clusters = [{"cluster": 1, "size": len(names), "keeper": KEEPER, "article": name} for name in names]
    made = make_results(folder, articles=articles, pairs=pairs, clusters=clusters, rows_per_part=2)
    return open_results(made)


def dropped(fates: Fates) -> dict[str, Row]:
    return {row["article"]: row for batch in fates.dropped() for row in batch.to_pylist()}


def kept(fates: Fates) -> list[str]:
    return [row["article"] for batch in fates.kept() for row in batch.to_pylist()]


# ------------------------------------------------------------------ what goes


@pytest.mark.parametrize(
    ("kinds", "gone"),
    [
        (WHOLE_KINDS, {"copied", "inside"}),
        (("exact",), set()),
        (("contains",), {"inside"}),
        (("contains", "partial"), {"inside", "around", "shares"}),
        (KINDS, set(MEMBERS)),
    ],
)
def test_what_has_text_of_its_own_stays_unless_asked_for(
    tmp_path: Path, kinds: tuple[str, ...], gone: set[str]
) -> None:
    fates = Fates(results_of(tmp_path / "r", MEMBERS), kinds)
    assert dropped(fates).keys() == gone
    assert kept(fates) == [name for name in (KEEPER, *MEMBERS, "stranger") if name not in gone]
    plan = fates.plan()
    assert (plan.articles, plan.going) == (len(MEMBERS) + 2, len(gone))
    assert sum(row["go"] for row in plan.kinds) == len(gone)
    assert sum(row["stay"] for row in plan.kinds) == len(MEMBERS) - len(gone)
    assert {row["article"] for row in plan.examples} == gone


def test_what_goes_is_listed_with_what_is_kept_in_its_place(tmp_path: Path) -> None:
    row = dropped(Fates(results_of(tmp_path / "r", MEMBERS)))["inside"]
    assert row == {
        "article": "inside",
        "keeper": KEEPER,
        "kind": "contains",
        "similarity": 0.7,
        "contained": 0.95,
        "spun_score": 0.0,
    }


def test_exact_copies_of_a_member_go_as_the_member_does(tmp_path: Path) -> None:
    names = (KEEPER, "first", "second", "third")
    made = make_results(
        tmp_path / "r",
        articles=[
            {"article": name, "text": "x", "exact_of": {"second": "first", "third": KEEPER}.get(name)}
            for name in names
        ],
        pairs=[
            {"left": "first", "right": "second", "kind": "exact"},
            {"left": "first", "right": KEEPER, "kind": "rewrite", "similarity": 0.4},
            {"left": KEEPER, "right": "third", "kind": "exact"},
        ],
        clusters=[{"cluster": 1, "size": 4, "keeper": KEEPER, "article": name} for name in names],
    )
    results = open_results(made)
    told = dropped(Fates(results))
    assert {name: row["keeper"] for name, row in told.items()} == {"second": "first", "third": KEEPER}
    assert {row["kind"] for row in told.values()} == {"exact"}
    told = dropped(Fates(results, ("rewrite",)))
    assert {name: row["kind"] for name, row in told.items()} == {"first": "rewrite", "second": "rewrite"}


def test_nothing_goes_for_a_keeper_that_goes_itself(tmp_path: Path) -> None:
    results = results_of(tmp_path / "r", MEMBERS, keeper=True, inside=True)
    told = dropped(Fates(results, drop_spun=True))
    assert {name: (row["kind"], row["keeper"]) for name, row in told.items()} == {
        KEEPER: ("spun", None),
        "inside": ("spun", None),
    }
    assert Fates(results, drop_spun=True).plan().spun == {"go": 2, "stay": 0}
    assert Fates(results).plan().spun == {"go": 0, "stay": 1}


@settings(max_examples=30)
@given(
    members=st.dictionaries(
        st.sampled_from([f"{side}{number}" for side in "az" for number in range(4)]),
        st.tuples(st.sampled_from(KINDS), st.sampled_from([0.2, 0.5, 0.9]), st.sampled_from([0.3, 0.6])),
    ),
    kinds=st.sets(st.sampled_from(KINDS), min_size=1),
    drop_spun=st.booleans(),
    spun=st.sets(st.sampled_from([KEEPER, "a0", "z0", "z1", "stranger"])),
)
def test_whatever_goes_leaves_its_keeper(
    tmp_path_factory: pytest.TempPathFactory,
    members: dict[str, tuple[str, float, float]],
    kinds: set[str],
    drop_spun: bool,
    spun: set[str],
) -> None:
    results = results_of(tmp_path_factory.mktemp("any"), members, **dict.fromkeys(spun, True))
    fates = Fates(results, sorted(kinds), drop_spun)
    gone, left = dropped(fates), kept(fates)
    assert sorted([*gone, *left]) == sorted([KEEPER, *members, "stranger"])
    if drop_spun and KEEPER in spun and "exact" in [kind for kind, *_ in members.values()]:
        return  # its exact copies may stay in its place; see the graphs below
    for name in (KEEPER, *members, "stranger"):
        kind, mine, keepers = members.get(name, ("", 0.0, 0.0))
        is_copy = kind in kinds and (kind != "contains" or mine > keepers or "partial" in kinds)
        is_copy &= not (drop_spun and KEEPER in spun)
        assert (name in gone) == (is_copy or (drop_spun and name in spun))
        if name in gone and is_copy:
            assert gone[name]["keeper"] == KEEPER
            assert KEEPER in left


def graph_of(
    folder: Path,
    edges: dict[tuple[int, int], str],
    copied: dict[int, int],
    spun: Collection[int] = (),
    archived: Collection[int] = (),
) -> Results:
    """RESULTS with the clusters of a scan. Articles 0 to 5 in the order of keepers; ``edges``: their pairs.

    copied  copies 6, 7, ... and what each is an exact copy of
    """
    firsts = sorted(range(6), key=lambda number: (number in spun, number))
    ranks = {number: rank for rank, number in enumerate(firsts)}
    ends = np.array([[ranks[a], ranks[b]] for a, b in edges] or np.empty((0, 2)), np.int64)
    found = assign(6, ends[:, 0], ends[:, 1], np.full(len(ends), 0.7))
    keepers = {firsts[a]: firsts[b] for a, b in zip(found.member, found.keeper, strict=True)}
    keepers |= {first: keepers.get(first, first) for first in copied.values()}
    keepers |= {copy: keepers[first] for copy, first in copied.items()}
    pairs = [
        {"left": f"n{a}", "right": f"n{b}", "kind": kind, "similarity": 0.7, "right_containment": 0.9}
        for (a, b), kind in edges.items()
    ]
    pairs += [
        {"left": f"n{first}", "right": f"n{copy}", "kind": "exact", "similarity": 1.0}
        for copy, first in copied.items()
    ]
    articles = [
        {
            "article": f"n{number}",
            "text": f"text {number}",
            "published": f"2024-01-{number + 1:02}T00:00:00Z",
            "exact_of": f"n{copied[number]}" if number in copied else None,
            "spun": number in spun,
            "archived": number in archived,
        }
        for number in (*range(6), *copied)
    ]
    clusters = [
        {"cluster": keeper + 1, "size": 2, "keeper": f"n{keeper}", "article": f"n{number}"}
        for number, keeper in sorted(keepers.items())
    ]
    return open_results(make_results(folder, articles=articles, pairs=pairs, clusters=clusters))


def test_copies_that_share_little_with_their_keeper_are_parted(tmp_path: Path) -> None:
    edges = {(0, 1): "partial", (0, 2): "partial", (1, 2): "copy", (2, 3): "copy", (4, 5): "contains"}
    fates = Fates(graph_of(tmp_path / "r", edges, {6: 0, 7: 2, 8: 3}))
    told = {name: (row["keeper"], row["kind"]) for name, row in dropped(fates).items()}
    assert told == {
        "n2": ("n3", "copy"),  # for which others go anyway
        "n5": ("n4", "contains"),
        "n6": ("n0", "exact"),
        "n7": ("n3", "copy"),  # as what it is an exact copy of
        "n8": ("n3", "exact"),
    }
    assert kept(fates) == ["n0", "n1", "n3", "n4"]
    by_kind = {row["kind"]: (row["go"], row["stay"]) for row in fates.plan().kinds}
    assert by_kind == {"exact": (2, 0), "copy": (2, 0), "contains": (1, 0), "partial": (0, 1)}
    assert dropped(Fates(fates.results, ("partial",))).keys() == {"n1", "n2", "n7"}


def test_archived_articles_are_not_ours_to_drop_or_to_write(tmp_path: Path) -> None:
    edges = {(0, 1): "copy", (1, 2): "copy", (0, 2): "copy", (3, 4): "partial", (3, 5): "copy"}
    fates = Fates(graph_of(tmp_path / "r", edges, {6: 4}, archived={1, 4, 5}))
    told = {name: (row["keeper"], row["kind"]) for name, row in dropped(fates).items()}
    assert told == {
        "n0": ("n1", "copy"),  # a keeper, and what would have gone for it is a pair with the same
        "n2": ("n1", "copy"),
        "n3": ("n5", "copy"),
        "n6": ("n4", "exact"),
    }
    assert kept(fates) == []
    plan = fates.plan()
    assert (plan.articles, plan.going, plan.archived) == (4, 4, 3)
    assert [row["kind"] for row in plan.kinds] == ["exact", "copy"]


@settings(max_examples=60)
@given(
    edges=st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda ends: ends[0] < ends[1]),
        st.sampled_from(KINDS[1:]),
        max_size=10,
    ),
    copied=st.lists(st.integers(0, 5), max_size=4),
    kinds=st.sets(st.sampled_from(KINDS), min_size=1),
    drop_spun=st.booleans(),
    spun=st.sets(st.integers(0, 9), max_size=3),
    archived=st.sets(st.integers(0, 5), max_size=3),
)
def test_no_copies_stay_and_whatever_goes_leaves_one(
    tmp_path_factory: pytest.TempPathFactory,
    edges: dict[tuple[int, int], str],
    copied: list[int],
    kinds: set[str],
    drop_spun: bool,
    spun: set[int],
    archived: set[int],
) -> None:
    edges = {ends: kind for ends, kind in edges.items() if not archived.issuperset(ends)}
    copies = dict(enumerate(copied, 6))
    results = graph_of(tmp_path_factory.mktemp("any"), edges, copies, spun, archived)
    fates = Fates(results, sorted(kinds), drop_spun)
    gone, left = dropped(fates), set(kept(fates))
    old = {f"n{number}" for number in archived}
    everyone = {f"n{number}" for number in (*range(6), *copies)}
    assert gone.keys() | left | old == everyone
    assert len(gone) + len(left) + len(old) == len(everyone)
    there = left if drop_spun else left | old  # of archived ones that are spun, too, nothing goes for them
    apart = {"exact", "copy"} & kinds
    rows = {(row["left"], row["right"]): row["kind"] for row in results.rows("pairs")}
    for ends, kind in rows.items():
        assert kind not in apart or not there.issuperset(ends) or old.issuperset(ends)
    first = {f"n{copy}": f"n{of}" for copy, of in copies.items()}
    for name, row in gone.items():
        if row["kind"] == "spun":
            assert drop_spun
            assert int(name[1:]) in spun
            continue
        assert row["keeper"] in left | old
        assert row["kind"] in kinds
        texts = {first.get(name, name), first.get(row["keeper"], row["keeper"])}
        assert len(texts) == 1 or row["kind"] in (rows.get((a, b)) for a in texts for b in texts)


@pytest.mark.parametrize("kinds", [("sloppy",), ("copy", "spun"), ()])
def test_kinds_that_are_none(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="exact, copy, contains, partial, rewrite"):
        Fates(results_of(tmp_path / "r", MEMBERS), kinds)


# ------------------------------------------------------------------ what is written


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return rows
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    elif path.suffix == ".zst":
        data = pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
    return [json.loads(line) for line in data.splitlines()]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_rows_in_every_format(tmp_path: Path, ending: str) -> None:
    fates = Fates(results_of(tmp_path / "r", MEMBERS))
    stay, go = tmp_path / f"stay{ending}", tmp_path / f"go{ending}"
    write(fates, stay, go)
    assert [row["article"] for row in read(stay)] == kept(fates)
    assert read(stay)[0]["text"] == f"text of {KEEPER}"
    assert tuple(read(stay)[0]) == KEPT
    assert {row["article"]: row for row in read(go)} == dropped(fates)
    assert tuple(read(go)[0]) == DROPPED
    assert sorted(os.listdir(tmp_path)) == sorted(["r", stay.name, go.name])


def test_a_set_in_which_nothing_stays_is_written_too(tmp_path: Path) -> None:
    results = open_results(make_results(tmp_path / "r"))
    for ending in ENDINGS:
        write(Fates(results), tmp_path / f"stay{ending}", None)
        assert read(tmp_path / f"stay{ending}") == []


def test_what_stays_holds_no_copies_when_it_is_scanned_again(scrape: Scrape) -> None:
    words = scrape.words(1, 60)
    record = {"source": "s", "url": "https://s.example/1", "title": "A title", "published": "2024-01-02"}
    scrape.records(
        "a.jsonl",
        {"id": "one", "text": " ".join(words), **record},
        {"id": "two", "text": "A headline. " + " ".join(words[:50])},
        {"id": "three", "text": " ".join(words).upper()},
        {"id": "four", "text": scrape.story(2)},
    )
    results = scrape.scan()
    assert results.count("pairs") == 2
    out = scrape.home / "stay.jsonl"
    write(Fates(results), out, None)
    again = scrape.scan(out, results=scrape.home / "again", id_column="article")
    assert again.count("pairs") == 0
    assert [row["article"] for row in again.rows("articles")] == ["one", "four"]
    for name in ("text", "title", "url", "source", "published"):
        assert again.article("one")[name] == results.article("one")[name]


def test_texts_that_results_lack_are_read_again(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    scrape.write("b.txt", "A headline. " + scrape.story(1))
    scrape.records("c.jsonl", {"id": "c", "text": scrape.story(2)}, {"id": "d", "text": scrape.story(3)})
    scrape.scan()
    bare = scrape.scan(results=scrape.home / "bare", no_text=True)
    whole, again, late = (scrape.home / f"{name}.jsonl" for name in ("whole", "again", "late"))
    write(Fates(open_results(scrape.results)), whole, None)
    write(Fates(bare), again, None)
    assert again.read_bytes() == whole.read_bytes()
    scrape.write("c.jsonl", "{}")
    with pytest.raises(DedupError, match=r"c\.jsonl has changed since it was scanned"):
        write(Fates(bare), late, None)
    assert not [name for name in os.listdir(scrape.home) if "late" in name]


def test_where_nothing_may_be_written(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scrape.home)
    lines = scrape.records("a.jsonl", {"id": "a", "text": scrape.story(1)})
    scrape.write("zipped.txt", scrape.story(2))
    fates = Fates(scrape.scan(Path("inputs"), results=Path("results")))
    there, linked, folder = (scrape.home / name for name in ("there.jsonl", "linked.jsonl", "folder.jsonl"))
    there.write_text("mine")
    linked.symlink_to(lines)
    folder.mkdir()
    for path, overwrite, said in (
        (there, False, "is there already; give --overwrite"),
        (folder, True, "is no file"),
        (lines, True, "is an input of the scan"),
        (Path("inputs/../inputs/a.jsonl"), True, "is an input of the scan"),
        (linked, True, "is an input of the scan"),
        (scrape.results / "kept.jsonl", True, "lies in RESULTS"),
        (scrape.results / "pairs" / "kept.parquet", True, "lies in RESULTS"),
        (scrape.home / "kept.csv", True, "must end in .jsonl, .jsonl.gz, .jsonl.zst or .parquet"),
        (scrape.home / ".jsonl", True, "must end in"),
    ):
        for stay, go in ((path, None), (None, path)):
            with pytest.raises(UsageError, match=said):
                write(fates, stay, go, overwrite)
    with pytest.raises(UsageError, match="both what stays and what goes"):
        write(fates, Path("x.jsonl"), Path("inputs/../x.jsonl"))
    with pytest.raises(DedupError, match="No such file"):
        write(fates, scrape.home / "no" / "x.jsonl", None)
    assert there.read_text() == "mine"
    write(fates, there, None, overwrite=True)
    assert len(read(there)) == 2


def test_an_input_that_changed_is_one_still(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = scrape.records("deep/a.jsonl", {"id": "a", "text": scrape.story(1)})
    fates = Fates(scrape.scan())
    scrape.records("deep/a.jsonl", {"id": "a", "text": "another text"})
    with pytest.raises(UsageError, match="is an input"):
        write(fates, lines, None, overwrite=True)
    monkeypatch.chdir(scrape.inputs)
    write(fates, Path("new.jsonl"), None)  # new files may lie beside the inputs


def test_a_folder_that_was_scanned_is_known_from_anywhere(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch
) -> None:
    scrape.write("deep/1/a.txt", scrape.story(1))
    results = scrape.scan()
    for place in (scrape.inputs, scrape.inputs / "deep", scrape.inputs / "deep" / "1"):
        monkeypatch.chdir(place)
        assert scanned_folder(results, Path("kept.jsonl")) == scrape.inputs.resolve()
    assert scanned_folder(results, scrape.home / "kept.jsonl") is None
    alone = scrape.scan(scrape.inputs / "deep" / "1" / "a.txt", results=scrape.home / "alone")
    assert scanned_folder(alone, Path("kept.jsonl")) is None  # it was named, and not its folder


def test_what_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fates = Fates(results_of(tmp_path / "r", MEMBERS))

    def fail() -> Any:
        yield from list(Fates(fates.results).dropped())
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fates, "dropped", fail)
    with pytest.raises(DedupError, match="No space left"):
        write(fates, tmp_path / "stay.jsonl", tmp_path / "go.parquet")
    assert os.listdir(tmp_path) == ["r"]
