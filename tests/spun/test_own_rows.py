"""Swaps of a user's own: their file, whatever is in it, and what they find."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.errors import UsageError
from dedup.spun import find_evidence, own_lexicon, own_rows
from dedup.spun.lexicon import collocations, names, shipped, words_of
from dedup.spun.own_rows import read_own_rows
from dedup.spun.patterns import count_spun, spun_collocations, spun_names
from dedup.text.words import split_text

if TYPE_CHECKING:
    from conftest import Scrape

HEADER = "natural\tspun\tclass\tfamily\tweight\n"
SWAPS = {
    "anchor": "mooring iron", "baker": "bread maker", "candle": "taper", "donkey": "burro",
    "falcon": "bird of prey", "harbour": "anchorage", "lantern": "luminary", "orchard": "grove",
}  # fmt: skip
OWN = "natural\tspun\n" + "".join(f"{natural}\t{spun}\n" for natural, spun in SWAPS.items())


def write(folder: Path, content: str | bytes) -> str:
    path = folder / "own.tsv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def refused(folder: Path, content: str | bytes) -> str:
    path = write(folder, content)
    with pytest.raises(UsageError) as caught:
        read_own_rows(path)
    message = str(caught.value)
    assert message.startswith(path)
    assert "\n" not in message
    assert len(message) < len(path) + 160
    return message.removeprefix(path)


# ------------------------------------------------------------------ the file


def test_a_row_has_its_defaults_and_is_folded(tmp_path: Path) -> None:
    rows = read_own_rows(write(tmp_path, "natural\tspun\nPort  Project\t“Seaport-Mission”\n"))
    assert rows == (("port project", "seaport mission", "a", "own", "1.2"),)
    rows = read_own_rows(write(tmp_path, "weight\tspun\tnatural\tclass\n\tb\ta\n2\td\tc\tv\n.50\tf\te\t\n"))
    assert rows == (
        ("a", "b", "a", "own", "1.2"),
        ("c", "d", "v", "own", "2.0"),
        ("e", "f", "a", "own", "0.5"),
    )


def test_order_repeats_remarks_and_line_ends_say_nothing(tmp_path: Path) -> None:
    plain = read_own_rows(write(tmp_path, OWN))
    lines = OWN.splitlines()
    mixed = ["\ufeff# mine", "", lines[0], *reversed(lines[1:]), " \t", "#\x00", lines[1].upper()]
    assert read_own_rows(write(tmp_path, "\r\n".join(mixed))) == plain
    assert own_lexicon(plain) is own_lexicon((*plain[:1], *plain[1:]))
    assert own_lexicon(()) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a", "no spun phrase"),
        ("\tb", "no natural phrase"),
        ("a\t \tf", "no spun phrase"),
        ("a\t...", "has no word"),
        ("a\tb\tf\town\t1\tmore", "6 fields"),
        ("a\tb c d e f g", "more than 5 words"),
        ("a b c d e f g h i j k\tb", "more than 10 words"),
        ("a\t" + "b" * 101, "more than 100 characters"),
        ("\ufdfa " * 30 + "\tb", "more than"),
        ("A b\ta-B", "are the same"),
        ("a\tb\tx", "class 'x' is none of"),
        ("a\tb\tf\town\t5.01", "weight '5.01' is no number"),
        ("a\tb\tf\town\t-1", "weight"),
        ("a\tb\tf\town\tnan", "weight"),
        ("a\tb\tf\town\tinf", "weight"),
        ("a\tb\tf\town\t1e1", "weight"),
        ("a\tb\tf\town\t1_0", "weight"),
        ("a\tb\tf\town\t٣", "weight"),
        ("a\tb\tf\town\t" + "9" * 90, "weight"),
        ("a\tb\0", r"control character '\x00'"),
        ("a\tb\x1b[31m", r"control character '\x1b'"),
        ("ᎠᎡ\tb", "letters that swaps can't be in"),
        ("語\tb\tn", "letters that swaps can't be in"),
        ("{0}%s[red]\tb\t[/red]{1}%n", "class '[/red]{1}%n'"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    message = refused(tmp_path, f"# mine\n{HEADER}good\tgoodly\n{line}\n\xff")
    assert message.startswith(", line 4: ")
    assert said in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no header"),
        ("# natural\tspun\n\n", "no header"),
        ("natural\n", "no column spun"),
        ("spun\tweight\n", "no column natural"),
        ("natural\tspun\tspun\n", "two columns spun"),
        ("natural,spun\n", "none of the columns"),
        ("natural\tspun\t\n", "none of the columns"),
        ("x" * 10_000, "none of the columns"),
        (b"natural\tspun\xff\n", "not UTF-8"),
        ("natural\tspun\n".encode("utf-16"), "not UTF-8"),
        (b"\x00" * 100, "control character"),
    ],
)
def test_a_bad_header_is_named(tmp_path: Path, content: str | bytes, said: str) -> None:
    message = refused(tmp_path, content)
    assert message.startswith(", line 1: ")
    assert said in message


def test_what_can_not_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError, match=f"^{path}: (Is a directory|No such file)"):
            read_own_rows(str(path))
    for name in ("", "a\0b", "\ud800"):
        with pytest.raises(UsageError):
            read_own_rows(name)
    if os.path.exists("/dev/zero"):
        with pytest.raises(UsageError, match="more than 10 MB"):
            read_own_rows("/dev/zero")
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(own_rows.MOST_BYTES + 1)
    with pytest.raises(UsageError, match="more than 10 MB"):
        read_own_rows(str(large))


def test_what_would_take_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = "natural\tspun\n" + "".join(f"a\tb{number}\n" for number in range(101))
    assert "line 102: more than 100 swaps whose natural phrase is 'a'" in refused(tmp_path, many)
    many = "natural\tspun\n" + "".join(f"a{number}\tb\n" for number in range(101))
    assert "line 102: more than 100 swaps whose spun phrase is 'b'" in refused(tmp_path, many)
    monkeypatch.setattr(own_rows, "MOST_ROWS", 60)
    assert "line 62: more than 60 swaps" in refused(tmp_path, many)
    monkeypatch.undo()
    common = ("of", "the", "in", "to", "for", "and", "new", "state", "house", "city", "white", "time")
    rows = "".join(f"{word}\t{word}x{number}\n" for word in common for number in range(100))
    assert "commonest words" in refused(tmp_path, "natural\tspun\n" + rows)


def test_what_is_counted_is_what_is_made() -> None:
    known = shipped().swaps
    made = sum(1 for _ in spun_collocations(known)) + sum(1 for _ in spun_names(known))
    assert made < count_spun(known) < own_rows.MOST_SPUN / 5
    assert count_spun({}) == len(collocations()) + len(names())


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_phrases_are_split_as_articles_are(text: str) -> None:
    assert words_of(text) == tuple(split_text(text).folded.tobytes().decode().split())


@settings(max_examples=50)
@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=4))
def test_any_file_is_read_or_refused_in_a_line(tmp_path_factory: Any, cells: list[list[str]]) -> None:
    lines = ["\t".join(row) for row in cells]
    path = write(tmp_path_factory.getbasetemp(), (HEADER + "\n".join(lines)).encode("utf-8", "replace"))
    with contextlib.suppress(UsageError):
        assert shipped().with_rows(read_own_rows(path)).swaps


# ------------------------------------------------------------------ what they find


def test_a_text_alone_shows_an_own_phrase(tmp_path: Path) -> None:
    text = "She left the Harbor Side Place, then {0} [red]the harbor side place[/red] was shut."
    assert not find_evidence(text)
    rows = read_own_rows(write(tmp_path, "natural\tspun\tclass\nquay\tharbor side place\tn\n"))
    found = find_evidence(text, own_lexicon(rows))
    assert [(one.phrase, one.natural) for one in found] == [
        ("Harbor Side Place", "Quay"),
        ("harbor side place", "quay"),
    ]
    accents = read_own_rows(write(tmp_path, "natural\tspun\nimage\tcliché d’été\n"))
    assert [one.natural for one in find_evidence("the CLICHÉ D'ÉTÉ of", own_lexicon(accents))] == ["IMAGE"]
    accents = read_own_rows(write(tmp_path, "natural\tspun\ncliché\tहिन्दी भाषा\n"))
    assert [one.natural for one in find_evidence("a हिन्दी भाषा of", own_lexicon(accents))] == ["cliché"]


def spin(text: str) -> str:
    for natural, spun in SWAPS.items():
        text = text.replace(natural, spun)
    return text


def test_two_texts_show_own_swaps(tmp_path: Path, new_scrape: type[Scrape]) -> None:
    text = original(new_scrape)
    assert dedup.compare(text, spin(text)).spun_side is None
    lexicon = own_lexicon(read_own_rows(write(tmp_path, OWN)))
    assert dedup.compare(text, spin(text), lexicon=lexicon).spun_side == "right"
    assert dedup.compare(spin(text), text, lexicon=lexicon).spun_side == "left"


def original(scrape: type[Scrape] | Scrape) -> str:
    """An article with all the natural phrases, apart from each other."""
    words = [word for word in scrape.words(5, 120) if word not in SWAPS]
    for place, natural in enumerate(SWAPS):
        words.insert(6 + 11 * place, natural)
    return " ".join(words) + "."


def spun_rows(results: dedup.Results) -> list[dict[str, Any]]:
    return list(results.rows("spun"))


def test_a_scan_knows_own_swaps(scrape: Scrape) -> None:
    text = original(scrape)
    scrape.write("a.txt", text)
    scrape.write("b.txt", spin(text))
    for number in range(6):
        scrape.write(f"other-{number}.txt", scrape.story(number + 50))
    path = write(scrape.home, OWN)
    without = scrape.scan(results=scrape.home / "without")
    assert [row["spun_side"] for row in without.rows("pairs")] == [None]
    assert spun_rows(without) == []
    found = scrape.scan(lexicon=path)
    assert [row["spun_side"] for row in found.rows("pairs")] == ["right"]
    assert {row["natural"]: row["phrase"] for row in spun_rows(found)} == SWAPS
    assert found.run["options"]["lexicon"] == path
    # The content counts, not how it is written: the same swaps are the same scan, others another.
    write(scrape.home, "# mine\n" + OWN)
    assert scrape.scan(lexicon=path).run == found.run
    write(scrape.home, OWN.replace("taper", "wax light"))
    with pytest.raises(UsageError, match=r"other options \(lexicon\)"):
        scrape.scan(lexicon=path)
    with pytest.raises(UsageError, match=r"other options \(lexicon\)"):
        scrape.scan()
    fewer = scrape.scan(lexicon=path, overwrite=True)
    assert {row["natural"] for row in spun_rows(fewer)} == {*SWAPS} - {"candle"}
    assert spun_rows(scrape.scan(lexicon=path, no_spun=True, overwrite=True)) == []


def test_any_number_of_processes_knows_own_swaps(scrape: Scrape) -> None:
    text = original(scrape)
    scrape.write("a.txt", text)
    for number in range(4):
        scrape.write(f"b{number}.txt", spin(text) + f" {scrape.words(number)[0]}")
    path = write(scrape.home, OWN)
    one, two = (scrape.scan(lexicon=path, jobs=jobs, results=scrape.home / str(jobs)) for jobs in (1, 2))
    for table in ("articles", "pairs", "clusters", "spun"):
        assert list(one.rows(table)) == list(two.rows(table))
    assert spun_rows(two)


def test_a_scan_needs_the_lexicon_that_it_was_given(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    with pytest.raises(UsageError, match="No such file"):
        scrape.scan(lexicon=str(scrape.home / "missing"))
    with pytest.raises(UsageError, match=r"own\.tsv, line 2: no spun phrase"):
        scrape.scan(lexicon=write(scrape.home, "natural\tspun\na\n"))
    assert not scrape.results.exists()
