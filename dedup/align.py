"""Word alignment of two texts: which words answer which, as spans of both originals.

The alignment is rapidfuzz's minimal edit script over the words' ids. Three things are done
around it:

- *A bound first.* The words that two texts share, counted with repeats, bound the words any
  alignment can match; pairs that can't reach what was asked are dropped for a tenth of the cost.
- *Anchors in long texts.* Stretches of ``ANCHOR`` words that occur once in each text are
  matched first, along their longest increasing chain, and only the gaps between them are
  aligned. So the time stays linear where the texts are copies, however long they are; a gap
  of more than ``MOST_CELLS`` word pairs without an anchor counts as replaced.
- *Sliding.* Of the minimal scripts, the one is taken that keeps equal stretches whole: an
  equal word that stands alone before an insertion is moved to its end if it fits there too.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from dedup.text.words import SECRET_KEY, Words, split_text

ANCHOR = 12  # words; twelve in a row are rarely written twice
FEW_CELLS = 4_000_000  # word pairs of two texts of 2,000 words: aligned at once, in about 1 ms
MOST_CELLS = 100_000_000
LONE = 4  # equal stretches of up to so many words may slide

Ids = NDArray[np.uint64]


class Block(NamedTuple):
    """One step of an alignment, half-open, in words. ``op``: equal, replace, insert, delete."""

    op: str
    left_start: int
    left_end: int
    right_start: int
    right_end: int


class Span(NamedTuple):
    """One step of an alignment, half-open, in code points of the two texts."""

    op: str
    left_start: int
    left_end: int
    right_start: int
    right_end: int


class Alignment(NamedTuple):
    """Two texts word by word.

    ``blocks`` cover both word lists in order, equal and unequal by turns.
    """

    blocks: tuple[Block, ...]
    left_words: int
    right_words: int

    @property
    def matched(self) -> int:
        """Words in equal stretches."""
        return sum(b.left_end - b.left_start for b in self.blocks if b.op == "equal")

    @property
    def longest_run(self) -> int:
        """Words of the longest equal stretch."""
        return max((b.left_end - b.left_start for b in self.blocks if b.op == "equal"), default=0)

    @property
    def similarity(self) -> float:
        """2 x matched / (words left + words right), 0..1."""
        return 2 * self.matched / max(1, self.left_words + self.right_words)

    @property
    def left_containment(self) -> float:
        """Share of the left text's words that are matched, 0..1."""
        return self.matched / max(1, self.left_words)

    @property
    def right_containment(self) -> float:
        """Share of the right text's words that are matched, 0..1."""
        return self.matched / max(1, self.right_words)


def align_words(left: Ids, right: Ids, least_share: float = 0.0) -> Alignment | None:
    """Align two word lists (uint64 ids).

    None if no alignment can match ``least_share`` (0..1) of the shorter text's words.
    """
    left_ids, right_ids, shared = _relabel(left, right)
    if shared < least_share * min(len(left), len(right)):
        return None
    blocks = _merge(_slide(list(_align(left_ids, right_ids)), left_ids, right_ids))
    return Alignment(tuple(blocks), len(left), len(right))


def align_texts(left: str, right: str) -> tuple[Alignment, tuple[Span, ...]]:
    """Align two texts; also as spans that cover both texts whole."""
    left_words, right_words = split_text(left, SECRET_KEY), split_text(right, SECRET_KEY)
    alignment = align_words(left_words.hashes, right_words.hashes)
    assert alignment is not None
    return alignment, spans_of(alignment, left_words, 0, right_words, 0)


def spans_of(
    alignment: Alignment, left: Words, left_text: int, right: Words, right_text: int
) -> tuple[Span, ...]:
    """The alignment as spans that cover both texts whole, gaps between words included.

    Unequal spans begin and end with a word; spaces and punctuation around them belong to
    the equal spans beside them, which may so be without words at either end of the texts.
    """
    sides = (
        (left.starts[left.of(left_text)], left.ends[left.of(left_text)]),
        (right.starts[right.of(right_text)], right.ends[right.of(right_text)]),
    )
    lengths = int(left.lengths[left_text]), int(right.lengths[right_text])
    spans: list[Span] = []
    at = bt = 0
    for block in alignment.blocks:
        if block.op == "equal":
            continue
        i, j = _place(*sides[0], block.left_start, block.left_end)
        k, m = _place(*sides[1], block.right_start, block.right_end)
        if i > at or k > bt:
            spans.append(Span("equal", at, i, bt, k))
        spans.append(Span(block.op, i, j, k, m))
        at, bt = j, m
    if at < lengths[0] or bt < lengths[1]:
        spans.append(Span("equal", at, lengths[0], bt, lengths[1]))
    return tuple(spans)


