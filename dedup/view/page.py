"""The body of a diff: rows of an alignment to lines of styled text."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from dedup.view.console import MARKS
from dedup.view.layout import Row, Step
from dedup.view.parts import distinct_evidence, merge, sentence
from dedup.view.phrases import count
from dedup.view.safe import safe
from dedup.view.wrapped import lines_of

Bounds = tuple[int, int]
Line = tuple[Text, ...]  # parts that stand beside one another

_LOOKS = {  # operation -> style and marks on the left, and on the right
    "equal": (("diff.equal", ("", "")), ("diff.equal", ("", ""))),
    "delete": (("diff.delete", MARKS.delete), ("diff.delete", MARKS.delete)),
    "insert": (("diff.insert", MARKS.insert), ("diff.insert", MARKS.insert)),
    "replace": (("diff.replace.left", MARKS.replace_left), ("diff.replace.right", MARKS.replace_right)),
}
_ALONE = ("diff.alone.left", "diff.alone.right")
_FURNITURE = (MARKS.furniture_left, MARKS.furniture_right)
_FOLDED = {"equal": "equal word", "delete": "word", "insert": "word"}
_WHERE = {"equal": "", "delete": " of the left alone", "insert": " of the right alone"}
_LABELS = (("L ", "left"), ("R ", "right"))
_DIVIDER = " │ "
_PLAIN = str.maketrans({"│": "|", "─": "-", "↑": "^", "↓": "v", "→": ">", "…": "~", "·": ";"})


class Page:
    """Two texts, ready to be shown row by row.

    evidence   spun evidence of either text
    furniture  half-open ranges of either text that are not its own
    """

    def __init__(
        self,
        texts: tuple[str, str],
        evidence: tuple[Iterable[object], Iterable[object]],
        furniture: tuple[Sequence[Bounds], Sequence[Bounds]],
        colour: bool,
        width: int,
    ) -> None:
        self.texts = [safe(text, newlines=True) for text in texts]
        self.evidence = [sorted(distinct_evidence(items), key=lambda row: row["end"]) for items in evidence]
        self.underlined = [merge((row["start"], row["end"]) for row in rows) for rows in self.evidence]
        self.furniture = furniture
        self.colour = colour
        self.width = width
        self.shown: set[str] = set()  # what ``header.legend`` has to explain of the rows so far
        # Inline, equal words are shown once: as the side has them whose evidence is to be seen.
        self.told = 1 if len(self.evidence[1]) > len(self.evidence[0]) else 0

    def beside(self, console: Console, rows: Iterable[Row]) -> Iterator[Line]:
        """Lines of two columns."""
        room = (self.width - len(_DIVIDER)) // 2
        divider = self._own(console, _DIVIDER, "diff.rule")
        bare = self._own(console, _DIVIDER.rstrip(), "diff.rule")
        for row, gap in self._spaced(rows):
            if gap:
                yield Text(" " * room), bare
            if row.title:
                yield (self._title(console, row),)
            if row.folded:
                yield (self._fold(console, row),)
                continue
            cells = [list(self._cell(console, row, side, room)) for side in (0, 1)]
            for left, right in itertools.zip_longest(*cells):
                width = left.cell_len if left else 0
                space = Text(" " * max(0, room - width))
                yield left or Text(""), space, divider if right else bare, right or Text("")

    def inline(self, console: Console, rows: Iterable[Row]) -> Iterator[Line]:
        """Lines of one column, in which equal words stand once, or the texts one above the other."""
        for number, (row, gap) in enumerate(self._spaced(rows)):
            if gap or (row.stacked and number):
                yield ()
            if row.title:
                yield (self._title(console, row),)
            if row.folded:
                yield (self._fold(console, row),)
            elif row.stacked:
                yield from self._stacked(console, row)
            else:
                yield from ((line,) for line in lines_of(self._both(row), self.width))
                for side in (0, 1):
                    yield from ((line,) for line in self._natural(console, row, side, self.width))
            for note in row.notes:
                moved = self._own(console, note, "diff.moved")
                yield from ((line,) for line in lines_of(moved, self.width))

    def _cell(self, console: Console, row: Row, side: int, room: int) -> Iterator[Text]:
        yield from lines_of(self.side(row, side), room)
        yield from self._natural(console, row, side, room)
        yield from lines_of(self._own(console, row.notes[side], "diff.moved"), room)

    def side(self, row: Row, side: int) -> Text:
        """What a row holds of one of the texts."""
        shown = Text()
        alone = self._is_alone(row)
        for step in row.steps:
            start, end = _range(step, side)
            if start < end:
                shown.append_text(self._piece(step.op, side, start, end, alone))
        return shown

    def _is_alone(self, row: Row) -> bool:
        """Whether all that a row shows is one text's."""
        ops = {
            step.op
            for step in row.steps
            if any(self.texts[side][slice(*_range(step, side))].strip() for side in (0, 1))
        }
        return ops in ({"delete"}, {"insert"})

    def _stacked(self, console: Console, row: Row) -> Iterator[Line]:
        for side, (label, style) in enumerate(_LABELS):
            room = self.width - len(label)
            lines = [*lines_of(self.side(row, side), room), *self._natural(console, row, side, room)]
            for number, line in enumerate(lines):
                yield Text(" " * len(label) if number else label, style), line

    def _both(self, row: Row) -> Text:
        shown = Text()
        alone = self._is_alone(row)
        for step in row.steps:
            for side in (self.told,) if step.op == "equal" else (0, 1):
                start, end = _range(step, side)
                if start < end:
                    if self._wants_space(shown, step, side):
                        shown.append(" ")
                    shown.append_text(self._piece(step.op, side, start, end, alone))
        return shown

    def _wants_space(self, shown: Text, step: Step, side: int) -> bool:
        """Whether words would run together whose space went with text that is not shown."""
        start, _ = _range(step, side)
        if not shown or shown.plain[-1].isspace() or self.texts[side][start].isspace():
            return False
        return (step.op == "replace" and side == 1) or self.texts[side][max(0, start - 1) : start].isspace()

    def _spaced(self, rows: Iterable[Row]) -> Iterator[tuple[Row, bool]]:
        """Rows that show something, each with whether a gap stands before it."""
        gap, first = False, True
        for row in rows:
            before, after, blank = self._gaps(row)
            gap = gap or before
            if not blank:
                yield row, (gap or bool(row.title)) and not first
                gap, first = after, False
            else:
                gap = gap or after

    def _gaps(self, row: Row) -> tuple[bool, bool, bool]:
        """Whether a blank line stands before a row's text, and after it, and whether it is blank itself."""
        before = after = False
        blank = not any(row.notes)
        for side in (0, 1) if row.steps else ():
            text = self.texts[side][_range(row.steps[0], side)[0] : _range(row.steps[-1], side)[1]]
            core = text.strip()
            blank = blank and not core
            head = text[: len(text) - len(text.lstrip())]
            before = before or head.count("\n") > 1
            after = after or text[len(head) + len(core) :].count("\n") > 1
        return before, after, blank

    def _fold(self, console: Console, row: Row) -> Text:
        op = row.steps[0].op
        told = f"… {count(row.folded, _FOLDED[op])}{_WHERE[op]} …"
        return self._own(console, told.center(self.width).rstrip(), "diff.fold")

    def _title(self, console: Console, row: Row) -> Text:
        return self._own(console, f"── {row.title} ──", "diff.title")

    def _own(self, console: Console, words: str, style: str) -> Text:
        """Words that no text holds."""
        return Text(words if console.encoding.startswith("utf") else words.translate(_PLAIN), style)

    def _natural(self, console: Console, row: Row, side: int, width: int) -> Iterator[Text]:
        """Lines of what a writer would have written for the spun evidence that ends in a row."""
        rows = self.evidence[side]
        if not row.steps or not rows:
            return
        start, end = _range(row.steps[0], side)[0], _range(row.steps[-1], side)[1]
        first, stop = (bisect_right(rows, at, key=_end_of) for at in (start, end))
        told = {
            f"{sentence(found['phrase'])} → {sentence(found['natural'])}": None
            for found in rows[first:stop]
            if found["natural"]
        }
        for line in lines_of(self._own(console, " · ".join(told), "diff.natural"), width - 2):
            yield Text.assemble("  ", line)

    def _piece(self, op: str, side: int, start: int, end: int, alone: bool) -> Text:
        """A stretch of one text, what is furniture of it apart."""
        shown = Text()
        at = start
        ranges = self.furniture[side]
        for number in range(bisect_right(ranges, start, key=_second), len(ranges)):
            first, stop = ranges[number]
            if first >= end:
                break
            first, stop = max(first, start), min(stop, end)
            if at < first:
                shown.append_text(self._styled(op, side, at, first, alone, False))
            shown.append_text(self._styled(op, side, first, stop, alone, True))
            at = stop
        if at < end:
            shown.append_text(self._styled(op, side, at, end, alone, False))
        return shown

    def _styled(self, op: str, side: int, start: int, end: int, alone: bool, furniture: bool) -> Text:
        """A stretch of one text in its style; where there is no colour, between its marks."""
        text = self.texts[side]
        style, (opening, closing) = _LOOKS[op][side]
        if alone and not furniture:
            style = _ALONE[side]
        shown = text[start:end]
        core = shown.strip()
        if core:
            self.shown.add(("furniture.left", "furniture.right")[side] if furniture else op)
        if furniture:
            opening, closing = _FURNITURE[side]
        first = start + len(shown) - len(shown.lstrip())
        marks = [] if self.colour or not core else [(first, 2, opening), (first + len(core), 1, closing)]
        piece = Text(shown, style)
        if furniture:
            piece.stylize("diff.furniture")
        for a, b in self._evidence_in(side, start, end):
            self.shown.add("evidence")
            piece.stylize("diff.evidence", max(a, start) - start, min(b, end) - start)
            if not self.colour:
                # Evidence that goes on beyond this piece is opened or closed in another one.
                marks += [(a, 3, MARKS.evidence[0])] if a >= start else []
                marks += [(b, 0, MARKS.evidence[1])] if b <= end else []
        return _with_marks(piece, [(at - start, mark) for at, _, mark in sorted(marks) if mark])

    def _evidence_in(self, side: int, start: int, end: int) -> Iterator[Bounds]:
        ranges = self.underlined[side]
        for place in range(bisect_right(ranges, start, key=_second), bisect_left(ranges, (end, 0))):
            yield ranges[place]


def _with_marks(piece: Text, marks: list[tuple[int, str]]) -> Text:
    if not marks:
        return piece
    parts = piece.divide([at for at, _ in marks])
    marked = Text()
    for part, (_, mark) in itertools.zip_longest(parts, marks, fillvalue=(0, "")):
        if isinstance(part, Text):
            marked.append_text(part)
        marked.append(mark, piece.style)
    return marked


def _second(bounds: Bounds) -> int:
    return bounds[1]


def _end_of(row: dict[str, Any]) -> int:
    return int(row["end"])


def _range(step: Step, side: int) -> Bounds:
    return (step.left_start, step.left_end) if side == 0 else (step.right_start, step.right_end)
