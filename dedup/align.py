"""Word alignment of two texts: which words answer which, as spans of both originals.

The alignment is rapidfuzz's minimal edit script over the words' ids. Three things are done
around it:

- *A bound first.* The words that two texts share, counted with repeats, bound the words any
  alignment can match; many pairs at once are looked at, and those that can't reach what was
  asked are dropped for a tenth of the cost.
- *Anchors in long texts.* Stretches of ``ANCHOR`` words that occur once in each text are
  matched first, along their longest increasing chain, and only the gaps between them are
  aligned, after a common beginning and end. So the time stays linear where the texts are
  copies, however long they are; a gap of more than ``MOST_CELLS`` word pairs without an
  anchor counts as replaced.
- *Sliding.* Of the minimal scripts, the one is taken that keeps equal stretches whole: an
  equal word that stands alone before an insertion is moved to its end if it fits there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from dedup.kernel import grams
from dedup.text.words import Text, Words, text_of

ANCHOR = 12  # words; twelve in a row are rarely written twice
FEW_CELLS = 4_000_000  # word pairs of two texts of 2,000 words: aligned at once, in about 1 ms
MOST_CELLS = 100_000_000
_SLOTS = 2**16  # of a table of labels, to begin with: long texts repeat their words
_SURROGATES = 0xD800  # first code point of those that no text may hold
LONE = 4  # equal stretches of up to so many words may slide

OPS = ("equal", "replace", "insert", "delete")

Ids = NDArray[np.uint64]
Labels = NDArray[np.uint32]
Places = NDArray[np.int64]


class Span(NamedTuple):
    """One step of an alignment, half-open, in code points of the two texts.

    ``op``: equal, replace, insert (right only) or delete (left only).
    """

    op: str
    left_start: int
    left_end: int
    right_start: int
    right_end: int


class Alignment(NamedTuple):
    """Two texts word by word.

    equal        int64[n, 3]: first word on the left, on the right, and number of words of each
                 equal stretch, in order; no two touch on both sides
    left_words   words of the left text
    right_words  words of the right text
    matched      words in equal stretches
    longest_run  words of the longest equal stretch
    """

    equal: Places
    left_words: int
    right_words: int
    matched: int
    longest_run: int

    @classmethod
    def of(cls, equal: Places, left_words: int, right_words: int) -> Alignment:
        """The alignment with these equal stretches."""
        sizes = equal[:, 2].tolist()
        return cls(equal, left_words, right_words, sum(sizes), max(sizes, default=0))

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


def may_share(
    hashes: Ids, first: Places, left: NDArray[np.int64], right: NDArray[np.int64], least_share: float
) -> NDArray[np.bool_]:
    """Which pairs of texts have words enough in common for an alignment to match that share.

    hashes, first  uint64[w], int64[n + 1]: the words of n texts (see ``text.words.Words``)
    left, right    int64[p]: the texts of each pair, by number
    least_share    of the shorter text's words, 0..1
    """
    shared = _count_shared(hashes, first, left, right)
    lengths = np.diff(first)
    return np.asarray(shared >= least_share * np.minimum(lengths[left], lengths[right]))


def align_words(left: Ids, right: Ids) -> Alignment:
    """Align two word lists (uint64 ids)."""
    left_labels, right_labels = _relabel(left, right)
    found = [place for stretch in _align(left_labels, right_labels) for place in stretch]
    equal = np.array(found, np.int64).reshape(-1, 3)
    return Alignment.of(_tidy(equal, left_labels, right_labels), len(left), len(right))


def align_many(words: Words, left: Places, right: Places) -> list[Alignment]:
    """``align_words`` of many pairs of texts, given by their numbers in ``words``, int64[p] each."""
    lengths = np.diff(words.first)
    short = lengths[left] * lengths[right] <= FEW_CELLS
    found = iter(_align_short(words, left[short], right[short]))
    return [
        next(found) if at_once else align_words(words.hashes[words.of(a)], words.hashes[words.of(b)])
        for at_once, a, b in zip(short.tolist(), left.tolist(), right.tolist(), strict=True)
    ]


def _align_short(words: Words, left: Places, right: Places) -> Iterator[Alignment]:
    """Alignments of pairs that are aligned at once: nothing but the edit script is done pair by pair."""
    labels, cuts = _relabel_many(words.hashes, words.first, left, right)
    string = _as_string(labels)
    bounds = cuts.tolist()
    found: list[int] = []  # start on the left, on the right, words: of one stretch after the other
    counts = [0]
    for begin, middle, end in zip(bounds[:-1:2], bounds[1::2], bounds[2::2], strict=True):
        script = Levenshtein.opcodes(string[begin:middle], string[middle:end])
        for block in script.as_matching_blocks():
            found += (block.a, block.b, block.size)
        counts.append(len(found) // 3)
    stretches = np.array(found, np.int64).reshape(-1, 3)
    equal, starts, measures = _tidy_many(stretches, np.array(counts), labels, cuts)
    sizes = np.diff(cuts).tolist()
    for number, (matched, longest_run) in enumerate(measures.tolist()):
        part = equal[starts[number] : starts[number + 1]]
        yield Alignment(part, sizes[2 * number], sizes[2 * number + 1], matched, longest_run)


def align_texts(left: str, right: str) -> tuple[Alignment, list[Span]]:
    """Align two texts; also as spans that cover both texts whole."""
    ours, theirs = text_of(left), text_of(right)
    alignment = align_words(ours.ids, theirs.ids)
    return alignment, name_spans(span_places(alignment, ours, theirs))


def span_places(alignment: Alignment, left: Text, right: Text) -> Places:
    """The alignment as int64[m, 5]: number of the op in ``OPS``, then the code points of ``Span``.

    The spans cover both texts whole. Unequal ones begin and end with a word; spaces and
    punctuation around them belong to the equal spans beside them, which may so be without
    words at either end of the texts.
    """
    at, bt = left.words.of(left.number), right.words.of(right.number)
    places: Places = _spans(
        alignment.equal,
        left.words.starts[at],
        left.words.ends[at],
        left.length,
        right.words.starts[bt],
        right.words.ends[bt],
        right.length,
    )
    return places


def span_places_many(
    alignments: Sequence[Alignment], words: Words, left: Places, right: Places
) -> tuple[Places, Places]:
    """``span_places`` of many alignments: int64[m, 5], and where each one's begin, int64[p + 1]."""
    equal, bounds = join_stretches(alignments)
    found: tuple[Places, Places] = _spans_many(
        equal, bounds, words.starts, words.ends, words.lengths, words.first, left, right
    )
    return found


