from __future__ import annotations

import json
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from dedup.view.safe import json_line, safe

HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")


def test_every_control_character_is_replaced_by_one_that_shows() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in HARMFUL:
            shown = safe(chr(code))
            assert len(shown) == 1
            assert unicodedata.category(shown) not in HARMFUL


@given(st.text(st.characters()), st.booleans())
def test_offsets_hold_in_what_is_shown(text: str, newlines: bool) -> None:
    shown = safe(text, newlines)
    assert len(shown) == len(text)
    for before, after in zip(text, shown, strict=True):
        assert before == after or unicodedata.category(before) in HARMFUL


def test_letters_of_any_script_stay() -> None:
    text = "Ärger, 渡轮 und العبّارات 🚢 [/b]"
    assert safe(text) == text


def test_escape_shows_as_its_picture_and_newline_only_where_asked() -> None:
    assert safe("a\x1b[2J\nb") == "a␛[2J␊b"
    assert safe("a\r\nb\rc\td", newlines=True) == "a \nb␍c d"


@given(st.dictionaries(st.text(), st.text(st.characters(exclude_categories=["Cs"]))))
def test_json_lines_are_exact_and_harmless(value: dict[str, str]) -> None:
    line = json_line(value)
    assert json.loads(line) == value
    assert not [c for c in line if unicodedata.category(c) in HARMFUL]
