from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from dedup.align.words import align_texts
from dedup.results.opened import Results
from dedup.view.diff import Diff, Side, Verdict, diff_json, diff_of_pair, render_diff, sides_of_pair
from dedup.view.safe import safe
from dedup.view.wrapped import lines_of

from .builder import screen
from .conftest import TEXTS

ANY = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("aB .\n\x1b")), max_size=200
)


def diff(left: str, right: str, width: int = 80, colour: bool = False, **settings: Any) -> str:
    sides = Side("left.txt", left), Side("right.txt", right)
    spans = align_texts(left, right)[1]
    return screen(render_diff(*sides, spans, Verdict("copy", 0.9), **settings), width, colour)


def by_passages(kind: str, left: Side, right: Side, *passages: tuple[Any, ...], **settings: Any) -> Diff:
    spans = align_texts(left.text, right.text)[1]
    return render_diff(left, right, spans, Verdict(kind, 0.5), passages=passages, **settings)


def answer(left: str, right: str, ours: str, theirs: str, what: str = "answer") -> tuple[Any, ...]:
    """The passage in which one stretch answers another."""
    at, bt = left.index(ours), right.index(theirs)
    return what, at, at + len(ours), bt, bt + len(theirs), 0.5


def body(shown: str) -> list[str]:
    lines = shown.splitlines()
    return lines[next(n for n, line in enumerate(lines) if line and set(line) == {"─"}) + 1 :]


@settings(max_examples=60)
@given(ANY, ANY)
def test_each_column_shows_its_text_whole(left: str, right: str) -> None:
    # In colour no marks stand among the words; spaces may be wrapped away.
    sides = Side("l", left), Side("r", right)
    view = render_diff(*sides, align_texts(left, right)[1], context=None, beside=True)
    page = body(re.sub(r"\x1b\[[\d;]*m", "", screen(view, 100, colour=True)))
    for side, text in enumerate((left, right)):
        column = "".join("".join(_cut(line)[side] for line in page).split())
        assert column == "".join(safe(text, newlines=True).split())


def test_of_a_partial_copy_the_header_tells_what_was_copied() -> None:
    moved = "Nine ferries lay in the harbour for a week and nobody was paid."
    left = Side("l", f"{moved} Then the mayor spoke of bread, of salt and of his long walk home.")
    right = Side("r", f"Rain fell on the market all morning. {moved}")
    view = by_passages("partial", left, right, answer(left.text, right.text, moved, moved, "copied"))
    shown = screen(view, 80)
    assert "copied passages are 0.48 of the left and 0.65 of the right" in shown
    assert "longest equal run" not in shown


