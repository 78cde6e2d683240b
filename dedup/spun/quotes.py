"""Where quotations stand: spinners leave most of them untouched, so the pass does too."""

from __future__ import annotations

import re

Range = tuple[int, int]

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\n")
_QUOTE = re.compile(r'["“”„«»]')
_WRAPPED = 100  # a line of fewer code points that ends amid a sentence goes on in the next
_OPENS_AFTER = " \t\n\u00a0([{—–-/"


def paragraphs(text: str) -> list[Range]:
    """The paragraphs that hold more than white space, half-open, trimmed.

    A line break ends a paragraph, unless the line before it was broken for its width.
    """
    found: list[Range] = []
    start = line = 0
    for match in [*_PARAGRAPH.finditer(text), None]:
        end = match.start() if match else len(text)
        if match and match[0] == "\n" and _is_wrapped(text[line:end]):
            line = match.end()
            continue
        inner = text[start:end]
        if inner.strip():
            found.append((start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())))
        start = line = match.end() if match else end
    return found


def _is_wrapped(line: str) -> bool:
    line = line.rstrip()
    return 40 <= len(line) < _WRAPPED and line[-1] not in '.!?:"”'


def quotations(text: str) -> list[Range]:
    """The quotations in double quotation marks of any style, marks included, half-open.

    One that is never closed ends with its paragraph.
    """
    if not _QUOTE.search(text):
        return []
    found = []
    for start, end in paragraphs(text):
        opened = -1
        for match in _QUOTE.finditer(text, start, end):
            place = match.start()
            if opened < 0:
                opened = place if _may_open(text, place) else -1
            elif match[0] not in "“„«" and (match[0] != '"' or not _only_opens(text, place, end)):
                found.append((opened, place + 1))
                opened = -1
        if opened >= 0:
            found.append((opened, end))
    return found


def _may_open(text: str, place: int) -> bool:
    mark = text[place]
    if mark in "“„«":
        return True
    return mark == '"' and (place == 0 or text[place - 1] in _OPENS_AFTER)


def _only_opens(text: str, place: int, end: int) -> bool:
    """A straight mark with a space before it and a letter after it opens, and can't close."""
    return text[place - 1].isspace() and place + 1 < end and text[place + 1].isalnum()
