from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.align.words import align_texts
from dedup.view.layout import Row, as_steps, count_words, lay_out, longest_equal, unwrapped

WORDS = st.lists(
    st.sampled_from(
        [
            "ferry",
            "strike",
            "Quay",
            "渡",
            "轮",
            ". ",
            "\n\n",
            " ",
            "\n",
            ", ",
            "“",
            "a b c d e f. ",
            "é\u0301",
        ]
    )
).map(lambda parts: " ".join(parts))


def rows_of(left: str, right: str, context: int | None = 30, beside: bool = True) -> list[Row]:
    return list(lay_out(left, right, as_steps(align_texts(left, right)[1]), context, beside))


def shown(rows: list[Row], text: str, side: int) -> str:
    ranges = [
        (s.left_start, s.left_end) if side == 0 else (s.right_start, s.right_end)
        for r in rows
        for s in r.steps
    ]
    return "".join(text[start:end] for start, end in ranges)


@given(WORDS, WORDS, st.one_of(st.none(), st.integers(0, 40)), st.booleans())
def test_what_each_column_holds_is_the_text(left: str, right: str, context: int | None, beside: bool) -> None:
    rows = rows_of(left, right, context, beside)
    assert shown(rows, left, 0) == left
    assert shown(rows, right, 1) == right


def test_answering_paragraphs_stand_in_one_row() -> None:
    left = "One two three four.\n\nFive six seven eight."
    right = "One two three four.\n\nREAD MORE\n\nFive six seven eight."
    cells = [(shown([r], left, 0).strip(), shown([r], right, 1).strip()) for r in rows_of(left, right)]
    assert cells == [
        ("One two three four.", "One two three four."),
        ("", "READ MORE"),
        ("Five six seven eight.", "Five six seven eight."),
    ]


def test_a_long_equal_stretch_is_folded_and_its_words_counted() -> None:
    same = " ".join(f"w{n}" for n in range(100))
    rows = rows_of(f"old {same} end", f"new {same} stop", context=10)
    assert [row.folded for row in rows] == [0, 80, 0]
    assert not any(row.folded for row in rows_of(f"old {same} end", f"new {same} stop", context=None))


def test_at_least_the_context_is_shown() -> None:
    same = " ".join(f"w{n}" + ("." if n % 7 == 6 else "") for n in range(200))
    rows = rows_of(f"old {same} end", f"new {same} stop", context=10)
    (folded,) = [row for row in rows if row.folded]
    text = f"old {same} end"
    hidden = text[folded.steps[0].left_start : folded.steps[0].left_end]
    assert count_words(hidden) == folded.folded
    assert count_words(text[: folded.steps[0].left_start]) >= 11
    assert count_words(text[folded.steps[0].left_end :]) >= 11
    assert hidden.rstrip().endswith(".")
    assert text[: folded.steps[0].left_start].rstrip().endswith(".")


def test_equal_texts_still_show_their_beginning() -> None:
    same = " ".join(f"w{n}" for n in range(100))
    assert [row.folded for row in rows_of(same, same, context=10)] == [0, 90]


@pytest.mark.parametrize("beside", [True, False])
def test_the_last_full_stop_stays_with_its_sentence(beside: bool) -> None:
    left, right = "One two three.\n", "One two three.\n\nLeave a Reply *"
    rows = rows_of(left, right, beside=beside)
    assert shown(rows[:1], left, 0) == left


def test_the_longest_equal_stretch() -> None:
    left, right = "a b x c d e f", "a b y c d e f"
    words, start, end = longest_equal(left, right, as_steps(align_texts(left, right)[1]))
    assert (words, left[start:end]) == (4, "c d e f")


def test_line_breaks_that_only_wrap_are_no_paragraphs() -> None:
    line = "one two three four five six seven eight nine ten eleven twelve"
    text = f"Headline\n\n{line}\n{line}\n{line}\n{line}.\nEnd.\n\nLast"
    wrapped = unwrapped(text)
    assert wrapped == f"Headline\n\n{line} {line} {line} {line}. End.\n\nLast"
    assert unwrapped(wrapped) == wrapped
    lines = "A paragraph that is a line of its own and long enough, it would seem.\n" * 5
    assert unwrapped(lines) == lines


@given(st.text(st.sampled_from("ab \n.")) | WORDS)
def test_offsets_hold_in_what_is_unwrapped(text: str) -> None:
    wrapped = unwrapped(text)
    assert len(wrapped) == len(text)
    assert all(a == b or (a, b) == ("\n", " ") for a, b in zip(text, wrapped, strict=True))
