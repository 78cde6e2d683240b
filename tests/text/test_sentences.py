from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from together import split

from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, HAN, JOINED, LONGEST, LONGEST_QUOTED, QUOTED

WORDS = ["the", "Ferry", "quay", "Mr", "S", "7", "150", "night", "No", "p9", "Harbour", "x" * 12]
GAPS = [" ", ", ", ". ", "? ", "! ", "\n", "\n\n", ".\n", ' "', '" ', '." ', '. "', ".", "-", ": ", "... "]
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=60).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)


def marks_of(text: str) -> list[int]:
    marks: list[int] = split([text])[1].tolist()
    return marks


def shown(text: str, mark: int) -> list[str]:
    """The words that have a mark, as they stand in the text."""
    words, marks = split([text])
    places = zip(words.starts.tolist(), words.ends.tolist(), marks.tolist(), strict=True)
    return [text[start:end] for start, end, found in places if found & mark]


def slow_marks(text: str) -> list[int]:
    """Of ASCII text, word by word."""
    marks: list[int] = []
    words = list(re.finditer("[A-Za-z0-9]+", text))
    opened, begun = -1, 0
    for place, word in enumerate(words):
        before = words[place - 1] if place else None
        gap = text[before.end() if before else 0 : word.start()]
        breaks = 0
        for sign in re.finditer('["\n]', text[: word.start()]):
            if sign.start() < (before.end() if before else 0):
                continue
            if sign[0] == "\n":
                breaks += 1
                opened = -1 if breaks > 1 else opened
                continue
            sides = [bool(side.strip()) for side in (text[: sign.start()][-1:], text[sign.end() :][:1])]
            opens = opened < 0 if sides[0] == sides[1] else sides[1]
            opened = place if opens else -1
        if place - opened > LONGEST_QUOTED:
            opened = -1
        mark = CAPITAL * word[0][0].isupper() | DIGIT * any(letter.isdigit() for letter in word[0])
        mark |= QUOTED * (opened >= 0)
        ends = before is None or re.search(r"[!?]|\n.*\n", gap) or place - begun >= LONGEST
        if before and "." in gap and mark & (CAPITAL | DIGIT):
            is_short = len(before[0]) <= 3 and marks[-1] & CAPITAL
            ends = ends or len(gap) > 2 or (len(gap) == 2 and not is_short)
        if ends:
            mark |= BEGINS
            begun = place
        if before and len(gap) == 1 and mark & DIGIT and marks[-1] & DIGIT:
            mark |= JOINED * (gap in ".,/:" or (len(word[0]) == 3 and len(before[0]) <= 3))
        marks.append(mark)
    return marks


@settings(max_examples=120)
@given(TEXTS)
def test_marks_of_ascii_text_as_found_slowly(text: str) -> None:
    assert marks_of(text) == slow_marks(text)


