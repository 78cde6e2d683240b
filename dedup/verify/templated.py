"""Aligned pairs, and passages, that are instances of a form: what is measured of them, put to the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.align.numbered import Numbered, Places
from dedup.align.words import Alignment, align_many, join_stretches
from dedup.verify.evidence import discount_templates
from dedup.verify.facts import Marked, compare_facts, count_slots, cut_passages
from dedup.verify.forms import Facts, Match, Slots, is_filled_in, tell_apart


def are_forms(
    marked: Sequence[Marked],
    alignments: Sequence[Alignment],
    left: Places,
    right: Places,
    one_source: NDArray[np.bool_],
    days: Places,
    tell: Callable[[Facts, Slots, Match], bool] = tell_apart,
) -> list[bool]:
    """Whether the texts of p aligned pairs are about different things.

    marked       with templates, with stock phrases, with standing paragraphs
    left, right  int64[p]: the texts of each pair, by number
    one_source   bool[p]: whether both are of one
    days         int64[p]: between the two (see ``pair.compare_all``)
    tell         the rule that tells them apart
    """
    stretches = join_stretches(alignments)
    known = [discount_templates(texts, *stretches, left, right)[:, 4].tolist() for texts in marked]
    facts = compare_facts(marked[0], left, right).tolist()
    slots = count_slots(marked[0], *stretches, left, right).tolist()
    matches = (
        Match(alignment.matched, min(alignment.left_words, alignment.right_words), *others)
        for alignment, *others in zip(alignments, *known, one_source.tolist(), days.tolist(), strict=True)
    )
    return [
        tell(Facts(*told), Slots(*found), match)
        for told, found, match in zip(facts, slots, matches, strict=True)
    ]


def are_filled_in(texts: Marked, passages: Places, left: Places, right: Places) -> NDArray[np.bool_]:
    """Which of m passages are a form's, with other facts in it, bool[m].

    passages     int64[m, 5], as ``passages.find_passages`` gives them
    left, right  int64[m]: the texts of each passage, by number
    """
    found = np.zeros(len(passages), np.bool_)
    edited = np.flatnonzero(passages[:, 4] < np.minimum(passages[:, 1], passages[:, 3]))
    cut = cut_passages(texts, passages[edited], left[edited], right[edited])
    ends = np.arange(0, 2 * len(edited), 2), np.arange(1, 2 * len(edited), 2)
    alignments = align_many(Numbered(cut.numbers, cut.first, cut.size), *ends)
    slots = count_slots(cut, *join_stretches(alignments), *ends).tolist()
    found[edited] = [is_filled_in(Slots(*row)) for row in slots]
    return found
