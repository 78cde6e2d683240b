"""Styled text in lines of so many columns.

Lines end between words, and between the letters of scripts that have no spaces, but not behind what opens
something nor before what closes it. A word that is longer than a line begins one and is cut where it is full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from dedup.view.console import MARKS

_PAIRS = [mark for mark in MARKS if mark is not MARKS.evidence]
_OPENING = re.compile(rf"(?:{'|'.join(re.escape(mark) for mark, _ in _PAIRS)}|[（「『《〈【“‘])$")
_CLOSING = re.compile(rf"{'|'.join(re.escape(mark) for _, mark in _PAIRS)}|[。，、；：？！）」』》〉】”’…]")
_WORD = re.compile(r"\s*\S+\s*")
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd]"
)


def lines_of(text: Text, width: int) -> list[Text]:
    """The text wrapped, without the line breaks at its ends; indents of lines stay. No line of no text."""
    if not text or text.plain.isspace():
        return []
    start = len(text.plain) - len(text.plain.lstrip())
    start = text.plain.rfind("\n", 0, start) + 1
    core = text[start : max(start, len(text.plain.rstrip()))]
    lines = [
        line
        for paragraph in core.split("\n", allow_blank=True)
        for line in paragraph.divide(list(_cuts(paragraph.plain, width)))
    ]
    for line in lines:
        line.rstrip()
    return lines


def _cuts(text: str, width: int) -> Iterator[int]:
    """Where a paragraph goes on in another line."""
    room = width
    for match in _WORD.finditer(text):
        at, word = match.start(), match[0]
        while cell_len(word.rstrip()) > room:
            fits = _fitting(word, room, whole=room == width)
            if fits or room < width:
                at, word, room = at + fits, word[fits:], width
            if at:
                yield at
        room -= cell_len(word)


def _fitting(word: str, room: int, whole: bool) -> int:
    """How much of a word that is too long may end a line; on a ``whole`` line at least a letter."""
    most, used = 0, 0
    for character in word:
        used += cell_len(character)
        if used > room:
            break
        most += 1
    for at in range(most, 0, -1):
        between = _WIDE.match(word, at - 1) or _WIDE.match(word, at)
        if between and not _OPENING.search(word, 0, at) and not _CLOSING.match(word, at):
            return at
    return max(1, most) if whole else 0