def join_stretches(alignments: Sequence[Alignment]) -> tuple[Places, Places]:
    """The equal stretches of many alignments, int64[m, 3], and where each one's begin, int64[p + 1]."""
    bounds = np.cumsum([0, *(len(alignment.equal) for alignment in alignments)])
    return np.concatenate([np.empty((0, 3), np.int64), *(a.equal for a in alignments)]), bounds


def name_spans(places: Places) -> list[Span]:
    """Spans from their numbers."""
    return [Span(OPS[op], *ends) for op, *ends in places.tolist()]


def _align(left: Labels, right: Labels) -> Iterator[tuple[int, int, int]]:
    """Equal stretches: left start, right start, words."""
    if len(left) * len(right) <= FEW_CELLS:
        yield from _edit_script(left, right, 0, 0)
        return
    head = at = bt = _common_run(left, right, 0, 0)
    tail = _common_run(left[at:][::-1], right[bt:][::-1], 0, 0)
    yield 0, 0, at
    left, right = left[: len(left) - tail], right[: len(right) - tail]
    for i, k, size in _anchors(left[at:], right[bt:]):
        anchor_left, anchor_right = head + i, head + k
        yield from _edit_script(left[at:anchor_left], right[bt:anchor_right], at, bt)
        yield anchor_left, anchor_right, size
        at, bt = anchor_left + size, anchor_right + size
    yield from _edit_script(left[at:], right[bt:], at, bt)
    yield len(left), len(right), tail


def _edit_script(left: Labels, right: Labels, at: int, bt: int) -> Iterator[tuple[int, int, int]]:
    if not 0 < len(left) * len(right) <= MOST_CELLS:
        return
    if max(left.max(), right.max()) >= _SURROGATES:
        left, right = _relabel(left.astype(np.uint64), right.astype(np.uint64))
    for block in Levenshtein.opcodes(_as_string(left), _as_string(right)).as_matching_blocks():
        yield at + block.a, bt + block.b, block.size


