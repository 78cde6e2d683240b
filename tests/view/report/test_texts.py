from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from dedup.align.words import align_texts
from dedup.view.diff import Side
from dedup.view.report.texts import Note, diff_rows, notes_of
from dedup.view.safe import safe

WORDS = st.lists(
    st.sampled_from(["The", "old", "boat", "left.", "<b>", "&amp;", "\n\n", "quay", '"\u202e']), max_size=60
)
ANY = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("aB .\n\x1b<>&")), max_size=200
)
TEXTS = st.one_of(ANY, WORDS.map(" ".join))
CUTS = st.lists(st.integers(0, 400), max_size=8, unique=True).map(sorted)


def evidence(start: int, end: int, natural: str | None = "natural") -> dict[str, object]:
    return {"start": start, "end": end, "natural": natural}


def table(left: Side, right: Side) -> html.HtmlElement:
    spans = align_texts(left.text, right.text)[1]
    return html.fromstring(f"<table><tbody>{diff_rows((left, right), spans)}</tbody></table>")


def columns(rows: html.HtmlElement) -> list[str]:
    """What each column holds, without what the page adds."""
    for added in rows.xpath("//summary | //span[@class='n']"):
        added.drop_tree()
    told: list[str] = ["", ""]
    for row in rows.xpath("//tr"):
        cells = row.xpath("td[not(@colspan)]") or row.xpath(".//div/div")
        for column in (0, 1):
            told[column] += cells[min(column, len(cells) - 1)].text_content()
    return told


def squeezed(text: str) -> str:
    # The parser reads vertical tabs and the like as nothing; safe shows them as pictures.
    return "".join(text.split())


@settings(max_examples=150)
@given(TEXTS, TEXTS, CUTS, CUTS)
def test_columns_hold_the_texts_and_nothing_else(
    left: str, right: str, marks: list[int], body: list[int]
) -> None:
    def side(text: str) -> Side:
        ends = [cut for cut in marks if cut <= len(text)]
        found = [evidence(start, end, "<i>\u202e") for start, end in list(pairwise(ends))[::2]]
        own = tuple(pairwise(cut for cut in body if cut <= len(text)))[::2]
        return Side("name", text, body=own, evidence=tuple(found))

    rows = table(side(left), side(right))
    tags = {element.tag for element in rows.iter()}
    assert tags <= {"table", "tbody", "tr", "td", "del", "ins", "mark", "span", "details", "summary", "div"}
    assert [squeezed(column) for column in columns(rows)] == [
        squeezed(safe(text, newlines=True)) for text in (left, right)
    ]


def test_words_are_told_apart() -> None:
    rows = table(
        Side("l", "The old boat left on time today by noon"),
        Side("r", "The new boat left on today by noon again"),
    )
    shown = [(words.tag, words.get("class"), words.text) for words in rows.xpath("//del | //ins")]
    assert shown == [
        ("del", "s", "old"), ("del", None, "time"), ("ins", "s", "new"), ("ins", None, "again")
    ]  # fmt: skip


def test_furniture_is_grey_and_the_body_is_not() -> None:
    text = "READ MORE: Lobster festival\n\nThe boat left at noon."
    rows = table(Side("l", text, body=((29, len(text)),)), Side("r", text))
    assert rows.xpath("string(//td[1]//span[@class='f'])") == "READ MORE: Lobster festival"
    assert rows.xpath("count(//td[2]//span[@class='f'])") == 0


def test_a_phrase_says_what_it_stands_for_where_it_ends() -> None:
    text = "He burdened the significance of talks"
    found = (evidence(3, 28, "stressed the <b>importance</b>"),)
    rows = table(Side("l", "He stressed the importance of talks"), Side("r", text, evidence=found))
    marks = rows.xpath("//mark")
    assert [mark.text for mark in marks] == ["burdened", " the ", "significance"]
    assert [mark.get("tabindex") for mark in marks] == [None, None, "0"]
    assert marks[-1].xpath("string(span[@class='n'])") == " for “stressed the <b>importance</b>”"


def test_evidence_that_overlaps_is_one_note() -> None:
    found = [evidence(0, 8, "one"), evidence(4, 10, "two"), evidence(9, 10, "one"), evidence(12, 14, None)]
    assert notes_of(found) == [Note(0, 10, ("one", "two")), Note(12, 14, ())]


def test_what_is_equal_on_both_sides_is_folded_once() -> None:
    words = " ".join(f"word{number}" for number in range(200))
    rows = table(Side("l", f"old {words} old"), Side("r", f"new {words} new"))
    (fold,) = rows.xpath("//td[@colspan]")
    assert fold.xpath("string(.//summary)") == "140 equal words"
    assert len(fold.xpath(".//div/div")) == 1
    other = table(Side("l", f"old {words} old"), Side("r", f"new {words.replace('word100', 'Word100')} new"))
    assert len(other.xpath("//td[@colspan]//div/div")) == 2


def test_texts_without_words_make_no_rows() -> None:
    assert not table(Side("l", ""), Side("r", " \n")).xpath("//tr")


def test_sentences_of_a_rewrite_stand_beside_what_answers_them() -> None:
    ones = [
        "The old boat left the quay at noon.",
        "A crowd waved from the pier.",
        "Rain fell <b>all</b> day.",
    ]
    others = [
        "It rained <b>all</b> day.",
        "At noon the old boat left the quay.",
        "From the pier waved a crowd.",
    ]
    left, right = (Side(name, " ".join(texts)) for name, texts in (("l", ones), ("r", others)))
    answers = [("answer", *place(left.text, one), *place(right.text, others[at]), 0.8)
               for one, at in zip(ones, (1, 2, 0), strict=True)]  # fmt: skip
    spans = align_texts(left.text, right.text)[1]
    rows = html.fromstring(f"<table>{diff_rows((left, right), spans, 'rewrite', answers)}</table>")
    beside = [
        [cell.text_content().strip() for cell in row.xpath("td")]
        for row in rows.xpath("//tr[td and not(.//*[@class='m'])]")
    ]
    assert beside == [[ones[0], others[1]], [ones[1], others[2]], [ones[2], others[0]]]
    assert rows.xpath("string(//tr[@class='t'])").strip() == "↓ moved: sentence 3 on the left, 1 on the right"
    assert rows.xpath("string(//*[@class='m'])") == "↓ sentence 1 stands by 3 of the left"


def place(text: str, part: str) -> tuple[int, int]:
    return text.index(part), text.index(part) + len(part)


def test_an_empty_cell_holds_nothing() -> None:
    # On a phone cells stand one below the other, and only what is quite empty leaves no gap.
    gone = Side("l", "The ferry lay in the harbour.\n\nAll else is told elsewhere in the paper today.")
    kept = Side("r", gone.text.partition("\n")[0])
    shown = diff_rows((gone, kept), align_texts(gone.text, kept.text)[1])
    assert "<td></td>" in shown
    assert "<td>\n" not in shown + "\n"
