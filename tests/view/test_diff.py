from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.align import align_texts
from dedup.results import Results
from dedup.view.diff import Side, Verdict, diff_json, diff_of_pair, render_diff, sides_of_pair
from dedup.view.safe import safe

from .builder import screen
from .conftest import TEXTS

ANY = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("aB .\n\x1b")), max_size=200
)


def diff(left: str, right: str, width: int = 80, colour: bool = False, **settings: object) -> str:
    sides = Side("left.txt", left), Side("right.txt", right)
    spans = align_texts(left, right)[1]
    return screen(render_diff(*sides, spans, Verdict("copy", 0.9), **settings), width, colour)  # type: ignore[arg-type]


def body(shown: str) -> list[str]:
    lines = shown.splitlines()
    return lines[next(n for n, line in enumerate(lines) if line and set(line) == {"─"}) + 1 :]


@settings(max_examples=60, deadline=None)
@given(ANY, ANY)
def test_each_column_shows_its_text_whole(left: str, right: str) -> None:
    # In colour no marks stand among the words; spaces may be wrapped away.
    sides = Side("l", left), Side("r", right)
    view = render_diff(*sides, align_texts(left, right)[1], context=None, beside=True)
    page = body(re.sub(r"\x1b\[[\d;]*m", "", screen(view, 100, colour=True)))
    for side, text in enumerate((left, right)):
        column = "".join("".join(_cut(line)[side] for line in page).split())
        assert column == "".join(safe(text, newlines=True).split())


def _cut(line: str) -> tuple[str, str]:
    """The two cells of a line whose divider stands in the fiftieth column."""
    from rich.cells import cell_len

    width = 0
    for index, character in enumerate(line):
        if width == 49:
            return line[:index], line[index + 1 :]
        width += cell_len(character)
    return line, ""


def test_marks_tell_words_apart_without_colour() -> None:
    shown = diff("The old boat left on time today by noon", "The new boat left on today by noon again")
    assert "The [~old~] {~new~} boat left on [-time-] today by noon {+again+}" in shown


def test_colour_needs_no_marks() -> None:
    shown = diff("The old boat left", "The new boat left", colour=True)
    assert "[~" not in shown
    assert "\x1b[1;38;5;172mold" in shown
    assert "\x1b[1;38;5;32mnew" in shown


@pytest.mark.parametrize(("width", "beside"), [(80, False), (99, False), (100, True), (200, True)])
def test_side_by_side_where_there_is_room(width: int, beside: bool) -> None:
    lines = body(diff("The old boat left", "The new boat left", width))
    assert ("│" in lines[0]) is beside


def test_right_to_left_scripts_are_inline_at_any_width() -> None:
    assert "│" not in diff("وقال الوزير إن باب مكتبه", "وقال الوزير إن بيت مكتبه", 200)


def test_paragraphs_are_kept() -> None:
    lines = body(diff("One two three.\n\nFour five six.", "One two three.\n\nREAD MORE\n\nFour five six."))
    assert lines == ["One two three.", "", "{+READ MORE+}", "", "Four five six."]


def test_long_equal_stretches_are_folded_with_a_count() -> None:
    same = " ".join(f"w{n}" for n in range(300))
    shown = diff(f"old {same} end", f"new {same} stop")
    assert "… 240 equal words …" in shown
    assert "w150" not in shown
    assert "w150" in diff(f"old {same} end", f"new {same} stop", context=None)


def test_scraped_controls_and_markup_reach_no_terminal() -> None:
    text = TEXTS["hostile [/b] \x1b[31m\u202e.txt"]
    for width in (80, 120):
        shown = diff(text, text.replace("red", "green"), width)
        assert "Bold [/b] and ␛[" in shown
        assert not [c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")]


def test_wide_letters_fill_two_columns() -> None:
    left, right = "港口罢工使渡轮停航" * 8, "港口罢工令渡轮停航" * 8
    for line in body(diff(left, right, 100)):
        assert _cut(line)[1].startswith(" ") or "│" in line


def test_the_header_tells_kind_dates_and_who_was_first(results: Results) -> None:
    shown = screen(diff_of_pair(results, 2))
    assert shown.startswith("copy   similarity 0.89   pair 2")
    assert "2024-03-02 08:00" in shown
    assert "1 day 3 h later" in shown
    assert "spun" in shown


def test_evidence_is_marked_and_listed_with_its_natural_phrase(results: Results) -> None:
    shown = screen(diff_of_pair(results, 2))
    assert "{~_burdened~} the [~importance~] {~significance_~}" in shown
    assert "_burdened the significance_  for stressed the importance" in shown
    assert shown.count("for stressed the importance") == 1  # once, whatever its partners
    assert "\x1b[4" in screen(diff_of_pair(results, 2), colour=True)


def test_evidence_that_recurs_is_listed_once() -> None:
    text = "It burdened the point. He burdened the point again."
    places = [text.index("burdened"), text.rindex("burdened")]
    items = tuple(
        {
            "start": at,
            "end": at + 8,
            "phrase": "burdened",
            "natural": "stressed",
            "signal": "swap",
            "weight": 2.0,
        }
        for at in places
    )
    view = render_diff(Side("a", text), Side("b", text, evidence=items), align_texts(text, text)[1])
    assert "_burdened_ ×2  for stressed" in screen(view)


def test_the_same_as_plain_values(results: Results) -> None:
    row, left, right = sides_of_pair(results, 2)
    told = diff_json(left, right, row["spans"], Verdict.of(row))
    assert told["pair"] == 2
    assert "".join(span["left"] for span in told["spans"]) == left.text
    assert "".join(span["right"] for span in told["spans"]) == right.text
    assert told["right"]["evidence"][0]["natural"] == "stressed the importance"


def test_texts_without_words_and_empty_texts() -> None:
    assert body(diff("", "")) == []
    assert body(diff("", "one two")) == ["{+one two+}"]
    assert body(diff("***", "---")) == ["***"]
