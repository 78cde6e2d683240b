"""Constructed cases are what their truth says, by checks of their own; and the arithmetic of judging them."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from click.testing import CliRunner

from benchmarks.kinds.command import kinds, list_wrong
from benchmarks.kinds.judge import (
    NOT_REPORTED,
    Judged,
    Strays,
    count_strays,
    format_tables,
    judge,
    make_rows,
    wilson,
)
from benchmarks.kinds.material import Exhausted, Supply, is_prose, keep_apart
from benchmarks.kinds.plan import FORMS, TEMPLATE, TOLD, make_scrape
from benchmarks.kinds.reword import reword
from benchmarks.kinds.scrape import CONTAINS, COPY, EXACT, KINDS, NONE, PARTIAL, REWRITE, Case, Scrape
from benchmarks.kinds.stories import EVENTS, TEMPLATES, Names, tell
from benchmarks.kinds.synonyms import entries
from benchmarks.kinds.texts import cut, longest_run, share_changed, split_sentences

Texts = tuple[Case, str, str]


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def runs(one: list[str], other: list[str]) -> list[int]:
    """Lengths of the stretches of ten words or more that stand in both, in any order, the longest first."""
    found: list[int] = []
    while True:
        block = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
        if block.size < 10:
            return found
        found.append(block.size)
        one = [*one[: block.a], "\0", *one[block.a + block.size :]]
        other = [*other[: block.b], "\1", *other[block.b + block.size :]]


def matched(one: list[str], other: list[str]) -> int:
    """Words of both, as many times as they stand there: more than any alignment matches."""
    return (Counter(one) & Counter(other)).total()


@pytest.fixture(scope="module")
def scrape() -> Scrape:
    return make_scrape(240, 3, None)


@pytest.fixture(scope="module")
def cases(scrape: Scrape) -> dict[str, list[Texts]]:
    texts = scrape.texts()
    found = defaultdict(list)
    for case in scrape.cases:
        found[case.kind].append((case, texts[case.one], texts[case.other]))
    return found


def test_all_forms_are_there(scrape: Scrape) -> None:
    forms = {(kind, form) for kind, there in FORMS.items() for form in there}
    forms |= {(NONE, TEMPLATE), (NONE, TOLD)}
    assert {case[:2] for case in scrape.cases} == forms
    assert len(scrape) >= 240


def test_the_same_seed_makes_the_same_scrape() -> None:
    one, other, third = (make_scrape(100, seed, None) for seed in (1, 1, 2))
    assert one.texts() == other.texts()
    assert one.cases == other.cases
    assert not set(one.texts()) & set(third.texts())


def test_exact_ones_have_the_same_words(cases: dict[str, list[Texts]]) -> None:
    for case, one, other in cases[EXACT]:
        assert one != other, case
        assert words(one) == words(other), case


def test_copies_share_their_body(cases: dict[str, list[Texts]]) -> None:
    for case, one, other in cases[COPY]:
        left, right = words(one), words(other)
        assert left != right
        assert matched(left, right) >= 0.7 * len(left), case
        if case.form in {"cropped", "paragraph left out"}:
            assert 0.7 * len(left) < len(right) < len(left), case


def test_pieces_stand_whole_in_longer_ones(cases: dict[str, list[Texts]]) -> None:
    for case, piece, host in cases[CONTAINS]:
        inner, outer = words(piece), words(host)
        assert len(inner) >= 60
        assert len(outer) >= 2 * len(inner), case
        assert " ".join(inner) in " ".join(outer), case


def test_passages_stand_in_both_with_text_of_their_own_around(cases: dict[str, list[Texts]]) -> None:
    for case, one, other in cases[PARTIAL]:
        left, right = words(one), words(other)
        sizes = runs(left, right)
        said = sorted(map(int, re.findall(r"\d+", case.strength)), reverse=True)
        # A word beside a passage may be the same by chance.
        assert len(sizes) == len(said) == int(case.form[0]), case
        assert all(0 <= size - wanted <= 3 for size, wanted in zip(sizes, said, strict=True)), case
        assert 45 <= said[-1] <= said[0] <= 120
        assert sum(said) < 0.45 * min(len(left), len(right)), case
        assert left[:3] != right[:3]
        assert left[-3:] != right[-3:]


def test_rewrites_change_much_and_keep_names_and_numbers(cases: dict[str, list[Texts]]) -> None:
    for case, one, other in cases[REWRITE]:
        left, right = words(one), words(other)
        assert max(runs(left, right), default=0) <= 15, case
        blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
        assert sum(block.size for block in blocks) <= 0.65 * len(left), case
        assert Counter(re.findall(r"\d+", one)) == Counter(re.findall(r"\d+", other))
        # Made-up names have a capital inside sentences.
        names = set(re.findall(r"(?<=[a-z] )[A-Z][a-z]+", one))
        assert len(names & set(re.findall(r"[A-Z][a-z]+", other))) >= 0.9 * len(names), case


def test_strangers_share_no_more_than_is_said(cases: dict[str, list[Texts]]) -> None:
    for case, one, other in cases[NONE]:
        sizes = runs(words(one), words(other))
        if case.form in {"same event", TOLD}:
            assert max(sizes, default=0) < 20, case
        elif case.form in {"same quotation", "same statement"}:
            assert len(sizes) == 1, case
            assert 0 <= sizes[0] - int(case.strength.split()[0]) <= 3, case
            low, high = (30, 60) if case.form == "same quotation" else (60, 110)
            assert low <= int(case.strength.split()[0]) <= high
        elif case.form == TEMPLATE:
            assert matched(words(one), words(other)) > 0.5 * len(words(one)), case
        else:
            assert case.form == "same furniture"
            assert sum(sizes) <= int(case.strength.split()[0]) + 6, case


def test_templates_have_ten_instances(scrape: Scrape) -> None:
    instances: dict[str, set[str]] = defaultdict(set)
    for case in scrape.cases:
        if case.form == TEMPLATE:
            instances[case.strength] |= {case.one, case.other}
    assert len(instances) == len(TEMPLATES)
    assert min(map(len, instances.values())) >= 10


def test_articles_that_no_case_links_have_no_passage_in_common(scrape: Scrape) -> None:
    linked = {name for case in scrape.cases for name in (case.one, case.other)}
    seen: set[tuple[str, ...]] = set()
    for name, text in scrape.texts().items():
        if name in linked:
            continue
        body = words(max(text.split("\n\n"), key=len))
        passages = {tuple(body[at : at + 15]) for at in range(len(body) - 14)}
        assert not passages & seen
        seen |= passages


def test_events_are_told_in_other_words() -> None:
    for event in range(len(EVENTS)):
        for one, other in EVENTS[event]:
            assert max(runs(words(one), words(other)), default=0) == 0
        one_told, other_told = tell(event, random.Random(event))  # noqa: S311
        assert len(one_told) == len(other_told) == 6
        assert not set(one_told) & set(other_told)
        assert not re.search("[{}]", " ".join(one_told + other_told))


def test_slots_are_filled() -> None:
    names = Names(random.Random(1))  # noqa: S311
    one, other, third = names.fill("{town1}|{town1}|{town2}").split("|")
    assert one == other != third


# ---------------------------------------------------------------------- words


def test_the_list_of_synonyms() -> None:
    lines = Path("benchmarks/kinds/synonyms.txt").read_text("utf-8").splitlines()[2:]
    assert len(lines) >= 300
    assert len({line.split(" = ")[0] for line in lines}) == len(lines)
    for phrase, there in entries().items():
        assert phrase == phrase.lower()
        assert all(choice and phrase != choice for entry in there for choice in entry.choices)


@pytest.mark.parametrize(
    ("form", "choices"),
    [
        ("cancelled", None),
        ("postponed", ("put off", "delayed")),
        ("postponing", ("putting off", "delaying")),
        ("stopping", ("halting", "ending")),
        ("agencies", ("bodies", "offices")),
        ("crises", ("emergencies",)),
    ],
)
def test_forms_of_words(form: str, choices: tuple[str, ...] | None) -> None:
    there = entries().get(form)
    assert (there[0].choices if there else None) == choices


def test_verbs_and_nouns_are_told_apart() -> None:
    def say(sentence: str) -> str:
        (found,) = reword([sentence], entries(), random.Random(1))  # noqa: S311
        return found

    assert say("They decided to increase pay.").split()[3] in {"raise", "lift"}
    assert say("An increase came.").split()[:2] in (["A", "rise"], ["A", "gain"])


@pytest.mark.parametrize(
    ("sentence", "reworded"),
    [
        ("Mr Holm said that the old mill was not for sale.", "The old mill wasn't for sale, Mr Holm said."),
        (
            "Although rain fell all night, the river did not rise.",
            "The river didn't rise although rain fell all night.",
        ),
        ("The queen of the island opened a new mill.", "A new mill was opened by the island's queen."),
        ('"It is not over," he said.', '"It isn\'t over," he said.'),
        ("Both were fond of bread and butter.", "Both were fond of butter and bread."),
    ],
)
def test_order_voice_and_contractions(sentence: str, reworded: str) -> None:
    assert reword([sentence], {}, random.Random(1)) == [reworded]  # noqa: S311


def test_sentences_are_split_and_merged() -> None:
    chance = random.Random(1)  # noqa: S311
    long = "The mill by the river was sold to a baker, but the house beside it stayed empty for years."
    split = [
        "The mill by the river was sold to a baker.",
        "However, the house beside it stayed empty for years.",
    ]
    assert reword([long], {}, chance, divide=True) == split
    short = ["The mill was sold.", "The house stayed empty."]
    assert reword(short, {}, chance, divide=True) == ["The mill was sold, and the house stayed empty."]
    assert reword(short, {}, chance) == short


def test_sentences_are_told_apart() -> None:
    text = 'Sen. Holm came at 9 p.m. on Monday. He left the U.S. Senate.Mr. Lund stayed. "Why?" Nobody knew'
    assert split_sentences(text) == [
        "Sen. Holm came at 9 p.m. on Monday.",
        "He left the U.S. Senate.",
        "Mr. Lund stayed.",
        '"Why?"',
        "Nobody knew",
    ]
    assert is_prose("He left the house early.")
    assert not is_prose("HE LEFT THE HOUSE EARLY.")
    assert not is_prose("He left the house early")


def test_measures_of_change() -> None:
    assert longest_run("a b c d e", "x b c d y") == 3
    assert share_changed("a b c d", "d a b x") == 0.5
    assert cut(["a b c", "d e", "f"], 4, 5) == ["a b c", "d e"]
    assert cut(["a b c", "d e f"], 4, 5) is None


def test_articles_with_a_passage_in_common_are_kept_apart() -> None:
    passage = "one two three four five six seven eight nine ten"
    articles = [[f"A {passage}."], [f"B {passage}."], ["Others say others."]]
    supply = Supply(keep_apart(articles), random.Random(1))  # noqa: S311
    assert [supply.take_whole(), supply.take_whole()] == [articles[0], articles[2]]
    with pytest.raises(Exhausted):
        supply.take_whole()


# ---------------------------------------------------------------------- judging

CASES = [
    Case(COPY, "edited", "5 %", "a", "b"),
    Case(COPY, "cropped", "80 %", "c", "d"),
    Case(PARTIAL, "1 passage", "50", "e", "f"),
    Case(NONE, TEMPLATE, "", "g", "h"),
    Case(NONE, TEMPLATE, "", "h", "i"),
]
REPORTED = {
    frozenset("ab"): "copy",
    frozenset("cd"): "contains",
    frozenset("gh"): "copy",
    frozenset("gi"): "copy",
    frozenset("ae"): "exact",
}


def test_what_was_said_is_judged() -> None:
    judged = judge(CASES, REPORTED)
    assert [one.said for one in judged] == ["copy", "contains", NOT_REPORTED, "copy", NOT_REPORTED]
    assert [one.right for one in judged] == [True, False, False, False, True]
    assert count_strays(CASES, REPORTED) == Strays(within=1, across=1)
    assert list_wrong(judged).splitlines()[0] == "copy, cropped (80 %): contains  c d"
    assert len(list_wrong(judged).splitlines()) == 3


def test_the_confusion_table() -> None:
    rows = make_rows(judge(CASES, REPORTED))
    named = {(row["kind"], row["form"]): row for row in rows}
    everything = named["all", "all"]
    assert (everything["cases"], everything["right"], everything["accuracy"]) == (5, 2, 0.4)
    assert (everything["low"], everything["high"]) == wilson(2, 5)
    copies = named[COPY, "all"]
    assert (copies["copy"], copies["contains"], copies["accuracy"]) == (1, 1, 0.5)
    assert named[NONE, TEMPLATE][NOT_REPORTED] == named[NONE, TEMPLATE]["copy"] == 1
    for row in rows:
        assert sum(row[kind] for kind in (*KINDS[:-1], NOT_REPORTED)) == row["cases"]
    table = format_tables(rows)
    assert "| copy |  | 1 | 1 |  |  |  | 0.500 | 0.095 - 0.905 |" in table
    assert "| partial | 1 passage |  |  |  |  |  | 1 | 0.000 | 0.000 - 0.793 |" in table


def test_intervals() -> None:
    # Figures of Newcombe's paper on intervals of proportions (1998).
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)
    assert wilson(0, 0) == (0, 1)
    assert make_rows([Judged(CASES[0], "copy")])[0]["high"] == 1


@pytest.mark.slow
def test_a_run(tmp_path: Path) -> None:
    arguments = [
        "--articles",
        "100",
        "--work",
        str(tmp_path / "work"),
        "--runs",
        str(tmp_path / "runs"),
        "--list",
    ]
    done = CliRunner().invoke(kinds, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "| exact | letter case | 1 |" in done.output
    assert "between articles that have nothing in common" in done.output
    (record,) = (tmp_path / "runs").glob("*/kinds.csv")
    assert record.read_text("utf-8").startswith("kind,form,cases,exact,copy,contains,partial,rewrite,")


def test_too_few_real_articles(tmp_path: Path) -> None:
    for name in ("reuters21578", "senate_press"):
        (tmp_path / name).mkdir()
        line = orjson.dumps({"id": name, "text": f"The old mill of {name} was sold on Monday. " * 20})
        with pa.CompressedOutputStream(str(tmp_path / name / "docs.jsonl.zst"), "zstd") as file:
            file.write(line + b"\n")
    done = CliRunner().invoke(kinds, ["--data", str(tmp_path), "--work", str(tmp_path / "work")])
    assert done.exit_code == 2
    assert "too few articles" in done.output
