"""The shipped data is sound, and what is built from it too."""

import re

import pytest

from dedup.spun import Lexicon, conditions, find_evidence, lexicon, patterns
from dedup.spun.inflect import forms
from dedup.spun.lexicon import shipped
from dedup.verify.pair import compare

FILES = ("swaps.tsv", "artefacts.tsv", "collocations.tsv", "names.tsv", "plain.tsv", "classes.tsv")
SIGNALS = {"function-words", "swap", "name", "nationality", "reporting", "abbreviation", "tortured"}


@pytest.mark.parametrize("name", FILES)
def test_rows_are_distinct_and_tidy(name: str) -> None:
    rows = lexicon.read_table(name)
    assert len({tuple(row) for row in rows}) == len(rows)
    assert all(cell == cell.strip() for row in rows for cell in row)
    assert all(row[0] for row in rows)


def test_swaps_change_something_and_weigh_something() -> None:
    seen = set()
    for natural, spun, kind, family, weight in lexicon.read_table("swaps.tsv"):
        assert natural != spun
        assert kind in {"v", "n", "a", "f"}
        assert family in {"dictionary", "verbose", "technical"}
        assert float(weight) > 0
        assert (natural, spun, kind) not in seen
        seen.add((natural, spun, kind))


def test_artefacts_expand_to_what_differs_from_natural() -> None:
    seen = set()
    for artefact in lexicon.artefacts():
        assert artefact.pattern not in seen
        seen.add(artefact.pattern)
        assert artefact.signal in SIGNALS
        assert artefact.weight > 0
        assert conditions.tests(artefact.condition) is not None
        grams = list(patterns.expand(artefact))
        assert grams, artefact.pattern
        for gram, entry in grams:
            assert " ".join(gram[entry.begin : entry.end]) != entry.natural.lower()
            assert not re.search(r"[{}|\[\]]", entry.natural)


def test_entries_hold_no_collocation_and_no_name() -> None:
    entries = patterns.entries()
    assert not set(lexicon.collocations()) & {
        g for g, e in entries.items() if e.signal == "swap" and not e.condition
    }
    assert all(lexicon.words_of(name) not in entries for name in lexicon.names())
    assert all(1 <= len(gram) <= patterns.LONGEST for gram in entries)
    assert all(entry.weight > 0 for entry in entries.values())


def test_forms_pair_up() -> None:
    assert forms("stress", "v") == ("stress", "stresses", "stressed", "stressed", "stressing")
    assert forms("become", "v") == ("become", "becomes", "became", "become", "becoming")
    assert forms("spice up", "v") == ("spice up", "spices up", "spiced up", "spiced up", "spicing up")
    assert forms("carry", "v")[1:3] == ("carries", "carried")
    assert forms("stop", "v")[2:] == ("stopped", "stopped", "stopping")
    assert forms("agree", "v")[2:] == ("agreed", "agreed", "agreeing")
    assert forms("occur", "v")[2:] == ("occurred", "occurred", "occurring")
    assert forms("undergo", "v")[:4] == ("undergo", "undergoes", "underwent", "undergone")
    assert forms("chairman", "n") == ("chairman", "chairmen")
    assert forms("human", "n") == ("human", "humans")
    assert forms("policy", "n") == ("policy", "policies")
    assert forms("box", "n") == ("box", "boxes")
    assert forms("quickly", "f") == ("quickly",)


@pytest.mark.parametrize("bad", ["nearby", "after", "capital:x", "not-known:a"])
def test_an_unknown_condition_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="unknown condition"):
        conditions.tests(bad)


@pytest.mark.parametrize("bad", ["no brackets", "[ ]", "[ a b", "[ a b c d e f g h ]"])
def test_a_malformed_pattern_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"brackets|length"):
        list(patterns.expand(lexicon.Artefact(bad, "x", "swap", 1.0, "")))


def test_a_users_rows_come_on_top() -> None:
    swap = ("bad idea", "poor notion of thought", "n", "dictionary", "2.2")
    lexicon = shipped().with_rows([swap], [("[ mauve ] tape", "red", "swap", "1.5", "")])
    text = "It was a poor notion of thought, and all that mauve tape by way of video hyperlink."
    (known,) = find_evidence(text)
    phrases = [one.phrase for one in find_evidence(text, lexicon)]
    assert phrases == ["poor notion of thought", "mauve", known.phrase]
    assert [one.natural for one in find_evidence(text, Lexicon((swap,), ()))] == ["bad idea"]


def test_a_lexicon_without_rows_knows_nothing() -> None:
    nothing = Lexicon((), ())
    original = "The leader said on Monday that families in the city had not been told of the plan by anybody."
    spun = original.replace("leader said", "chief mentioned").replace("families", "households")
    spun = spun.replace("city", "metropolis")
    assert compare(original, spun).swapped_words == 4
    assert compare(original, spun, lexicon=nothing).swapped_words == 0
    assert find_evidence(spun, nothing) == []
    assert patterns.entries(nothing) == {}


def test_mild_swaps_of_all_words_weigh_less_than_where_a_word_is_left() -> None:
    """What they make of "heavy rain" may be a phrase of its own; "all day long" is still in its place."""

    def weights(heavy: str) -> tuple[float, float]:
        rows = ("heavy", "weighty", "a", "", heavy), ("rain", "wet", "n", "", "1.2")
        more = ("day", "date", "n", "", "1.2"), ("long", "lengthy", "a", "", "1.2")
        found = patterns.entries(Lexicon((*rows, *more), ()))
        return found["weighty", "wet"].weight, found["all", "date", "lengthy"].weight

    whole, in_part = weights("1.2")
    assert whole < in_part
    whole, in_part = weights("2.2")  # which makes no sense in any context
    assert whole == in_part
