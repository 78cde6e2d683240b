"""The spinner, the lexicon that it is judged by, and the command on sets that are made up."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.kinds.texts import count_words, share_changed
from benchmarks.spinner.by_paragraph import PART_BOUNDS, Part, count_parts, make_parts, parts_of
from benchmarks.spinner.command import spinner
from benchmarks.spinner.families import FAMILIES, family, habits, held_out
from benchmarks.spinner.lexicons import HALVES, half_of
from benchmarks.spinner.report import BOUNDS, make_row, make_tables
from benchmarks.spinner.spin import spin
from benchmarks.spinner.trials import Case, Trial, make_spun, put_to_test, read_articles, shorten
from dedup.spun import Lexicon, Verdict, find_spun
from dedup.spun.lexicon import shipped
from dedup.spun.model import Paragraph
from dedup.spun.patterns import entries

PARAGRAPHS = """The mayor of the city said on Monday that the government will support families hit by the
storm because their houses were damaged. About 1,200 people in the north of the country lost their homes, and
many of them live with friends until the council can find money for repairs.

The leader of the opposition in the White House called the plan weak. “The government must help people now,”
she said. Companies in the region want to know how the new tax will work, and they asked officials for
information about the cost of energy.

Students joined the protest near the university last week. Doctors told reporters that patients had to wait
for treatment at the same time, but the hospital said that it was able to begin most operations within 30
days."""
QUOTED = "“The government must help people now,”"


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311


def spun(name: str, rate: float = 0.2, seed: int = 1, text: str = PARAGRAPHS) -> str:
    return spin(text, family(name), rate, chance(seed))


@pytest.mark.parametrize("name", FAMILIES)
def test_quotations_and_numbers_stay(name: str) -> None:
    for seed in range(5):
        version = spun(name, 1.0, seed)
        assert QUOTED in version
        assert "1,200" in version
        assert "30" in version
        assert version.count("\n\n") == PARAGRAPHS.count("\n\n")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_seed_decides(name: str) -> None:
    assert spun(name) == spun(name)
    assert len({spun(name, 0.05, seed) for seed in range(5)}) > 1


@pytest.mark.parametrize("name", [name for name in FAMILIES if not family(name).spared])
def test_about_the_asked_share_is_swapped(name: str) -> None:
    words = count_words([PARAGRAPHS.replace(QUOTED, "")])
    for rate in (0.05, 0.1):
        changed = [share_changed(PARAGRAPHS, spun(name, rate, seed)) for seed in range(10)]
        # A swap may keep a word of its phrase ("used" of "used to"), and the last may be of several.
        assert 0.4 * rate < sum(changed) / len(changed) < rate + 4 / words
    assert spun(name, 0.0) == PARAGRAPHS


def test_some_paragraphs_are_spared() -> None:
    kept = [
        sum(one == other for one, other in zip(PARAGRAPHS.split("\n\n"), version.split("\n\n"), strict=True))
        for version in (spun("dictionary", 0.5, seed) for seed in range(20))
    ]
    assert 0 < sum(kept) < 20 * 3
    assert max(kept) < 3


def test_capitals_follow_the_text() -> None:
    version = spun(
        "dictionary", 1.0, 3, "Leaders met. Many companies in the city like it.\n\nJohn Major met."
    )
    assert all(sentence[0].isupper() for sentence in re.split(r"(?<=[.])\s+", version))
    names = [spun("dictionary", 1.0, seed, "He came to the White House there.") for seed in range(60)]
    assert any("White Home" in text for text in names)
    assert sum("White House" in text for text in names) > len(names) / 4
    assert all("White House" in spun("thesaurus", 1.0, seed, "Of the White House.") for seed in range(20))


def test_a_phrase_never_crosses_a_break() -> None:
    table = Lexicon((("at last", "in the end", "f", "", "1"),), ()).swaps
    only = family("unknown")._replace(swaps=table, habits=frozenset())
    for text, changes in (
        ("we came at last home", True),
        ("we came at\nlast home", True),
        ("we came at, last home", False),
        ("we came at\n\nlast home", False),
    ):
        assert (spin(text, only, 1.0, chance(1)) != text) is changes


@pytest.mark.parametrize("text", ["", " \n", "1 2 3", "“All of it is quoted.”", "\x00…\ud800"])
def test_nothing_to_swap(text: str) -> None:
    assert all(spun(name, 1.0, 1, text) == text for name in FAMILIES)


def pairs_of(lexicon: Lexicon) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    return {(natural, swap.spun) for natural, group in lexicon.swaps.items() for swap in group}


def test_no_swap_that_is_held_out_is_in_the_lexicon() -> None:
    rows = held_out()
    assert len(rows) >= 300
    assert len(set(rows)) == len(rows)
    known = pairs_of(shipped())
    assert not known & pairs_of(Lexicon(rows, ()))
    assert not known & pairs_of(Lexicon(tuple(row for name in FAMILIES for row in habits(name)), ()))
    assert {row[2] for row in rows} <= {"v", "n", "a"}
    assert all(cell == cell.strip().lower() != "" for row in rows for cell in row)


def test_the_halves_of_the_lexicon() -> None:
    one, other = (half_of(which) for which in HALVES)
    all_swaps = set(shipped().swap_rows)
    assert not set(one.swap_rows) & set(other.swap_rows)
    assert not set(one.artefact_rows) & set(other.artefact_rows)
    assert len(one.swap_rows) + len(other.swap_rows) == len(all_swaps)
    assert len(one.artefact_rows) + len(other.artefact_rows) == len(shipped().artefact_rows)
    for half in (one, other):
        assert 0.4 < len(half.swap_rows) / len(all_swaps) < 0.6
        assert 0.4 < len(half.artefact_rows) / len(shipped().artefact_rows) < 0.6


@pytest.mark.parametrize("which", HALVES)
def test_what_is_held_back_is_never_known(which: int) -> None:
    half = half_of(which)
    held = tuple(row for row in shipped().swap_rows if row not in half.swap_rows)
    assert not pairs_of(half) & pairs_of(Lexicon(held, ()))
    # Nor is it through an entry of the index that puts one into the other's place.
    swaps = Lexicon(held, ()).swaps
    for gram, entry in entries(half).items():
        phrase, natural = gram[entry.begin : entry.end], tuple(entry.natural.lower().split())
        assert not any(swap.spun == phrase for swap in swaps.get(natural, ()))


def test_half_a_lexicon_finds_less() -> None:
    case = Case("spun", "dictionary", 0.3, 0, PARAGRAPHS, spun("dictionary", 0.3), 0.3, True)
    whole, half = (put_to_test(case, name) for name in ("whole", "half"))
    assert whole.side == "version"
    assert half.phrases <= whole.phrases
    assert half.phrases_beside < whole.phrases_beside
    mirrored = put_to_test(case._replace(is_right=False), "whole")
    assert mirrored == whole._replace(case=mirrored.case)


def test_a_shortened_article_lacks_sentences() -> None:
    text = " ".join(f"This is the sentence of number {number}." for number in range(20))
    found = shorten(text, chance(1))
    assert found.count("sentence") == 18
    assert set(re.findall(r"\d+", found)) < set(re.findall(r"\d+", text))


def test_the_figures() -> None:
    case = Case("spun", "verbose", 0.1, 0, "", "", 0.1, False)
    trials = [
        Trial(case, "whole", True, True, 0.97, 4, "version", 6),
        Trial(case, "whole", False, True, 0.5, 2, "original", 3),
        Trial(case, "whole", False, False, 0.02, 1, "", 0),
    ]
    row = make_row(trials)
    assert (row["alone_hits"], row["likely_hits"], row["beside_hits"], row["right_hits"]) == (1, 2, 2, 1)
    assert (row["alone"], row["beside"], row["right"]) == (1 / 3, 2 / 3, 1 / 2)
    assert (row["phrases"], row["phrases_beside"]) == (2, 4.5)
    assert [row[f"scores_from_{bound:g}"] for bound in BOUNDS] == [1, 0, 0, 0, 1, 1]
    assert row["alone_low"] < 1 / 3 < row["alone_high"]
    assert make_row(trials[2:])["right"] is None


def test_a_score_is_a_probability_where_few_are_spun() -> None:
    case = Case("spun", "verbose", 0.1, 0, "", "", 0.1, False)
    clean = Case("as it is", "", 0.0, 0, "", "", 0.0, False)
    spun = [Trial(case, "half", False, True, 0.6, 4, "", 0), Trial(case, "half", False, False, 0.0, 4, "", 0)]
    others = [Trial(clean, "half", False, False, score, 0, "", 0) for score in [0.6] + [0.0] * 99]
    lines = make_tables([make_row(spun), make_row(others)])[2].rows
    assert lines[4] == ["0.5 to 0.9", "0.5000", "0.01000", f"{1 + 50 * 0.3 / 0.7:,.0f}"]
    assert lines[5] == ["0.9 to 1", "0.0000", "0.00000", ""]


def test_paragraphs_that_the_spinner_changed_are_told() -> None:
    table = Lexicon((("mayor", "city manager", "n", "", "1"), ("home", "dwelling", "n", "", "1")), ()).swaps
    only = family("unknown")._replace(swaps=table, habits=frozenset())
    # The swap makes a line too long to be one that is broken for its width; what follows it stays as it was.
    wrapped = f"The mayor {'and the council ' * 5}said so and\nnobody answered."
    original = f"{wrapped}\n\nNobody spoke.\n\nThey went home.\n\nThey slept."
    text = spin(original, only, 1.0, chance(1))
    verdict, _ = find_spun(text)
    parts = list(parts_of(original, text, verdict))
    assert [one.changed for one in parts] == [True, False, False, True, False]
    assert text.count("\n") == original.count("\n")
    assert not any(one.changed for one in parts_of(original, original, verdict))
    assert not list(parts_of("One.\n\nTwo.", "One.\n\nToo.", verdict))


def test_a_paragraph_that_is_not_listed_has_no_score() -> None:
    text = "One.\n\nToo.\n\nThree.\n\nFore."
    verdict = Verdict(0.95, True, (Paragraph(6, 10, 0.6),))
    scores = [Part(True, False, 0.0), Part(True, True, 0.6), Part(True, False, 0.0), Part(True, True, 0.0)]
    assert list(parts_of("One.\n\nTwo.\n\nThree.\n\nFour.", text, verdict)) == scores


def test_the_share_of_changed_paragraphs_at_which_a_score_is_a_probability() -> None:
    parts = [Part(True, True, 0.6)] * 3 + [Part(True, True, 0.0)] + [Part(True, False, 0.6)]
    parts += [Part(True, False, 0.0)] * 3 + [Part(False, True, 0.95)] + [Part(False, False, 0.0)] * 10
    lines = make_parts([{"lexicon": "half", **count_parts(parts)}], "Scores").rows
    assert len(lines) == 2 * len(PART_BOUNDS)
    # 3 of 4 changed ones, and 1 of 4 others: even odds become 3 to 1, and a half to 1 become 1.5 to 1.
    assert lines[0] == ["half", "accused", "not listed", "4", "0.2500", "0.75000", "0.250", ""]
    assert lines[1] == ["half", "accused", "0.5 to 0.7", "4", "0.7500", "0.25000", "0.750", "0.3333"]
    assert lines[5] == ["half", "not accused", "not listed", "10", "0.0000", "1.00000", "", ""]
    assert lines[9] == ["half", "not accused", "0.95 to 1", "1", "1.0000", "0.00000", "", ""]


def write_sets(data: Path) -> None:
    for name, count in (("reuters21578", 2), ("senate_press", 3)):
        (data / name).mkdir(parents=True)
        texts = [
            f"{PARAGRAPHS}\n\nThis is number {number} of the set.\n\n{PARAGRAPHS}" for number in range(count)
        ]
        lines = [json.dumps({"id": f"{name} {number}", "text": text}) for number, text in enumerate(texts)]
        short = json.dumps({"id": "short", "text": "Too short."})
        (data / name / "docs.jsonl").write_text("\n".join([*lines, short]) + "\n", "utf-8")


def test_articles_come_from_all_sets(tmp_path: Path) -> None:
    write_sets(tmp_path)
    assert len(read_articles(tmp_path, 100, 1)) == 5
    assert len(read_articles(tmp_path, 2, 1)) == 2
    texts = read_articles(tmp_path, 4, 1)
    assert texts == read_articles(tmp_path, 4, 1)
    cases = list(make_spun(texts, "verbose", 0.2, 1))
    assert cases == list(make_spun(texts, "verbose", 0.2, 1))
    assert not list(make_spun(["42 17."], "verbose", 0.2, 1))  # left as it is, it isn't spun
    assert [case.original for case in cases] == texts


def test_the_command(tmp_path: Path) -> None:
    write_sets(tmp_path / "data")
    options = ["--data", tmp_path / "data", "--work", tmp_path / "work", "--runs", tmp_path / "runs"]
    more = ["--family", "verbose", "--family", "unknown", "--rate", "0.2", "--articles", "3", "--clean", "4"]
    more += ["--markdown"]
    result = CliRunner().invoke(spinner, [*map(str, options), *more])
    assert result.exit_code == 0, result.output
    assert "| verbose | half | 0.2 |" in result.output
    assert "| shortened | whole | 3 |" in result.output
    versions = (tmp_path / "work" / "versions.jsonl").read_text("utf-8").splitlines()
    assert len(versions) == 3 * (2 + 2) + 4
    assert "| 0 to 0.05 |" in result.output
    assert "| half | accused | 0.5 to 0.7 |" in result.output
    assert len(list((tmp_path / "runs").glob("*/spinner.*"))) == 3


def test_without_articles(tmp_path: Path) -> None:
    result = CliRunner().invoke(spinner, ["--data", str(tmp_path), "--runs", str(tmp_path)])
    assert result.exit_code == 1
    assert "has no articles of" in result.output