@given(st.text(st.sampled_from("ab  渡轮。，（）é\u0301[-{~~}"), max_size=80), st.integers(4, 30))
def test_wrapping_loses_nothing_but_space(text: str, width: int) -> None:
    lines = [line.plain for line in lines_of(Text(text), width)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_in_scripts_without_spaces_marks_stay_with_what_they_mark() -> None:
    left, right = (
        "渡轮码头的计划，市长表示，工程将于明年春天开始。",
        "渡轮码头的计划，发言人指出，工程将于明年春天开始。",
    )
    for width in range(40, 60):
        for line in body(diff(left, right, width)):
            assert not line.rstrip().endswith(("[~", "{~", "（"))
            assert not line.lstrip().startswith(("~]", "~}", "，", "。"))


def _cut(line: str) -> tuple[str, str]:
    """The two cells of a line whose divider stands in the fiftieth column."""
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
    assert "\x1b[3;38;5;166mold" in shown
    assert "\x1b[1;3;38;5;32mnew" in shown


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
    assert "\x1b[2m" in diff(f"old {same} end", f"new {same} stop", colour=True).partition("… 240")[0][-40:]
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
    assert "first  left, by 1 day 3 h" in shown
    assert "credits AP" in shown
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


def test_furniture_is_grey_and_marked() -> None:
    left, right = "One two three.\n\nFour five.", "One two three.\n\nREAD MORE\n\nFour five.\n\nShare"
    own = ((0, 14), (right.index("Four"), right.index("Four") + 10))
    sides = Side("l", left), Side("r", right, body=own)
    view = render_diff(*sides, align_texts(left, right)[1])
    shown = screen(view)
    assert body(shown) == ["One two three.", "", "{#READ MORE#}", "", "Four five.", "", "{#Share#}"]
    assert "{#furniture, right#}" in shown
    assert "right only" not in shown  # nothing is
    assert "\x1b[1;38;5;244mREAD MORE" in screen(view, colour=True)


LEFT = (
    "The harbour board will close the old quay in June. Dockers had asked for a year more. "
    "A museum opens there in spring. Nobody was hurt.\n"
)
RIGHT = (
    "In spring, a museum is to open on the site. The board of the harbour closes the quay in June. "
    "That is early. The dockers asked in vain for another year.\n"
)
ANSWERS = (
    answer(LEFT, RIGHT, "The harbour board will close the old quay in June", "The board of the harbour"),
    answer(LEFT, RIGHT, "Dockers had asked for a year more", "That is early. The dockers asked"),
    answer(LEFT, RIGHT, "A museum opens there in spring", "In spring, a museum is to open on the site"),
)


def test_sentences_that_answer_one_another_stand_side_by_side() -> None:
    view = by_passages("rewrite", Side("l", LEFT), Side("r", RIGHT), *ANSWERS)
    lines = [" ".join(line.split()) for line in body(screen(view, 200))]
    assert lines == [
        "│ ↓ sentence 1 stands by 3 of the left",
        "The [~harbour board will close~] the [-old-] quay in June. │ "
        "The {~board of the harbour closes~} the quay in June.",
        "│ {+That is early.+}",
        "Dockers [~had asked~] for [~a~] year [-more-]. │ "
        "{+The+} dockers {~asked in vain~} for {~another~} year.",
        "│",
        "── ↓ moved: sentence 3 on the left, 1 on the right ──",
        "A museum [~opens there in spring~]. │ {+In spring+}, a museum {~is to open on the site~}.",
        "[-Nobody was hurt.-] │",
    ]


def test_where_it_is_narrow_they_stand_one_above_the_other() -> None:
    lines = body(screen(by_passages("rewrite", Side("l", LEFT), Side("r", RIGHT), *ANSWERS)))
    at = lines.index("L Dockers [~had asked~] for [~a~] year [-more-].")
    assert lines[at + 1] == "R {+The+} dockers {~asked in vain~} for {~another~} year."
    assert "R {+That is early.+}" in lines
    coloured = screen(by_passages("rewrite", Side("l", LEFT), Side("r", RIGHT), *ANSWERS), colour=True)
    assert re.search(r"\x1b\[[0-9;]+mL \x1b\[0m", coloured)  # in whatever palette a test before had it
    assert "\x1b[1m── ↓ moved" in coloured
    assert "L [-Nobody was hurt.-]" in lines


def test_copied_passages_are_set_off_and_own_text_is_folded() -> None:
    shared = " ".join(f"s{n}" for n in range(60)) + "."
    left = " ".join(f"l{n}" for n in range(200)) + f".\n\n{shared}"
    right = f"{shared}\n\n" + " ".join(f"r{n}" for n in range(200)) + "."
    view = by_passages(
        "partial",
        Side("l", left),
        Side("r", right),
        answer(left, right, shared[:-1], shared[:-1], "copied"),
        context=20,
    )
    for width in (80, 120):
        shown = screen(view, width)
        assert "── copied passage, 60 words ──" in shown
        assert "… 160 words of the left alone …" in shown
        assert "… 160 words of the right alone …" in shown
        assert "… 20 equal words …" in shown
        assert "l100" not in shown
    assert "l100" in screen(
        by_passages("partial", view.sides[0], view.sides[1], *view.passages, context=None)
    )


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(("Aa b c. ", "Dd e f.\n\n", "Gg (h) i? ", "渡轮。", "Jj “k” l! ")), max_size=8),
    st.data(),
)
def test_sentences_are_shown_whole_wherever_they_stand(parts: list[str], data: st.DataObject) -> None:
    left, right = "".join(parts), "".join(data.draw(st.permutations(parts)))
    ends = st.integers(0, len(left))
    ranges = data.draw(st.lists(st.tuples(ends, ends, ends, ends), max_size=6))
    passages = [("answer", min(a, b), max(a, b), min(c, d), max(c, d), 0.5) for a, b, c, d in ranges]
    view = by_passages("rewrite", Side("l", left), Side("r", right), *passages, beside=True, context=None)
    lines = [
        line
        for line in body(re.sub(r"\x1b\[[\d;]*m", "", screen(view, 100, colour=True)))
        if not line.startswith("──")
    ]
    columns = ["", ""]
    for line in lines:
        for side, cell in enumerate(_cut(line)):
            columns[side] += "" if "sentence" in cell else "".join(cell.split())
    assert columns[0] == "".join(left.split())
    assert sorted(columns[1]) == sorted("".join(right.split()))  # moved ones stand elsewhere


def test_natural_phrases_stand_below_the_row(results: Results) -> None:
    for width in (80, 120):
        shown = screen(diff_of_pair(results, 2), width)
        rows = shown[: shown.index("Spun evidence on the right")]
        assert "  burdened the significance → stressed the importance" in rows


def test_two_texts_that_are_no_pair() -> None:
    view = render_diff(Side("l", "one"), Side("r", "two"), align_texts("one", "two")[1], Verdict(None, 0.0))
    assert screen(view).startswith("no pair   similarity 0.00")
