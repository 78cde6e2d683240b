"""A pair's texts side by side as rows of an HTML table."""

from __future__ import annotations

import html
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from markupsafe import Markup

from dedup.view import layout, phrases
from dedup.view.arranged import rows_of_pair
from dedup.view.diff import Side
from dedup.view.parts import sentence
from dedup.view.safe import safe

_TAGS = {  # operation -> what stands around its words on the left, and on the right
    "equal": (("", ""), ("", "")),
    "delete": (("<del>", "</del>"), ("<del>", "</del>")),
    "insert": (("<ins>", "</ins>"), ("<ins>", "</ins>")),
    "replace": (('<del class="s">', "</del>"), ('<ins class="s">', "</ins>")),
}
_FURNITURE = ('<span class="f">', "</span>")


class Note(NamedTuple):
    """Where spun evidence stands, and what a writer would have written there."""

    start: int
    end: int
    natural: tuple[str, ...]


class Marked:
    """One text with its evidence and its furniture, ready to be cut into pieces."""

    def __init__(self, side: Side) -> None:
        self.raw = layout.unwrapped(side.text)
        self.text = safe(self.raw, newlines=True)
        self.notes = notes_of(side.evidence)
        self.body = side.body or ((0, len(self.text)),)
        bounds = {bound for note in self.notes for bound in note[:2]}
        self.bounds = sorted(bounds.union(*self.body))
        self._starts = [note.start for note in self.notes]
        self._body_starts = [start for start, _ in self.body]

    def show(self, start: int, end: int) -> str:
        """A stretch of the text, escaped."""
        cuts = self.bounds[bisect_right(self.bounds, start) : bisect_left(self.bounds, end)]
        return "".join(self._atom(a, b) for a, b in zip([start, *cuts], [*cuts, end], strict=True))

    def _atom(self, start: int, end: int) -> str:
        """A stretch that lies wholly in or out of evidence and body."""
        shown = html.escape(self.text[start:end])
        if not shown.strip():
            return shown
        place = bisect_right(self._body_starts, start) - 1
        if place < 0 or start >= self.body[place][1]:
            shown = _within(_FURNITURE, shown)
        number = bisect_right(self._starts, start) - 1
        if number < 0 or start >= self.notes[number].end:
            return shown
        note = self.notes[number]
        if end < note.end or not note.natural:  # it goes on in another piece, and is told there
            return f"<mark>{shown}</mark>"
        told = html.escape(f" for “{'” / “'.join(note.natural)}”")
        return f'<mark tabindex="0">{shown}<span class="n">{told}</span></mark>'


def notes_of(evidence: Iterable[dict[str, Any]]) -> list[Note]:
    """Evidence as notes that don't overlap, in the order of the text."""
    notes: list[Note] = []
    for item in evidence:
        start, end = item["start"], item["end"]
        natural = (sentence(item["natural"]),) if item["natural"] else ()
        if notes and start < notes[-1].end:
            last = notes.pop()
            told = tuple(dict.fromkeys(last.natural + natural))
            notes.append(Note(last.start, max(last.end, end), told))
        elif start < end:
            notes.append(Note(start, end, natural))
    return notes


def diff_rows(
    sides: tuple[Side, Side],
    spans: Iterable[Any],
    kind: str | None = None,
    passages: Iterable[Any] = (),
) -> Markup:
    """A pair as rows of a table of two columns. A stretch that both texts have is a row that opens.

    spans, kind, passages  as in ``pairs``
    """
    texts = Marked(sides[0]), Marked(sides[1])
    raw, bodies = (texts[0].raw, texts[1].raw), [side.body for side in sides]
    rows = rows_of_pair(raw, bodies, layout.as_steps(spans), kind, passages, layout.CONTEXT, beside=True)
    return Markup("\n").join(Markup(row) for row in _rows(texts, rows))  # noqa: S704  escaped piece by piece


def _rows(texts: tuple[Marked, Marked], rows: Iterable[layout.Row]) -> Iterator[str]:
    paragraph = False
    for row in rows:
        if row.title:
            yield f'<tr class="t"><th colspan="2" scope="rowgroup">{html.escape(row.title)}</th>'
        if not row.steps:
            yield f"<tr>{_beside([_moved(note) for note in row.notes])}"
            continue
        ranges = [_range(row, side) for side in (0, 1)]
        shown = [_strip(text.text, *ends) for text, ends in zip(texts, ranges, strict=True)]
        paragraph = paragraph or any(
            "\n" in text.text[whole[0] : part[0]]
            for text, whole, part in zip(texts, ranges, shown, strict=True)
        )
        if any(start < end for start, end in shown):
            kind = ' class="p"' if paragraph else ""
            cells = [_cell(text, row, side, shown[side]) for side, text in enumerate(texts)]
            yield f"<tr{kind}>{_fold(row, cells) if row.folded else _beside(cells)}"
            paragraph = False
        paragraph = paragraph or any(
            "\n" in text.text[part[1] : whole[1]]
            for text, whole, part in zip(texts, ranges, shown, strict=True)
        )


def _moved(note: str) -> str:
    return note and f'<span class="m">{html.escape(note)}</span>'


def _beside(cells: list[str]) -> str:
    return "".join(f'<td dir="auto">{cell}' if cell else "<td></td>" for cell in cells)


def _fold(row: layout.Row, cells: list[str]) -> str:
    """Equal words behind a button; where they are written alike, once."""
    columns = cells if cells[0] != cells[1] else cells[:1]
    inside = "".join(f'<div dir="auto">{cell}</div>' for cell in columns)
    words = phrases.count(row.folded, "equal word" if row.steps[0].op == "equal" else "word")
    opened = f'<div class="c{len(columns)}">{inside}</div>'
    return f'<td colspan="2" class="e"><details><summary>{words}</summary>{opened}</details>'


def _cell(text: Marked, row: layout.Row, side: int, shown: tuple[int, int]) -> str:
    pieces = []
    for step in row.steps:
        start, end = (step.left_start, step.left_end) if side == 0 else (step.right_start, step.right_end)
        start, end = max(start, shown[0]), min(end, shown[1])
        if start < end:
            pieces.append(_within(_TAGS[step.op][side], text.show(start, end)))
    return "".join(pieces)


def _within(tags: tuple[str, str], shown: str) -> str:
    return f"{tags[0]}{shown}{tags[1]}"


def _range(row: layout.Row, side: int) -> tuple[int, int]:
    first, last = row.steps[0], row.steps[-1]
    return (first.left_start, last.left_end) if side == 0 else (first.right_start, last.right_end)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without the space at its ends."""
    whole = text[start:end]
    start += len(whole) - len(whole.lstrip())
    return start, max(start, end - (len(whole) - len(whole.rstrip())))
