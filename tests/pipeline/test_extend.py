"""Archives that are extended: all of it or nothing, and what the archive says then is of all."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from families import clusters, pairs, records

import dedup
from dedup import DedupError
from dedup.results import journal
from dedup.results.opened import open_results

if TYPE_CHECKING:
    from conftest import Scrape

TABLES = ("articles", "pairs", "clusters", "spun", "skipped", "furniture")
TIMES = 6  # that a process is killed


def content(results: Path) -> dict[str, Any]:
    """All rows, counts, and what the index is made of."""
    opened = open_results(results)
    rows: dict[str, Any] = {table: list(opened.rows(table)) for table in TABLES}
    manifest = json.loads((results / "index" / "manifest.json").read_text())
    files = sorted(
        str(path.relative_to(results)) for path in (results / "index").rglob("*") if path.is_file()
    )
    return {**rows, "counts": opened.run["counts"], "manifest": manifest, "files": files}


def test_it_holds_what_a_scan_of_all_finds(scrape: Scrape) -> None:
    """Where no new article comes before an archived one with the same words."""
    every = [{name: one[name] for name in one if name != "published"} for one in records(scrape, 5)]
    thirds = [
        scrape.records(f"{number}/r.jsonl", *every[20 * number : 20 * number + 20]) for number in range(3)
    ]
    archive = scrape.scan(thirds[0], results=scrape.home / "archive", profile="copy", keep_index=True)
    for number in (1, 2):
        home = scrape.home / f"ours{number}"
        scrape.scan(thirds[number], results=home, profile="copy", against=str(archive.path), extend=True)
    whole = scrape.scan(*thirds, results=scrape.home / "whole", profile="copy")
    extended = open_results(archive.path)

    def known(results: dedup.Results) -> dict[frozenset[str], Any]:
        return {frozenset(ends): row["similarity"] for ends, row in pairs(results).items()}

    assert known(extended) == known(whole)
    assert clusters(extended) == clusters(whole)
    assert [row["pair"] for row in extended.rows("pairs")] == list(range(1, extended.count("pairs") + 1))
    assert [row["article"] for row in extended.rows("articles")] == [one["id"] for one in every]
    counts = extended.run["counts"]
    assert counts["articles"] == counts["records"] == 60
    assert counts["pairs"] == len(pairs(whole))
    assert counts["clusters_rows"] == extended.count("clusters")
    assert not [path for path in archive.path.iterdir() if path.name.startswith(".")]


def test_what_was_added_is_not_added_again(scrape: Scrape) -> None:
    a = scrape.write("a.txt", scrape.story(1))
    b = scrape.write("b.txt", scrape.story(1))
    archive = str(scrape.scan(a, results=scrape.home / "archive", keep_index=True).path)
    options = {"against": archive, "extend": True}
    first = scrape.scan(b, results=scrape.home / "ours", **options)
    before = content(Path(archive))
    assert scrape.scan(b, results=scrape.home / "ours", **options).run == first.run
    with pytest.raises(DedupError, match="already"):
        scrape.scan(b, results=scrape.home / "others", **options)
    assert content(Path(archive)) == before
    with pytest.raises(DedupError, match="extended by other articles; --overwrite"):
        scrape.scan(a, results=Path(archive), keep_index=True)


def test_one_at_a_time(scrape: Scrape) -> None:
    from dedup.archive.opened import locked

    a, b = scrape.write("a.txt", scrape.story(1)), scrape.write("b.txt", scrape.story(2))
    archive = scrape.scan(a, results=scrape.home / "archive", keep_index=True).path
    with locked(archive, exclusive=False):
        scrape.scan(b, results=scrape.home / "ours", against=str(archive))
        with pytest.raises(DedupError, match="another process uses"):
            scrape.scan(b, results=scrape.home / "more", against=str(archive), extend=True)
    with locked(archive, exclusive=True), pytest.raises(DedupError, match="another process extends"):
        scrape.scan(b, results=scrape.home / "more", against=str(archive))


@pytest.fixture
def to_extend(scrape: Scrape) -> tuple[Path, Path, dict[str, Any], dict[str, Any]]:
    """An archive, articles to extend it by, and what it holds before and after that."""
    every = records(scrape, 9, 30)
    a, b = scrape.records("a.jsonl", *every[:20]), scrape.records("b.jsonl", *every[20:])
    archive = scrape.scan(a, results=scrape.home / "archive", profile="copy", keep_index=True).path
    before = content(archive)
    shutil.copytree(archive, scrape.home / "extended")
    extended = scrape.home / "extended"
    scrape.scan(b, results=scrape.home / "o", profile="copy", against=str(extended), extend=True)
    return archive, b, before, content(extended)


@pytest.mark.slow
def test_killed_at_any_time_it_is_as_before_or_as_after(
    to_extend: tuple[Path, Path, dict[str, Any], dict[str, Any]], scrape: Scrape
) -> None:
    archive, new, before, after = to_extend
    assert before != after
    chance = random.Random(1)  # noqa: S311
    program = [sys.executable, "-c", _EXTEND, str(new)]
    met = []
    for number in range(TIMES):
        home = scrape.home / f"killed{number}"
        shutil.copytree(archive, home)
        command = [*program, str(scrape.home / f"out{number}"), str(home)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:  # noqa: S603
            assert process.stdout is not None
            assert process.stdout.readline() == b"extending\n"
            time.sleep(chance.random() * 0.06)
            os.killpg(process.pid, signal.SIGKILL)
        found = content(home)
        assert found in (before, after)
        met.append(found == after)
        again = subprocess.run(command, check=False, capture_output=True)  # noqa: S603
        assert again.returncode == 0, again.stderr
        assert content(home) == after
        assert not [path for path in home.iterdir() if path.name.startswith(".")]
    assert not all(met)


_EXTEND = """
import sys
from dedup import Options, scan
from dedup.pipeline import scan as pipeline

def told(own):
    def call(*given):
        print("extending", flush=True)
        return own(*given)
    return call

pipeline.extend = told(pipeline.extend)
new, out, archive = sys.argv[1:]
scan([new], out, Options(jobs=1, profile="copy", against=archive, extend=True))
"""


def test_whoever_opens_it_finishes_what_holds(
    to_extend: tuple[Path, Path, dict[str, Any], dict[str, Any]],
    scrape: Scrape,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive, new, _, after = to_extend
    with monkeypatch.context() as patch:
        patch.setattr(journal, "finish", lambda _: None)
        scrape.scan(new, results=scrape.home / "ours", profile="copy", against=str(archive), extend=True)
    assert (archive / journal.STAGED).exists()
    assert content(archive) == after
    assert not (archive / journal.STAGED).exists()
