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

from dedup.kernel import grams, number_words
from dedup.text.words import Text, Words, places_of_kept, text_of

ANCHOR = 12  # words; twelve in a row are rarely written twice
FEW_CELLS = 4_000_000  # word pairs of two texts of 2,000 words: aligned at once, in about 1 ms
MOST_CELLS = 100_000_000
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


class Numbered(NamedTuple):
    """The words of n texts by number: each is told apart once, however many pairs a text is in.

    numbers  uint32[w]: of each word; the same word, the same number, from 0
    first    int64[n + 1]: where each text's words begin
    size     how many different words there are
    """

    numbers: Labels
    first: Places
    size: int

    @classmethod
    def of(cls, hashes: Ids, first: Places) -> Numbered:
        """From the words' ids, uint64[w]."""
        numbers, size = number_words(hashes)
        return cls(numbers, first, size)

    def first_uses(self) -> Places:
        """Where each different word stands first, int64[size]."""
        places: Places = _first_uses(self.numbers, self.size)
        return places

    def without(self, dropped: NDArray[np.bool_]) -> Numbered:
        """The others of the words, bool[w]."""
        first = np.concatenate([[0], np.cumsum(~dropped)])[self.first]
        return self._replace(numbers=self.numbers[~dropped], first=first)


def count_shared(words: Numbered, left: Places, right: Places) -> Places:
    """How many words pairs of texts share, counted with repeats, int64[p]: no alignment matches more.

    left, right  int64[p]: the texts of each pair, by number
    """
    ones = np.broadcast_to(np.float32(1), len(words.numbers))
    return np.asarray(weigh_shared(*words, ones, left, right).astype(np.int64))


def align_words(left: Ids, right: Ids) -> Alignment:
    """Align two word lists (uint64 ids)."""
    first = np.array([0, len(left), len(left) + len(right)])
    (alignment,) = align_many(Numbered.of(np.concatenate([left, right]), first), first[:1], first[:1] + 1)
    return alignment


def align_many(words: Numbered, left: Places, right: Places) -> list[Alignment]:
    """Alignments of many pairs of texts, given by their numbers, int64[p] each."""
    lengths = np.diff(words.first)
    short = lengths[left] * lengths[right] <= FEW_CELLS
    found = [
        _align_short(*label_shared(*words, left[short], right[short])),
        _align_long(*label_shared(*words, left[~short], right[~short])),
    ]
    return [next(found[not at_once]) for at_once in short.tolist()]


def _align_short(labels: Labels, cuts: Places) -> Iterator[Alignment]:
    """Alignments of pairs that are aligned at once: nothing but the edit script is done pair by pair."""
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


