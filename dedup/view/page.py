"""The body of a diff: rows of an alignment to lines of styled text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from dedup.view.console import MARKS
from dedup.view.layout import Row, Step
from dedup.view.parts import distinct_evidence, merge
from dedup.view.phrases import count
from dedup.view.safe import safe

_LOOKS = {  # operation -> style and marks on the left, and on the right
    "equal": (("diff.equal", ("", "")), ("diff.equal", ("", ""))),
    "delete": (("diff.delete", MARKS.delete), ("diff.delete", MARKS.delete)),
    "insert": (("diff.insert", MARKS.insert), ("diff.insert", MARKS.insert)),
    "replace": (("diff.replace.left", MARKS.replace_left), ("diff.replace.right", MARKS.replace_right)),
}
_DIVIDER = " │ "


class Page:
    """Two texts, ready to be shown row by row."""

    def __init__(
        self,
        texts: tuple[str, str],
        evidence: tuple[Iterable[object], Iterable[object]],
        colour: bool,
        width: int,
    ) -> None:
        self.texts = [safe(text, newlines=True) for text in texts]
        self.evidence = [
            merge((row["start"], row["end"]) for row in distinct_evidence(items)) for items in evidence
        ]
        self.colour = colour
        self.width = width
        # Inline, equal words are shown once: as the side has them whose evidence is to be seen.
        self.told = 1 if len(self.evidence[1]) > len(self.evidence[0]) else 0

    def beside(self, console: Console, rows: Iterable[Row]) -> Iterator[Text]:
        """Lines of two columns."""
        room = (self.width - len(_DIVIDER)) // 2
        divider = Text(_DIVIDER if console.encoding.startswith("utf") else " | ", "diff.rule")
        for row, gap in self._spaced(rows):
            if gap:
                yield Text(" " * room + divider.plain.rstrip(), "diff.rule")
            if row.folded:
                yield self._fold(row)
                continue
            cells = [_lines(console, self.side(row, side), room) for side in (0, 1)]
            for left, right in itertools.zip_longest(*cells, fillvalue=Text("")):
                left = left.copy()
                left.pad_right(max(0, room - left.cell_len))
                yield Text.assemble(left, divider, right)

    def inline(self, console: Console, rows: Iterable[Row]) -> Iterator[Text]:
        """Lines of one column, in which equal words stand once."""
        for row, gap in self._spaced(rows):
            if gap:
                yield Text("")
            if row.folded:
                yield self._fold(row)
            else:
                yield from _lines(console, self._both(row), self.width)

    def side(self, row: Row, side: int) -> Text:
        """What a row holds of one of the texts."""
        shown = Text()
        for step in row.steps:
            start, end = _range(step, side)
            if start < end:
                shown.append_text(self._piece(step.op, side, start, end))
        return shown

    def _both(self, row: Row) -> Text:
        shown = Text()
        for step in row.steps:
            for side in (self.told,) if step.op == "equal" else (0, 1):
                start, end = _range(step, side)
                if start < end:
                    if self._wants_space(shown, step, side):
                        shown.append(" ")
                    shown.append_text(self._piece(step.op, side, start, end))
        return shown

    def _wants_space(self, shown: Text, step: Step, side: int) -> bool:
        """Whether words would run together whose space went with text that is not shown."""
        start, _ = _range(step, side)
        if not shown or shown.plain[-1].isspace() or self.texts[side][start].isspace():
            return False
        return (step.op == "replace" and side == 1) or self.texts[side][max(0, start - 1) : start].isspace()

    def _spaced(self, rows: Iterable[Row]) -> Iterator[tuple[Row, bool]]:
        """Rows that show something, each with whether a paragraph's gap stands before it."""
        gap, first = False, True
        for row in rows:
            before, after, blank = self._gaps(row)
            gap = gap or before
            if not blank:
                yield row, gap and not first
                gap, first = after, False
            else:
                gap = gap or after

    def _gaps(self, row: Row) -> tuple[bool, bool, bool]:
        before = after = False
        blank = True
        for side in (0, 1):
            text = self.texts[side][_range(row.steps[0], side)[0] : _range(row.steps[-1], side)[1]]
            core = text.strip()
            blank = blank and not core
            head = text[: len(text) - len(text.lstrip())]
            before = before or head.count("\n") > 1
            after = after or text[len(head) + len(core) :].count("\n") > 1
        return before, after, blank

    def _fold(self, row: Row) -> Text:
        return Text(f"… {count(row.folded, 'equal word')} …".center(self.width).rstrip(), "diff.fold")

    def _piece(self, op: str, side: int, start: int, end: int) -> Text:
        """A stretch of one text in its style; where there is no colour, between its marks."""
        text = self.texts[side]
        style, (opening, closing) = _LOOKS[op][side]
        evidence = [
            (max(a, start), min(b, end), a, b) for a, b in self.evidence[side] if a < end and b > start
        ]
        piece = Text(text[start:end], style)
        for a, b, _, _ in evidence:
            piece.stylize("diff.evidence", a - start, b - start)
        if self.colour:
            return piece
        core = text[start:end].strip()
        first = start + len(text[start:end]) - len(text[start:end].lstrip())
        marks = [(first, 2, opening), (first + len(core), 1, closing)] if core and opening else []
        for a, b, true_start, true_end in evidence:
            # Evidence that goes on beyond this piece is opened or closed in the next one.
            marks += [(a, 3, MARKS.evidence[0])] if a == true_start else []
            marks += [(b, 0, MARKS.evidence[1])] if b == true_end else []
        return _with_marks(piece, [(at - start, mark) for at, _, mark in sorted(marks)])


def _with_marks(piece: Text, marks: list[tuple[int, str]]) -> Text:
    parts = piece.divide([at for at, _ in marks])
    marked = Text()
    for part, (_, mark) in itertools.zip_longest(parts, marks, fillvalue=(0, "")):
        if isinstance(part, Text):
            marked.append_text(part)
        marked.append(mark, piece.style)
    return marked


def _range(step: Step, side: int) -> tuple[int, int]:
    return (step.left_start, step.left_end) if side == 0 else (step.right_start, step.right_end)


def _lines(console: Console, text: Text, width: int) -> list[Text]:
    """The text wrapped, without the line breaks at its ends; indents of lines stay."""
    start = len(text.plain) - len(text.plain.lstrip())
    start = text.plain.rfind("\n", 0, start) + 1
    core = text[start : max(start, len(text.plain.rstrip()))]
    lines = core.wrap(console, width, overflow="fold", tab_size=1)
    for line in lines:
        line.rstrip()
    return list(lines)
