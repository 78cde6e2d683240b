"""How two texts lie in rows by the blocks that answer one another.

The left text stands in order. Beside each of its blocks stands what answers it, wherever that is in
the right text; what nothing answers stands on its side alone. Of a block that has moved a line tells
so, and another one in the place that it left. So the left ranges of all rows cover the left text in
order, and the right ones the right text, though moved blocks in another place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dedup.align.words import align_texts
from dedup.view.blocks import ANSWER, Block, as_passages, blocks_of
from dedup.view.layout import Row, Step, as_steps, count_words, lay_out

UP, DOWN = "↑", "↓"
_BY_BLOCKS = ("partial", "rewrite")  # kinds of which the passages tell more than the alignment

_TITLES = {
    "copied": "copied passage",
    "quoted": "copied passage, mostly quotation",
    "template": "passage that many articles of the source have",
}


def rows_of_pair(
    texts: tuple[str, str],
    bodies: Sequence[Iterable[tuple[int, int]]],
    steps: Sequence[Step],
    kind: str | None,
    passages: Iterable[Any],
    context: int | None,
    beside: bool,
) -> Iterator[Row]:
    """The rows in which a pair is shown: by its passages or sentences where they tell more, else in order.

    bodies    ranges of either text that are no furniture; none: all of it
    passages  as in ``pairs.passages``
    """
    known = as_passages(passages) if kind in _BY_BLOCKS else []
    if not known:
        return lay_out(*texts, steps, context, beside)
    left, right = ([cut for bounds in body for cut in bounds] for body in bodies)
    return arrange(*texts, blocks_of(*texts, known, (left, right)), context, beside)


def arrange(
    left: str, right: str, blocks: Sequence[Block], context: int | None, beside: bool
) -> Iterator[Row]:
    """The rows of two texts; ``context`` and ``beside`` as for ``lay_out``."""
    arranged = _Arranged((left, right), blocks, context, beside)
    for block, steps in arranged.joined(blocks):
        yield from arranged.left_until(block.left[0])
        if not block.moved:
            yield from arranged.right_until(block.right[0])
        yield from arranged.both(block, steps)
    yield from arranged.left_until(len(left))
    yield from arranged.right_until(len(right))


class _Arranged:
    """How far either text is shown."""

    def __init__(
        self, texts: tuple[str, str], blocks: Sequence[Block], context: int | None, beside: bool
    ) -> None:
        self.texts = texts
        self.context = context
        self.beside = beside
        self.at = [0, 0]
        self.moved = deque(sorted((block for block in blocks if block.moved), key=lambda block: block.right))
        self.of_sentences = any(block.what == ANSWER for block in blocks)

    def joined(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, list[Step]]]:
        """Blocks and what differs in them; of equal sentences that follow one another one block."""
        last: tuple[Block, list[Step]] | None = None
        for block in blocks:
            steps = self._steps(block)
            if last and _are_one(last, (block, steps)):
                first = last[0]
                block = first._replace(
                    left=(first.left[0], block.left[1]), right=(first.right[0], block.right[1])
                )
                steps = [Step("equal", *block.left, *block.right)]
            elif last:
                yield last
            last = block, steps
        if last:
            yield last

    def _steps(self, block: Block) -> list[Step]:
        (at, _), (bt, _) = block.left, block.right
        spans = align_texts(self.texts[0][slice(*block.left)], self.texts[1][slice(*block.right)])[1]
        return [_shifted(step, at, bt) for step in as_steps(spans)]

    def left_until(self, end: int) -> Iterator[Row]:
        """What stands on the left alone."""
        yield from self._alone(0, end)

    def right_until(self, end: int) -> Iterator[Row]:
        """What stands on the right alone, and where something has gone from."""
        while self.moved and self.moved[0].right[0] < end:
            block = self.moved.popleft()
            yield from self._alone(1, block.right[0])
            yield Row((), notes=("", self._gone(block)))
            self.at[1] = block.right[1]
        yield from self._alone(1, end)

    def both(self, block: Block, steps: list[Step]) -> Iterator[Row]:
        """A block: sentence beside sentence, or passage beside passage."""
        (at, at_end), (bt, bt_end) = block.left, block.right
        title = self._title(block)
        inner = [_shifted(step, -at, -bt) for step in steps]
        beside = self.beside and block.what != ANSWER  # sentences aren't cut
        parts = self.texts[0][at:at_end], self.texts[1][bt:bt_end]
        for row in lay_out(*parts, inner, self.context, beside, parts=True):
            moved = tuple(_shifted(step, at, bt) for step in row.steps)
            yield row._replace(steps=moved, title=title, stacked=block.what == ANSWER)
            title = ""
        self.at[0] = at_end
        if not block.moved:
            self.at[1] = bt_end

    def _alone(self, side: int, end: int) -> Iterator[Row]:
        at, self.at[side] = self.at[side], end
        text = self.texts[side][at:end]
        other = self.at[1 - side]
        context = None if self.of_sentences else self.context
        whole = [Step("equal", 0, len(text), 0, len(text))] if text else []
        for row in lay_out(text, text, whole, context, beside=False, parts=True):
            bounds = at + row.steps[0].left_start, at + row.steps[-1].left_end
            step = (
                Step("delete", *bounds, other, other) if side == 0 else Step("insert", other, other, *bounds)
            )
            yield Row((step,), row.folded, stacked=self.of_sentences)

    def _title(self, block: Block) -> str:
        title = ""
        if block.what != ANSWER:
            words = count_words(self.texts[0][slice(*block.left)])
            title = f"{_TITLES.get(block.what, block.what)}, {words:,} words"
        if block.moved:
            arrow = UP if block.right[0] > self.at[1] else DOWN
            title = f"{title}; " if title else f"{arrow} "
            left, right = block.numbers
            title += f"moved: {self._noun()} {left:,} on the left, {right:,} on the right"
        return title

    def _gone(self, block: Block) -> str:
        arrow = UP if block.left[0] < self.at[0] else DOWN
        left, right = block.numbers
        return f"{arrow} {self._noun()} {right:,} stands by {left:,} of the left"

    def _noun(self) -> str:
        return "sentence" if self.of_sentences else "passage"


def _are_one(last: tuple[Block, list[Step]], new: tuple[Block, list[Step]]) -> bool:
    equal = all(step.op == "equal" for _, steps in (last, new) for step in steps)
    (before, _), (after, _) = last, new
    follows = before.left[1] == after.left[0] and before.right[1] == after.right[0]
    return equal and follows and not before.moved and not after.moved


def _shifted(step: Step, left: int, right: int) -> Step:
    return Step(
        step.op,
        step.left_start + left,
        step.left_end + left,
        step.right_start + right,
        step.right_end + right,
    )
