"""What pairs share beside the words that align: templates, quoted passages, the rest around passages.

All works on the words of the bodies of n texts, by their places among all of them, and on many
pairs at once.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.align.numbered import Places
from dedup.rewrite.statements import Statements
from dedup.sketch.sampled import Chosen
from dedup.text.sentences import QUOTED
from dedup.verify.facts import Marked, is_fact

TOPICAL = 3.0  # least weight of a stem that says what a text is about: one article in 20 has it
PARAGRAPH = 100  # words; a passage that is longer is more than what articles say by the way
MOST_FACTS = 2 / 3  # share of words that are facts in a passage that tells something


def discount_templates(
    texts: Marked, equal: Places, bounds: Places, left: Places, right: Places
) -> NDArray[np.int64]:
    """What is left of alignments without templates: int64[p, 5].

    The columns: words of the left text and of the right one, equal words, the longest stretch of
    these, all without those of templates; and equal words of templates.

    equal, bounds  the equal stretches of all pairs, int64[m, 3], and where those of each begin, int64[p + 1]
    left, right    int64[p]: the texts of each pair, by number
    """
    found: NDArray[np.int64] = _discount(texts.first, texts.templates, equal, bounds, left, right)
    return found


def weigh_passages(
    texts: Marked,
    chosen: Chosen,
    stock: NDArray[np.int64],
    standing: NDArray[np.int64],
    passages: Places,
    bounds: Places,
    left: Places,
    right: Places,
) -> Places:
    """Of each passage how many of its equal words are quoted, and how many are stock phrases: int64[m, 2].

    Those are counted by the share of the passage's chosen shingles, as far as both texts have them;
    all words of a list of names or figures are. Standing paragraphs count as such in a passage of less
    than a ``PARAGRAPH``.

    stock, standing   sorted keys of stock phrases, and of standing paragraphs
    passages, bounds  as ``passages.find_passages`` gives them
    """
    keyed = chosen.numbers, chosen.places, chosen.are_among(stock), chosen.are_among(standing)
    found: Places = _weigh(texts.first, texts.marks, keyed, passages, bounds, left, right)
    return found


def tell_passage(row: list[int], own: list[int]) -> tuple[Any, ...]:
    """A passage as results tell it: what it is, first word and words on either side, share of equal ones.

    row  of ``passages.find_passages``
    own  of ``weigh_passages``
    """
    at, ours, bt, theirs, matched = row
    quoted, template = own
    what = "copied"
    if 2 * template > matched:
        what = "template"
    elif 2 * quoted > matched:
        what = "quoted"
    return what, at, ours, bt, theirs, matched / max(ours, theirs)


def compare_rest(
    texts: Statements, passages: Places, bounds: Places, kept: Places, left: Places, right: Places
) -> NDArray[np.float64]:
    """How alike the kept of some pairs are outside their passages, float64[k], 0..1.

    That is the share by weight of the topical stems of the text that has less of them, each counted
    once, that the other has outside the passages, too; 1 if one has none, or there are no passages.

    passages, bounds  as ``passages.find_passages`` gives them
    kept              int64[k]: which of the pairs
    """
    found: NDArray[np.float64] = _compare_rest(*texts, passages, bounds, kept, left, right)
    return found


@numba.njit(cache=True, nogil=True)
def _discount(first: Any, templates: Any, equal: Any, bounds: Any, left: Any, right: Any) -> Any:
    out = np.zeros((len(left), 5), np.int64)
    for pair in range(len(left)):
        for side in range(2):
            text = left[pair] if side == 0 else right[pair]
            for place in range(first[text], first[text + 1]):
                out[pair, side] += 0 if templates[place] else 1
        for index in range(bounds[pair], bounds[pair + 1]):
            run = 0
            for step in range(equal[index, 2]):
                at = first[left[pair]] + equal[index, 0] + step
                bt = first[right[pair]] + equal[index, 1] + step
                if templates[at] or templates[bt]:
                    out[pair, 4] += 1
                    run = 0
                else:
                    out[pair, 2] += 1
                    run += 1
                    out[pair, 3] = max(out[pair, 3], run)
    return out


@numba.njit(cache=True, nogil=True)
def _weigh(first: Any, marks: Any, keyed: Any, passages: Any, bounds: Any, left: Any, right: Any) -> Any:
    labels, places, are_stock, are_standing = keyed
    out = np.zeros((len(passages), 2), np.int64)
    seen = np.full(len(labels), -1, np.int64)  # the last passage in whose right side a key stood
    for pair in range(len(left)):
        for index in range(bounds[pair], bounds[pair + 1]):
            at, ours, bt, theirs, matched = passages[index]
            at, bt = first[left[pair]] + at, first[right[pair]] + bt
            quoted = also = facts = others = 0
            for place in range(at, at + ours):
                quoted += 1 if marks[place] & QUOTED else 0
                facts += 1 if is_fact(marks[place]) else 0
            for place in range(bt, bt + theirs):
                also += 1 if marks[place] & QUOTED else 0
                others += 1 if is_fact(marks[place]) else 0
            is_list = facts > MOST_FACTS * ours or others > MOST_FACTS * theirs
            begin, end = np.searchsorted(places, bt), np.searchsorted(places, bt + theirs)
            seen[labels[begin:end]] = index
            shared = stock = 0
            for key in range(np.searchsorted(places, at), np.searchsorted(places, at + ours)):
                if seen[labels[key]] == index:
                    seen[labels[key]] = -1
                    shared += 1
                    stock += 1 if are_stock[key] or (are_standing[key] and matched < PARAGRAPH) else 0
            out[index, 0] = min(matched, max(quoted, also))
            out[index, 1] = matched if is_list else matched * stock // max(1, shared)
    return out


@numba.njit(cache=True, nogil=True)
def _compare_rest(
    numbers: Any, size: Any, weights: Any, marks: Any, first: Any, passages: Any, bounds: Any, kept: Any,
    left: Any, right: Any,
) -> Any:  # fmt: skip
    out = np.ones(len(kept))
    met = np.full((2, size), -1, np.int64)  # the last pair in whose left and right rest a stem was met
    inside = np.zeros(len(numbers), np.bool_)
    for number in range(len(kept)):
        pair = kept[number]
        if bounds[pair] == bounds[pair + 1]:
            continue
        total = np.zeros(2)
        shared = 0.0
        for side in range(2):
            text = left[pair] if side == 0 else right[pair]
            begin = first[text]
            for index in range(bounds[pair], bounds[pair + 1]):
                at, words = passages[index, 2 * side], passages[index, 2 * side + 1]
                inside[begin + at : begin + at + words] = True
            for place in range(begin, first[text + 1]):
                stem = numbers[place]
                if inside[place] or weights[place] < TOPICAL or met[side, stem] == pair:
                    continue
                met[side, stem] = pair
                total[side] += weights[place]
                if side == 1 and met[0, stem] == pair:
                    shared += weights[place]
            inside[begin : first[text + 1]] = False
        out[number] = shared / total.min() if total.min() > 0 else 1.0
    return out