def _place(
    starts: NDArray[np.int32], ends: NDArray[np.int32], first: int, stop: int
) -> tuple[int, int]:
    """Code points of words ``first`` to ``stop``; of none: where they would stand."""
    if first < stop:
        return int(starts[first]), int(ends[stop - 1])
    point = int(starts[first]) if first < len(starts) else int(ends[-1]) if len(ends) else 0
    return point, point


def _align(left: NDArray[np.uint32], right: NDArray[np.uint32]) -> Iterator[Block]:
    if len(left) * len(right) <= FEW_CELLS:
        yield from _edit_script(left, right, 0, 0)
        return
    at = bt = 0
    for anchor_left, anchor_right, size in _anchors(left, right):
        yield from _edit_script(left[at:anchor_left], right[bt:anchor_right], at, bt)
        at, bt = anchor_left + size, anchor_right + size
        yield Block("equal", anchor_left, at, anchor_right, bt)
    yield from _edit_script(left[at:], right[bt:], at, bt)


def _edit_script(
    left: NDArray[np.uint32], right: NDArray[np.uint32], at: int, bt: int
) -> Iterator[Block]:
    if len(left) * len(right) > MOST_CELLS:
        yield Block("replace", at, at + len(left), bt, bt + len(right))
        return
    for op, i, j, k, m in Levenshtein.opcodes(array("I", left.tobytes()), array("I", right.tobytes())):
        yield Block(op, at + i, at + j, bt + k, bt + m)


def _slide(blocks: list[Block], left: NDArray[np.uint32], right: NDArray[np.uint32]) -> list[Block]:
    """Move short equal blocks across a one-sided gap into the longer equal block beyond it."""
    slid: list[Block] = []
    for block in blocks:
        slid.append(block)
        while len(slid) >= 3 and slid[-1].op == slid[-3].op == "equal" and slid[-2].op in ("insert", "delete"):
            before, gap, after = slid[-3:]
            forward = _size(before) <= min(LONE, _size(after))
            lone = before if forward else after
            if _size(lone) > LONE or not _fits(lone, gap, forward, left, right):
                break
            shift = -_size(lone) if forward else _size(lone)
            gap = Block(gap.op, *(place + shift for place in gap[1:]))
            if forward:
                slid[-3:] = [gap, Block("equal", gap.left_end, after.left_end, gap.right_end, after.right_end)]
            else:
                slid[-3:] = [Block("equal", before.left_start, gap.left_start, before.right_start, gap.right_start), gap]
    return slid


def _size(block: Block) -> int:
    return block.left_end - block.left_start


def _fits(
    lone: Block, gap: Block, forward: bool, left: NDArray[np.uint32], right: NDArray[np.uint32]
) -> bool:
    """Whether the gap's far end (its last words if ``forward``) reads as the lone words do."""
    n = _size(lone)
    ids, start, end = (
        (right, gap.right_start, gap.right_end) if gap.op == "insert" else (left, gap.left_start, gap.left_end)
    )
    if end - start < n:
        return False
    far = ids[end - n : end] if forward else ids[start : start + n]
    return bool(np.array_equal(far, left[lone.left_start : lone.left_end]))


def _merge(blocks: list[Block]) -> list[Block]:
    """Join neighbours so that equal and unequal blocks alternate."""
    merged: list[Block] = []
    for block in blocks:
        if block.left_start == block.left_end and block.right_start == block.right_end:
            continue
        if merged and (merged[-1].op == "equal") == (block.op == "equal"):
            last = merged.pop()
            op = block.op
            if op != "equal":
                on_left = block.left_end > last.left_start
                on_right = block.right_end > last.right_start
                op = "replace" if on_left and on_right else "delete" if on_left else "insert"
            block = Block(op, last.left_start, block.left_end, last.right_start, block.right_end)
        merged.append(block)
    return merged