def _as_string(labels: Labels) -> str:
    """Labels as code points: rapidfuzz is fastest on strings. They must stay below the surrogates;
    those of two texts that are aligned at once do, for the shorter has at most 10,000 words.
    """
    return labels.tobytes().decode("utf-32-le")


def _anchors(left: Labels, right: Labels) -> Iterator[tuple[int, int, int]]:
    """Disjoint equal stretches (left start, right start, words), increasing on both sides."""
    left_at, right_at = _unique_in_both(left, right)
    chain = _longest_increasing(right_at)
    stretches = _extend(left, right, left_at[chain], right_at[chain])
    del left_at, right_at, chain  # of giant texts they are most of what there is
    for i, k, size in stretches:
        yield int(i), int(k), int(size)


def _unique_in_both(left: Labels, right: Labels) -> tuple[Places, Places]:
    """Places of the stretches of ``ANCHOR`` words that occur once in each text, by place in the left one."""
    left_values, left_places = _once(grams(left, ANCHOR))
    right_values, right_places = _once(grams(right, ANCHOR))
    if not len(right_values):
        return left_places[:0], right_places
    at = np.searchsorted(right_values, left_values)
    at[at == len(right_values)] = 0
    shared = right_values[at] == left_values
    del left_values, right_values
    left_places, right_places = left_places[shared], right_places[at[shared]]
    order = np.argsort(left_places)
    return left_places[order], right_places[order]


def _once(values: Ids) -> tuple[Ids, Places]:
    """The values that occur once, sorted, and their places; with fewer arrays than ``np.unique`` takes."""
    order = np.argsort(values)
    found = values[order]
    differ = found[1:] != found[:-1]
    single = np.ones(len(found), np.bool_)
    single[1:] &= differ
    single[:-1] &= differ
    return found[single], order[single]


@numba.njit(cache=True, nogil=True)
def _double(keys: Any, labels: Any) -> Any:
    """A hash table of twice as many slots with the same labels."""
    mask = np.uint64(2 * len(keys) - 1)
    more_keys = np.empty(2 * len(keys), np.uint64)
    more_labels = np.full(2 * len(keys), -1, np.int64)
    for old in range(len(keys)):
        if labels[old] >= 0:
            slot = keys[old] & mask
            while more_labels[slot] >= 0:
                slot = (slot + np.uint64(1)) & mask
            more_keys[slot] = keys[old]
            more_labels[slot] = labels[old]
    return more_keys, more_labels


@numba.njit(cache=True, nogil=True)
def _relabel(left: Any, right: Any) -> Any:
    """Number the words that two texts share from 2, by first use.

    Words of the left text alone are 0, of the right one alone 1: they match nothing.
    """
    capacity = 16
    while capacity < min(2 * (len(left) + len(right)), _SLOTS):
        capacity *= 2
    mask = np.uint64(capacity - 1)
    keys = np.empty(capacity, np.uint64)
    labels = np.full(capacity, -1, np.int64)
    out_left = np.empty(len(left), np.uint32)
    out_right = np.empty(len(right), np.uint32)
    in_both = np.zeros(len(left) + len(right), np.bool_)
    numbers = np.empty(len(left) + len(right), np.uint32)
    used = 0
    in_left = 0
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
                if 2 * used > capacity:
                    keys, labels = _double(keys, labels)
                    capacity *= 2
                    mask = np.uint64(capacity - 1)
            target[index] = label
            in_both[label] = side == 1
        if side == 0:
            in_left = used
    number = 2
    for label in range(used):
        if label < in_left and in_both[label]:
            numbers[label] = number
            number += 1
        else:
            numbers[label] = 0 if label < in_left else 1
    for index in range(len(left)):
        out_left[index] = numbers[out_left[index]]
    for index in range(len(right)):
        out_right[index] = numbers[out_right[index]]
    return out_left, out_right


