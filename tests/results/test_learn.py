"""Swaps learned from a scan, as the command prints them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dedup.results import learn as module
from dedup.results.learn import learn
from dedup.spun.learn import Learned
from dedup.view.console import stdout_console
from dedup.view.learn import COLUMNS, learned_tsv, render_learned

if TYPE_CHECKING:
    from conftest import Program, Scrape

    from dedup import Results

SWAPS = {"harbour": "anchorage", "according to": "as told by", "railway": "iron road"}


def write_stories(scrape: Scrape, count: int, hostile: str = "") -> None:
    """Stories and what became of them on other sites; the last swap is too rare to recur."""
    for number in range(count):
        words = [word for word in scrape.words(number, 140) if word not in SWAPS]
        for place, natural in enumerate(SWAPS):
            if natural != "railway" or number < 2:
                words[12 + 30 * place : 12 + 30 * place] = [natural]
        text = " ".join(words) + "."
        other = text
        for natural, spun in SWAPS.items():
            other = other.replace(natural, spun)
        other = other.replace(words[-8], f"{words[-8]}{hostile}") if hostile else other
        scrape.records(
            f"{number}.jsonl",
            {"id": f"n{number}", "text": text, "source": "news", "published": f"2024-03-{number + 1:02}"},
            {"id": f"s{number}", "text": other, "source": f"site{number}", "published": "2024-05-01"},
        )


@pytest.fixture
def stories(scrape: Scrape) -> Results:
    write_stories(scrape, 4)
    return scrape.scan()


def test_recurring_swaps_are_learned(stories: Results) -> None:
    assert learn(stories) == [
        Learned("according to", "as told by", "f", "dictionary", 2.2, 4, 4, 4),
        Learned("harbour", "anchorage", "a", "dictionary", 1.2, 4, 4, 4),
    ]
    assert "iron road" in {one.spun for one in learn(stories, 2)}
    assert learn(stories, 5) == []


def test_batches_change_nothing(stories: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = learn(stories)
    monkeypatch.setattr(module, "_PAIRS", 1)
    assert learn(stories) == whole
    monkeypatch.setattr(module, "_PAIRS", 2000)
    monkeypatch.setattr(module, "_LETTERS", 10)
    assert learn(stories) == whole


def test_texts_that_are_not_kept_are_read_again(scrape: Scrape) -> None:
    write_stories(scrape, 3)
    assert [one.natural for one in learn(scrape.scan(no_text=True))] == ["according to", "harbour"]


def test_the_command_prints_lines_of_a_lexicon(stories: Results, program: Program) -> None:
    before = {path: path.read_bytes() for path in Path(stories.path).rglob("*") if path.is_file()}
    out, err = program("spun", "--learn", stories.path)
    assert out == (
        "natural\tspun\tclass\tfamily\tweight\tpairs\tsources\n"
        "according to\tas told by\tf\tdictionary\t2.2\t4\t4\n"
        "harbour\tanchorage\ta\tdictionary\t1.2\t4\t4\n"
    )
    assert not err
    assert program("spun", "--learn", stories.path) == (out, err)
    assert {path: path.read_bytes() for path in Path(stories.path).rglob("*") if path.is_file()} == before
    out, _ = program("spun", "--learn", stories.path, "--least", "2", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["spun"] for row in rows] == ["as told by", "anchorage", "iron road"]
    assert set(COLUMNS) < set(rows[0])


def test_swaps_of_an_own_lexicon_are_known(stories: Results, program: Program, tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text("natural\tspun\nharbour\tanchorage\n", "utf-8")
    out, _ = program("spun", "--learn", stories.path, "--lexicon", own)
    assert "according to" in out
    assert "anchorage" not in out


def test_nothing_recurs(scrape: Scrape, program: Program) -> None:
    scrape.write("a.txt", scrape.story(1))
    out, err = program("spun", "--learn", scrape.scan().path)
    assert not out
    assert err == "no swap that the lexicon lacks recurs in 3 pairs or more\n"


def test_wrong_use(stories: Results, program: Program, tmp_path: Path) -> None:
    for arguments in (
        ["spun"],
        ["spun", "--learn", stories.path, "a.txt"],
        ["spun", "--learn", stories.path, "--all"],
        ["spun", "--learn", stories.path, "--fail-on-spun"],
        ["spun", "--learn", stories.path, "--least", "0"],
        ["spun", "--learn", tmp_path / "missing"],
    ):
        out, err = program(*arguments, status=2)
        assert not out
        assert "dedup: " in err


def test_hostile_text_changes_no_line(scrape: Scrape, program: Program) -> None:
    write_stories(scrape, 4, "\t\x1b[31m\u202e\u2028[/b] x\u200by\x00")
    out, _ = program("spun", "--learn", scrape.scan().path, "--least", "1")
    assert len(out.splitlines()) > 2
    assert all(line.count("\t") == 6 for line in out.split("\n")[:-1])
    assert out.replace("\n", "").replace("\t", "").isprintable()


def test_views_show_anything_safely() -> None:
    odd = Learned("a\tb\nc", "\x1b[31m[/b]\u202e", "f", "dictionary", 1.2, 3, 0, 2)
    (_, line) = learned_tsv([odd])
    assert line == "a b␊c\t␛[31m[/b]·\tf\tdictionary\t1.2\t3\t0"
    shown = io.StringIO()
    stdout_console(100, shown, no_color=True).print(render_learned([odd]))
    assert "␛[31m[/b]·" in shown.getvalue()
    assert "natural" in shown.getvalue()
    assert "\x1b" not in shown.getvalue()
