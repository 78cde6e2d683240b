"""Where quotations and paragraphs begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.spun.quotes import paragraphs, quotations


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “yes” and “no”.", ["“yes”", "“no”"]),
        ('He said "yes" and "no".', ['"yes"', '"no"']),
        ('It is 5" wide and 6" high.', []),
        ('"One.\n"Two."\nThree.', ['"One.', '"Two."']),
        ("“One.\n\n“Two.”", ["“One.", "“Two.”"]),
        ('He said ("yes")—"no" it went.', ['"yes"', '"no"']),
        ("«oui» and „ja“", ["«oui»", "„ja“"]),
        ("none", []),
        ("", []),
    ],
)
def test_quotations(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text)] == quoted


def test_paragraphs_end_at_line_breaks_but_not_where_a_line_was_wrapped() -> None:
    wrapped = "this line is broken for its width in the middle of a\nsentence that goes on."
    assert [wrapped] == [wrapped[a:b] for a, b in paragraphs(wrapped)]
    text = "Title\nFirst paragraph.\n \n\n  Second one.\n"
    assert [text[a:b] for a, b in paragraphs(text)] == ["Title", "First paragraph.", "Second one."]


@given(st.text(alphabet='ab "“”\n.«»„'))
def test_ranges_are_apart_and_inside(text: str) -> None:
    for ranges in (paragraphs(text), quotations(text)):
        place = 0
        for start, end in ranges:
            assert place <= start < end <= len(text)
            place = end