@numba.njit(cache=True, nogil=True)
def _relabel_many(hashes: Any, first: Any, left: Any, right: Any) -> Any:
    """``_relabel`` of many pairs: all labels, and where those of each text begin, two texts a pair."""
    cuts = np.zeros(2 * len(left) + 1, np.int64)
    for pair in range(len(left)):
        for side in range(2):
            text = left[pair] if side == 0 else right[pair]
            cuts[2 * pair + side + 1] = cuts[2 * pair + side] + first[text + 1] - first[text]
    labels = np.empty(cuts[-1], np.uint32)
    for pair in range(len(left)):
        ours = hashes[first[left[pair]] : first[left[pair] + 1]]
        theirs = hashes[first[right[pair]] : first[right[pair] + 1]]
        left_labels, right_labels = _relabel(ours, theirs)
        labels[cuts[2 * pair] : cuts[2 * pair + 1]] = left_labels
        labels[cuts[2 * pair + 1] : cuts[2 * pair + 2]] = right_labels
    return labels, cuts


@numba.njit(cache=True, nogil=True)
def _tidy_many(stretches: Any, counts: Any, labels: Any, cuts: Any) -> Any:
    """``_tidy`` of many pairs, whose stretches begin at ``counts``.

    Returns the stretches, where those of each pair begin, and for each pair the words in all
    of them and in the longest.
    """
    pairs = len(counts) - 1
    equal = np.empty_like(stretches)
    bounds = np.zeros(pairs + 1, np.int64)
    measures = np.zeros((pairs, 2), np.int64)
    used = 0
    for pair in range(pairs):
        left = labels[cuts[2 * pair] : cuts[2 * pair + 1]]
        right = labels[cuts[2 * pair + 1] : cuts[2 * pair + 2]]
        for stretch in _tidy(stretches[counts[pair] : counts[pair + 1]], left, right):
            equal[used] = stretch
            used += 1
            measures[pair, 0] += stretch[2]
            measures[pair, 1] = max(measures[pair, 1], stretch[2])
        bounds[pair + 1] = used
    return equal[:used], bounds, measures


@numba.njit(cache=True, nogil=True)
def _count_shared(hashes: Any, first: Any, left: Any, right: Any) -> Any:
    """Words that the texts of each pair share, with repeats, int64[p]."""
    most = 0
    for pair in range(len(left)):
        most = max(most, first[left[pair] + 1] - first[left[pair]])
    capacity = 16
    while capacity < 2 * most:
        capacity *= 2
    mask = np.uint64(capacity - 1)
    keys = np.empty(capacity, np.uint64)
    counts = np.empty(capacity, np.int64)
    owner = np.full(capacity, -1, np.int64)  # the pair that a slot was filled for
    shared = np.zeros(len(left), np.int64)
    for pair in range(len(left)):
        for value in hashes[first[left[pair]] : first[left[pair] + 1]]:
            slot = value & mask
            while owner[slot] == pair and keys[slot] != value:
                slot = (slot + np.uint64(1)) & mask
            if owner[slot] != pair:
                owner[slot], keys[slot], counts[slot] = pair, value, 0
            counts[slot] += 1
        for value in hashes[first[right[pair]] : first[right[pair] + 1]]:
            slot = value & mask
            while owner[slot] == pair and keys[slot] != value:
                slot = (slot + np.uint64(1)) & mask
            if owner[slot] == pair and counts[slot] > 0:
                counts[slot] -= 1
                shared[pair] += 1
    return shared


@numba.njit(cache=True, nogil=True)
def _longest_increasing(values: Any) -> Any:
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
def _extend(left: Any, right: Any, left_at: Any, right_at: Any) -> Any:
    """Places in both, as int64[n, 3] with the number of equal words there; those within others left out."""
    stretches = np.empty((0, 3), np.int64)
    for writing in (False, True):
        count = at = bt = 0
        for index in range(len(left_at)):
            i, k = left_at[index], right_at[index]
            if i < at or k < bt:
                continue
            size = _common_run(left, right, i, k)
            if size:
                if writing:
                    stretches[count] = i, k, size
                count += 1
                at, bt = i + size, k + size
        if not writing:
            stretches = np.empty((count, 3), np.int64)
    return stretches


@numba.njit(cache=True, nogil=True)
def _common_run(left: Any, right: Any, at: Any, bt: Any) -> Any:
    size = 0
    while at + size < len(left) and bt + size < len(right) and left[at + size] == right[bt + size]:
        size += 1
    return size