def _align_long(labels: Labels, cuts: Places) -> Iterator[Alignment]:
    """Alignments of pairs of long texts, one after the other."""
    bounds = cuts.tolist()
    for begin, middle, end in zip(bounds[:-1:2], bounds[1::2], bounds[2::2], strict=True):
        left, right = labels[begin:middle], labels[middle:end]
        found = [number for stretch in _align(left, right) for number in stretch]
        equal = _tidy(np.array(found, np.int64).reshape(-1, 3), left, right)
        yield Alignment.of(equal, len(left), len(right))


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
    alignments: Sequence[Alignment], whole: Words, words: Words, left: Places, right: Places
) -> tuple[Places, Places]:
    """``span_places`` of many alignments: int64[m, 5], and where each one's begin, int64[p + 1].

    whole  the texts
    words  those of their words that were aligned: the others match nothing
    """
    equal, bounds = join_stretches(alignments)
    if whole is not words:
        places = places_of_kept(whole, words)
        equal, bounds = _among_all(equal, bounds, places, whole.first, words.first, left, right)
    words = whole
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
        numbers = np.concatenate([left, right])
        first = np.array([0, len(left), len(numbers)])
        size = int(numbers.max()) + 1
        labels, _ = label_shared(numbers, first, size, first[:1], first[:1] + 1)
        left, right = labels[: len(left)], labels[len(left) :]
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
def label_shared(numbers: Any, first: Any, size: Any, left: Any, right: Any) -> Any:
    """Number the words that the two texts of each pair share from 2, by first use on the right.

    Words of the left text alone are 0, of the right one alone 1: they match nothing. Returns
    the labels of all pairs, uint32, and where those of each text begin, two texts a pair.
    """
    cuts = np.zeros(2 * len(left) + 1, np.int64)
    for pair in range(len(left)):
        at, bt = left[pair], right[pair]
        cuts[2 * pair + 1] = cuts[2 * pair] + first[at + 1] - first[at]
        cuts[2 * pair + 2] = cuts[2 * pair + 1] + first[bt + 1] - first[bt]
    out = np.empty(cuts[-1], np.uint32)
    on_left = np.full(size, -1, np.int32)  # the last pair in which a word stood on the left
    on_both = np.full(size, -1, np.int32)
    labels = np.empty(size, np.uint32)  # in that pair
    for pair in range(len(left)):
        ours = numbers[first[left[pair]] : first[left[pair] + 1]]
        theirs = numbers[first[right[pair]] : first[right[pair] + 1]]
        out_left, out_right = out[cuts[2 * pair] :], out[cuts[2 * pair + 1] :]
        for word in ours:
            on_left[word] = pair
        label = np.uint32(2)
        for index in range(len(theirs)):
            word = theirs[index]
            if on_left[word] == pair:
                if on_both[word] != pair:
                    on_both[word] = pair
                    labels[word] = label
                    label += np.uint32(1)
                out_right[index] = labels[word]
            else:
                out_right[index] = 1
        for index in range(len(ours)):
            word = ours[index]
            out_left[index] = labels[word] if on_both[word] == pair else 0
    return out, cuts


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
def _first_uses(numbers: Any, size: Any) -> Any:
    places = np.full(size, -1, np.int64)
    for place in range(len(numbers)):
        if places[numbers[place]] < 0:
            places[numbers[place]] = place
    return places


@numba.njit(cache=True, nogil=True)
def weigh_shared(numbers: Any, first: Any, size: Any, weights: Any, left: Any, right: Any) -> Any:
    """Weight of the words that the texts of each pair share, with repeats, float64[p].

    weights  of each word; on the right they count
    """
    owner = np.full(size, -1, np.int32)  # the last pair in which a word stood on the left
    counts = np.empty(size, np.int32)
    shared = np.zeros(len(left))
    for pair in range(len(left)):
        for word in numbers[first[left[pair]] : first[left[pair] + 1]]:
            if owner[word] != pair:
                owner[word], counts[word] = pair, 0
            counts[word] += 1
        for place in range(first[right[pair]], first[right[pair] + 1]):
            word = numbers[place]
            if owner[word] == pair and counts[word] > 0:
                counts[word] -= 1
                shared[pair] += weights[place]
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
def _among_all(
    equal: Any, bounds: Any, places: Any, first: Any, kept_first: Any, left: Any, right: Any
) -> Any:
    """Equal stretches of kept words as stretches of all words: cut where words were left out.

    ``places``: of each kept word among all words.
    """
    cut = np.empty((equal[:, 2].sum(), 3), np.int64)
    cut_bounds = np.zeros_like(bounds)
    count = 0
    for pair in range(len(left)):
        at, bt = kept_first[left[pair]], kept_first[right[pair]]
        for index in range(bounds[pair], bounds[pair + 1]):
            i, k, size = equal[index]
            begun = False
            for step in range(size):
                ours = places[at + i + step] - first[left[pair]]
                theirs = places[bt + k + step] - first[right[pair]]
                if (
                    begun
                    and ours == cut[count - 1, 0] + cut[count - 1, 2]
                    and (theirs == cut[count - 1, 1] + cut[count - 1, 2])
                ):
                    cut[count - 1, 2] += 1
                else:
                    cut[count] = ours, theirs, 1
                    count += 1
                    begun = True
        cut_bounds[pair + 1] = count
    return cut[:count].copy(), cut_bounds


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