@settings(max_examples=40)
@given(st.lists(TEXTS, max_size=5))
def test_texts_do_not_touch_each_other(texts: list[str]) -> None:
    assert split(texts)[1].tolist() == [mark for text in texts for mark in marks_of(text)]


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("The ferry left. Nobody was on it. 7 stayed.", ["The", "Nobody", "7"]),
        ("Was it late? it was! the fog was thick.", ["Was", "it", "the"]),
        ("A harbour\n\nwithout ships", ["A", "without"]),
        ("one line\nthe next line", ["one"]),
        ("The U.S. Senate met Mr. Smith. They talked.", ["The", "They"]),
        ("It took 3.5 hours and cost 1.200 euros.", ["It"]),
        ("He went to ports.example.org today.", ["He"]),
        ("She said: “We stay.” Then she left.", ["She", "Then"]),
        ("Das Schiff fuhr ab. Über Nacht kam es zurück. Änderungen gab es keine.", ["Das", "Über", "Änderungen"]),  # noqa: E501
        ("Паром ушёл. Он вернулся.", ["Паром", "Он"]),
        ("渡船停了。渡船又开了！好", ["渡", "渡", "好"]),
        ("غادرت العبارة الميناء. عادت ليلا", ["غادرت"]),
        ("", []),
        (" …—!?. ", []),
    ],
)  # fmt: skip
def test_where_sentences_begin(text: str, begins: list[str]) -> None:
    assert shown(text, BEGINS) == begins


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("It rose 1.25 points to 2,300.", ["25", "300"]),
        ("At 10:30 on 4/7/2007 it was 6-1/4.", ["30", "7", "2007", "4"]),
        ("Nach 12 500 Metern kamen 1'000 Stufen.", ["500", "000"]),
        ("In 2005 500 came, in rows of 12 14 16.", []),
        ("From 20-30 to 50, 60. 7 stayed.", []),
        ("", []),
    ],
)  # fmt: skip
def test_which_words_go_on_with_a_number(text: str, joined: list[str]) -> None:
    assert shown(text, JOINED) == joined


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "He sailed to the U.S., Britain and Norway.",
            marks=pytest.mark.xfail(
                strict=True, reason="no white space follows the full stop, but a comma; taken for an end"
            ),
        ),
        pytest.param(
            "He met Mr.  Smith.",
            marks=pytest.mark.xfail(
                strict=True, reason="an abbreviation before two spaces is taken for the end of a sentence"
            ),
        ),
    ],
)
def test_abbreviations_end_no_sentence(text: str) -> None:
    assert shown(text, BEGINS) == ["He"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('The mayor said "we stay here" and left.', ["we", "stay", "here"]),
        ("The mayor said “we stay” and left.", ["we", "stay"]),
        ("Le maire a dit « nous restons » hier.", ["nous", "restons"]),
        ("市长说「我们」好", ["我", "们"]),
        ("『我』们", ["我"]),
        ("قال العمدة «نبقى هنا» ثم غادر", ["نبقى", "هنا"]),
        ("It’s the mayor’s boat, isn’t it", []),
    ],
)
def test_what_is_quoted(text: str, quoted: list[str]) -> None:
    assert shown(text, QUOTED) == quoted


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            text,
        )
        for text in ("Er sagte: „Wir bleiben“, und ging.", "Er sagte: »Wir bleiben«, und ging.",
                     "Er sagte: ”Wir bleiben”, und ging.")
    ],
)  # fmt: skip
def test_quotations_of_other_languages(text: str) -> None:
    assert shown(text, QUOTED) == ["Wir", "bleiben"]


def test_a_speech_opens_every_paragraph_and_closes_the_last() -> None:
    text = '"We stay.\n\nThe boat left. "We stay.\n\n"Nobody will leave," she said. "We know (all of it)."'
    assert " ".join(shown(text, QUOTED)) == "We stay We stay Nobody will leave We know all of it"


@pytest.mark.parametrize("mark", ['"', "“", "«", "「"])
def test_a_quotation_that_is_never_closed_ends_by_itself(mark: str) -> None:
    text = f"He said {mark}" + "so " * 1000
    assert len(shown(text, QUOTED)) == LONGEST_QUOTED + 1


def test_a_text_without_an_end_is_cut() -> None:
    begins = [place for place, mark in enumerate(marks_of("word " * 50_000)) if mark & BEGINS]
    assert begins == list(range(0, 50_000, LONGEST))


@pytest.mark.parametrize("name", ["Anna", "Özil", "Évora", "Χανιά", "Киев", "Երևան"])
def test_names_begin_with_a_capital(name: str) -> None:
    assert shown(f"im hafen von {name} und {name.lower()}", CAPITAL) == [name]


@pytest.mark.parametrize("name", ["Łódź", "Škoda", "İzmir", "Őrség"])
def test_names_of_more_languages_begin_with_a_capital(name: str) -> None:
    assert shown(f"port {name} i port", CAPITAL) == [name]


def test_digits_and_ideographs() -> None:
    assert shown("A380 flew 12 times, twice", DIGIT) == ["A380", "12"]
    assert shown("渡船 left ท่าเรือ at ひる", HAN) == ["渡", "船"]