@numba.njit(cache=True, nogil=True)
def _reads_as(left: Any, at: Any, right: Any, bt: Any, size: Any) -> Any:
    return _common_run(left[at : at + size], right[bt : bt + size], 0, 0) == size


@numba.njit(cache=True, nogil=True)
def _tidy(equal: Any, left: Any, right: Any) -> Any:
    """Join stretches that touch; slide short ones across a one-sided gap into the one beyond it."""
    tidy = np.empty_like(equal)
    count = 0
    for index in range(len(equal)):
        if equal[index, 2] == 0:
            continue
        tidy[count] = equal[index]
        count += 1
        while count >= 2:
            i, k, n = tidy[count - 2]
            j, m, p = tidy[count - 1]
            left_gap, right_gap = j - i - n, m - k - n
            if left_gap == 0 and right_gap == 0:
                tidy[count - 2, 2] = n + p
                count -= 1
                continue
            if left_gap > 0 and right_gap > 0:
                break
            gap = left_gap + right_gap
            # forward: the gap's last words read as the stretch before it does
            if n <= min(LONE, p, gap) and _reads_as(left, j - n, right, m - n, n):
                tidy[count - 2] = j - n, m - n, n + p
                count -= 1
                continue
            # backward: the gap's first words read as the stretch after it does
            if p <= min(LONE, gap) and _reads_as(left, i + n, right, k + n, p):
                tidy[count - 2, 2] = n + p
                count -= 1
            break
    return tidy[:count].copy()


@numba.njit(cache=True, nogil=True)
def _spans_many(
    equal: Any, bounds: Any, starts: Any, ends: Any, lengths: Any, first: Any, left: Any, right: Any
) -> Any:
    spans = np.empty((2 * len(equal) + 3 * len(left), 5), np.int64)
    span_bounds = np.zeros(len(left) + 1, np.int64)
    used = 0
    for pair in range(len(left)):
        a, b = left[pair], right[pair]
        at, at_end, bt, bt_end = first[a], first[a + 1], first[b], first[b + 1]
        found = _spans(
            equal[bounds[pair] : bounds[pair + 1]],
            starts[at:at_end],
            ends[at:at_end],
            lengths[a],
            starts[bt:bt_end],
            ends[bt:bt_end],
            lengths[b],
        )
        spans[used : used + len(found)] = found
        used += len(found)
        span_bounds[pair + 1] = used
    return spans[:used], span_bounds


@numba.njit(cache=True, nogil=True)
def _spans(
    equal: Any,
    left_starts: Any,
    left_ends: Any,
    left_length: Any,
    right_starts: Any,
    right_ends: Any,
    right_length: Any,
) -> Any:
    spans = np.empty((2 * len(equal) + 3, 5), np.int64)
    count = 0
    at = bt = 0  # code points covered so far
    i = k = 0  # words covered so far
    for index in range(len(equal) + 1):
        last = index == len(equal)
        j = len(left_starts) if last else equal[index, 0]
        m = len(right_starts) if last else equal[index, 1]
        if j > i or m > k:
            left_start, left_end = _place(left_starts, left_ends, i, j)
            right_start, right_end = _place(right_starts, right_ends, k, m)
            if left_start > at or right_start > bt:
                spans[count] = 0, at, left_start, bt, right_start
                count += 1
            op = 1 if j > i and m > k else 2 if m > k else 3
            spans[count] = op, left_start, left_end, right_start, right_end
            count += 1
            at, bt = left_end, right_end
        if not last:
            i, k = j + equal[index, 2], m + equal[index, 2]
    if at < left_length or bt < right_length:
        spans[count] = 0, at, left_length, bt, right_length
        count += 1
    return spans[:count].copy()


@numba.njit(cache=True, nogil=True)
def _place(starts: Any, ends: Any, first: Any, stop: Any) -> Any:
    """Code points of words ``first`` to ``stop``; of none: where they would stand."""
    if first < stop:
        return np.int64(starts[first]), np.int64(ends[stop - 1])
    if first < len(starts):
        return np.int64(starts[first]), np.int64(starts[first])
    if len(ends) > 0:
        return np.int64(ends[-1]), np.int64(ends[-1])
    return np.int64(0), np.int64(0)