def _anchors(left: NDArray[np.uint32], right: NDArray[np.uint32]) -> Iterator[tuple[int, int, int]]:
    """Disjoint equal stretches (left start, right start, words), increasing on both sides."""
    left_at, right_at = _unique_in_both(_grams(left, ANCHOR), _grams(right, ANCHOR))
    chain = _longest_increasing(right_at)
    at = bt = 0
    for i, k in zip(left_at[chain].tolist(), right_at[chain].tolist(), strict=True):
        if i < at or k < bt:
            continue
        size = _common_run(left, right, i, k)
        if size:
            yield i, k, size
            at, bt = i + size, k + size


def _unique_in_both(left: Ids, right: Ids) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the values that occur once in each array, by place in the left one."""
    once = []
    for grams in (left, right):
        values, places, counts = np.unique(grams, return_index=True, return_counts=True)
        once.append((values[counts == 1], places[counts == 1]))
    (left_values, left_places), (right_values, right_places) = once
    _, i, k = np.intersect1d(left_values, right_values, assume_unique=True, return_indices=True)
    order = np.argsort(left_places[i], kind="stable")
    return left_places[i][order], right_places[k][order]


@numba.njit(cache=True, nogil=True)
def _relabel(left, right):
    """Number the words of two texts from 0 by first use; also count shared words, with repeats."""
    capacity = 16
    while capacity < 2 * (len(left) + len(right)):
        capacity *= 2
    mask = np.uint64(capacity - 1)
    keys = np.empty(capacity, np.uint64)
    labels = np.full(capacity, -1, np.int64)
    unmatched = np.zeros(len(left) + len(right) + 1, np.int64)
    out_left = np.empty(len(left), np.uint32)
    out_right = np.empty(len(right), np.uint32)
    used = 0
    shared = 0
    for side in range(2):
        source = left if side == 0 else right
        target = out_left if side == 0 else out_right
        for index in range(len(source)):
            value = source[index]
            slot = value & mask
            while labels[slot] >= 0 and keys[slot] != value:
                slot = (slot + np.uint64(1)) & mask
            label = labels[slot]
            if label < 0:
                label = used
                used += 1
                keys[slot] = value
                labels[slot] = label
            target[index] = label
            if side == 0:
                unmatched[label] += 1
            elif unmatched[label] > 0:
                unmatched[label] -= 1
                shared += 1
    return out_left, out_right, shared


@numba.njit(cache=True, nogil=True)
def _grams(ids, size):
    """A 64-bit hash of every ``size`` words in a row, uint64[max(0, n - size + 1)]."""
    grams = np.empty(max(0, len(ids) - size + 1), np.uint64)
    for index in range(len(grams)):
        value = np.uint64(size)
        for position in range(size):
            value = (value ^ np.uint64(ids[index + position])) * np.uint64(0x9FB21C651E98DF25)
            value ^= value >> np.uint64(29)
        grams[index] = value
    return grams


@numba.njit(cache=True, nogil=True)
def _longest_increasing(values):
    """Indexes of a longest strictly increasing subsequence (patience sorting), in order."""
    tails = np.empty(len(values), np.int64)
    before = np.empty(len(values), np.int64)
    length = 0
    for index in range(len(values)):
        low, high = 0, length
        while low < high:
            middle = (low + high) // 2
            if values[tails[middle]] < values[index]:
                low = middle + 1
            else:
                high = middle
        before[index] = tails[low - 1] if low > 0 else -1
        tails[low] = index
        length = max(length, low + 1)
    chain = np.empty(length, np.int64)
    index = tails[length - 1] if length > 0 else -1
    for place in range(length - 1, -1, -1):
        chain[place] = index
        index = before[index]
    return chain


@numba.njit(cache=True, nogil=True)
def _common_run(left, right, at, bt):
    size = 0
    while at + size < len(left) and bt + size < len(right) and left[at + size] == right[bt + size]:
        size += 1
    return size
