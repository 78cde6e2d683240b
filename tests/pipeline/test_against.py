"""New articles against an archive: what a scan of all of them finds, as far as it touches a new one."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from families import Record, clusters, pairs, records

import dedup
from benchmarks.archive import empty_copy
from dedup import DedupError
from dedup.pipeline.past import Past
from dedup.tables.parts import list_parts

if TYPE_CHECKING:
    from conftest import Program, Scrape


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("profile", ["copy", "rewrite"])
def test_it_finds_what_a_scan_of_all_finds_of_new_articles(scrape: Scrape, profile: str, seed: int) -> None:
    every = records(scrape, seed)
    chance = random.Random(seed)  # noqa: S311
    new = set(chance.sample(range(len(every)), 20))
    a = scrape.records("a.jsonl", *(one for place, one in enumerate(every) if place not in new))
    b = scrape.records("b.jsonl", *(every[place] for place in sorted(new)))
    archive = scrape.scan(a, results=scrape.home / "archive", profile=profile, keep_index=True)
    ours = scrape.scan(b, results=scrape.home / "ours", profile=profile, against=str(archive.path))
    counts: Record = {}
    if profile != "copy":  # counts matter, and those of the archive are to hold for both
        empty_copy(archive.path, scrape.home / "emptied")
        counts = {"against": str(scrape.home / "emptied")}
    whole = scrape.scan(a, b, results=scrape.home / "whole", profile=profile, **counts)
    ids = {every[place]["id"] for place in new}
    expected = {ends: row for ends, row in pairs(whole).items() if ids & set(ends)}
    found = pairs(ours)
    assert found == expected
    assert 10 < len(found) < len(pairs(whole))
    assert {"exact", "copy"} <= {row["kind"] for row in found.values()}
    if profile == "copy":  # else some new ones connect archived ones, which aren't compared again
        assert clusters(ours) == {one for one in clusters(whole) if one & ids}
    check_whole(ours, ids)


def check_whole(results: dedup.Results, new: set[str]) -> None:
    """RESULTS stand on their own: what their tables name is there, and new articles are counted once."""
    rows = {row["article"]: row for row in results.rows("articles")}
    assert {name for name, row in rows.items() if not row["archived"]} == new
    named = {name for ends in pairs(results) for name in ends} | set().union(*clusters(results))
    assert named <= rows.keys()
    for row in results.rows("pairs"):
        for side in ("left", "right"):
            text = rows[row[side]]["text"]
            assert row["spans"][-1][f"{side}_end"] <= len(text)
    counts = results.run["counts"]
    assert counts["records"] == counts["articles"] + counts["skipped"] == len(new)
    assert counts["archived_articles"] == len(rows) - len(new)


@pytest.mark.parametrize("cap", [2, 4])
def test_buckets_are_those_of_all(scrape: Scrape, cap: int) -> None:
    """Of a bucket over the cap a new article meets the first alone, be it archived or new."""
    texts = [scrape.story(family, 100) for family in range(4)]
    every = [
        {
            "id": f"{family}-{number}",
            "text": f"{text} {' '.join(scrape.words(100 + 9 * family + number, 9))}.",
        }
        for number in range(7)
        for family, text in enumerate(texts)
    ]
    split = 9 if cap == 2 else 18
    a, b = scrape.records("a.jsonl", *every[:split]), scrape.records("b.jsonl", *every[split:])
    options: Record = {"profile": "copy", "bucket_cap": cap}
    archive = scrape.scan(a, results=scrape.home / "archive", keep_index=True, **options)
    empty_copy(archive.path, scrape.home / "emptied")
    ours = scrape.scan(b, results=scrape.home / "ours", against=str(archive.path), **options)
    emptied = str(scrape.home / "emptied")
    whole = scrape.scan(a, b, results=scrape.home / "whole", against=emptied, **options)
    ids = {one["id"] for one in every[split:]}
    assert pairs(ours).keys() == {ends for ends in pairs(whole) if ids & set(ends)}
    assert ours.run["counts"]["capped_buckets"] > 0
    assert len(pairs(ours)) >= len(ids)


def test_the_same_rows_at_any_number_of_jobs_and_on_going_on(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = records(scrape, 7, 40)
    a, b = scrape.records("a.jsonl", *every[:25]), scrape.records("b.jsonl", *every[25:])
    archive = str(scrape.scan(a, results=scrape.home / "archive", keep_index=True).path)
    one = scrape.scan(b, results=scrape.home / "one", against=archive)
    two = scrape.scan(b, results=scrape.home / "two", against=archive, jobs=2)
    for broken in ("tell_names_apart", "count_keys", "bring_met", "bring_connected"):
        with monkeypatch.context() as patch:
            patch.setattr(Past, broken, lambda *_: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                scrape.scan(b, results=scrape.home / "again", against=archive)
    again = scrape.scan(b, results=scrape.home / "again", against=archive)
    for table in ("articles", "pairs", "clusters", "spun", "skipped", "furniture"):
        rows = list(one.rows(table))
        assert rows == list(two.rows(table)) == list(again.rows(table))
    assert one.run["counts"] == two.run["counts"] == again.run["counts"]


def test_names_that_the_archive_has_are_told_apart(scrape: Scrape) -> None:
    texts = [scrape.story(number) for number in range(9)]
    scrape.write("old/same.txt", texts[0])
    scrape.records("old/r.jsonl", {"id": "x", "text": texts[1]}, {"id": "n.jsonl#2", "text": texts[2]})
    scrape.write("new/same.txt", texts[3])
    new = [{"id": "x", "text": texts[4]}, {"text": texts[5]}, {"id": "y", "text": texts[6]}]
    scrape.records("new/n.jsonl", *new)
    archive = scrape.scan(scrape.inputs / "old", results=scrape.home / "archive", keep_index=True)
    ours = scrape.scan(scrape.inputs / "new", results=scrape.home / "ours", against=str(archive.path))
    names = [row["article"] for row in ours.rows("articles", ["article"])]
    first = int(archive.run["inputs"]["files"]) << 32
    assert names == ["n.jsonl#1", f"n.jsonl#2#{first + 2}", "y", f"same.txt#{first + 2**32}"]


def test_an_earlier_copy_becomes_the_first(scrape: Scrape) -> None:
    text = scrape.story(1)
    old = [{"id": f"old{number}", "text": text, "published": f"2024-05-0{number}"} for number in range(1, 4)]
    a = scrape.records("a.jsonl", *old)
    archive = str(scrape.scan(a, results=scrape.home / "archive", keep_index=True).path)
    for name, date, expected in (
        ("late", "2024-06-01", {("old1", "late")}),
        ("early", "2024-04-01", {("early", "old1"), ("early", "old2"), ("early", "old3")}),
    ):
        b = scrape.records(f"{name}.jsonl", {"id": name, "text": text.upper(), "published": date})
        ours = scrape.scan(b, results=scrape.home / name, against=archive)
        assert pairs(ours).keys() == expected
        assert clusters(ours) == {frozenset(["old1", "old2", "old3", name])}
        first = "old1" if name == "late" else name
        firsts = {row["article"]: row["exact_of"] for row in ours.rows("articles")}
        assert firsts == {one: None if one == first else first for one in ("old1", "old2", "old3", name)}


def archives(scrape: Scrape) -> Iterator[tuple[Record, str]]:
    yield {"seed": 2}, "--seed"
    yield {"shingle": 6}, "--shingle"
    yield {"profile": "copy"}, "--profile"
    yield {"threshold": 0.7}, "--threshold"
    lexicon = scrape.write("own.tsv", "natural\tspun\nharbor\tanchorage\n")
    yield {"lexicon": str(lexicon)}, "--lexicon"


def test_an_archive_refuses_what_was_sketched_otherwise(scrape: Scrape) -> None:
    a = scrape.write("a.txt", scrape.story(1))
    archive = scrape.scan(a, results=scrape.home / "archive", keep_index=True)
    for options, flag in archives(scrape):
        with pytest.raises(DedupError, match=f"another {flag}") as caught:
            scrape.scan(a, results=scrape.home / "ours", against=str(archive.path), **options)
        assert "\n" not in str(caught.value)
        assert not (scrape.home / "ours").exists()
    manifest = archive.path / "index" / "manifest.json"
    told = json.loads(manifest.read_text())
    for name in ("scheme", "shingle_rule", "dedup", "index"):
        versions = {**told["identity"]["versions"], name: "another"}
        manifest.write_text(json.dumps({**told, "identity": {**told["identity"], "versions": versions}}))
        with pytest.raises(DedupError, match=f"another {name}"):
            scrape.scan(a, results=scrape.home / "ours", against=str(archive.path))


def test_what_keeps_no_index_says_how_to_make_one(scrape: Scrape, program: Program) -> None:
    path = scrape.write("a.txt", scrape.story(1))
    scrape.scan(path)
    for archive in (scrape.results, scrape.home / "missing"):
        _, err = program("scan", path, "-o", scrape.home / "ours", "--against", archive, status=2)
        assert err.count("\n") == 1
        assert "--keep-index" in err


@pytest.mark.parametrize(
    "flags",
    [("--extend",), ("--keep-index", "--no-text"), ("--keep-index", "--against", "x"), ("--against", "out")],
)
def test_flags_that_contradict_one_another(
    scrape: Scrape, program: Program, flags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scrape.home)
    (scrape.home / "out").mkdir()
    _, err = program("scan", scrape.write("a.txt", scrape.story(1)), "-o", "out", *flags, status=2)
    assert err.count("\n") == 1


def test_an_index_takes_its_place_whole_and_goes_with_its_results(scrape: Scrape) -> None:
    path = scrape.write("a.txt", scrape.story(1))
    kept = scrape.scan(keep_index=True)
    assert (kept.path / "index" / "manifest.json").exists()
    assert list_parts(kept.path / "index" / "texts")
    assert scrape.scan(keep_index=True).run == kept.run
    scrape.scan(path, overwrite=True)
    assert not (kept.path / "index").exists()
    assert not list(kept.path.rglob(".*"))


def test_what_stays_of_each_day_can_be_joined(program: Program, scrape: Scrape) -> None:
    a = scrape.records("a.jsonl", {"id": "old", "text": scrape.story(1, 120)})
    b = scrape.records(
        "b.jsonl",
        {"id": "again", "text": "A headline. " + scrape.story(1, 120), "published": "2020-01-01"},
        {"id": "upper", "text": scrape.story(1, 120).upper()},
        {"id": "new", "text": scrape.story(2, 120)},
    )
    archive = scrape.scan(a, results=scrape.home / "archive", keep_index=True)
    ours = scrape.scan(b, results=scrape.home / "ours", against=str(archive.path))
    out, _ = program("apply", ours.path, "--write-kept", scrape.home / "kept.jsonl")
    assert "3 articles: 1 stay, 2 go" in out
    assert "1 archived article besides, which is neither dropped nor written" in out
    assert "1 article written to" in out
    [row] = map(json.loads, (scrape.home / "kept.jsonl").read_text().splitlines())
    assert row["article"] == "new"
