"""Finding what a synonym spinner leaves behind in a text alone."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from dedup.spun.conditions import Place, tests
from dedup.spun.index import Hits, index, search
from dedup.spun.lexicon import Lexicon
from dedup.spun.model import COLLOCATION, Evidence
from dedup.spun.patterns import Entry
from dedup.spun.quotes import Range, quotations
from dedup.spun.usage import Scrape, Swaps, Usage, are_many, odd_swaps, weigh_swaps
from dedup.spun.wording import adapt
from dedup.text.stems import stem_text
from dedup.text.words import Words, split_text

# What may stand between the words of one phrase: spaces, one line break, a hyphen, an
# apostrophe. Anything else is a break.
_JOINS = re.compile(r"[^\S\n]*(?:[-‐‑'’]|\n)?[^\S\n]*")
_BREAK = re.compile(r"[^\s,'’‐‑-]|\n\s*\n")  # a comma hides no neighbour


def find_evidence(text: str, lexicon: Lexicon | None = None, scrape: Scrape | None = None) -> list[Evidence]:
    """The evidence in a text, outside quotations: in order of place, none overlapping.

    Where two overlap the longer one is kept. Any string will do; most have no evidence.

    lexicon  None is the shipped one
    scrape   what the articles around it say of words
    """
    words = split_text(text)
    usage = None if scrape is None else Usage(scrape, stem_text(text, words))
    return find_evidence_batch(words, lambda _: text, lexicon, usage).get(0, [])


def find_evidence_batch(
    words: Words, text_of: Callable[[int], str], lexicon: Lexicon | None = None, usage: Usage | None = None
) -> dict[int, list[Evidence]]:
    """``find_evidence`` for n texts split with SKETCH_KEY: text number -> evidence, if any.

    text_of  is asked for the texts that hold a lexicon phrase, and for no others
    usage    what a scrape says of these words: evidence, too, where there is other
    """
    table = index(lexicon)
    found = {}
    for text, hits in _by_text(words, search(words, table.grams)):
        matches = [(w, n, table.entries[e]) for w, n, e in zip(*(c.tolist() for c in hits), strict=True)]
        evidence = _look_closer(text_of(text), words, text, matches)
        if evidence:
            found[text] = evidence
    if usage is not None:
        swaps = odd_swaps(lexicon)
        for text, hits in _by_text(words, search(words, swaps.grams)):
            if text in found:
                misused = list(_find_misused(text_of(text), words, text, hits, swaps, usage))
                if are_many(misused):
                    found[text] = _apart([*found[text], *misused])
    return found


def _by_text(words: Words, hits: Hits) -> Iterator[tuple[int, Hits]]:
    """Texts, by number, with the hits in each."""
    owners = np.searchsorted(words.first, hits.word, side="right") - 1
    bounds = np.flatnonzero(np.diff(owners, prepend=-1, append=-1))
    for begin, end in itertools.pairwise(bounds.tolist()):
        yield int(owners[begin]), Hits(*(column[begin:end] for column in hits))


def _look_closer(
    text: str, words: Words, number: int, matches: Sequence[tuple[int, int, Entry]]
) -> list[Evidence]:
    stretch = (int(words.first[number]), int(words.first[number + 1]))
    passed = []
    for word, length, entry in matches:
        if not _is_joined(text, words, word, word + length):
            continue
        begin, end = word + entry.begin, word + entry.end
        if entry.condition and not _holds(entry.condition, _place(text, words, begin, end, stretch)):
            continue
        start, stop = int(words.starts[begin]), int(words.ends[end - 1])
        phrase = text[start:stop]
        natural = adapt(entry.natural, phrase)
        if phrase:
            passed.append(Evidence(start, stop, phrase, natural, entry.signal, entry.weight))
    if not passed:
        return []
    quoted = quotations(text)
    return _apart([evidence for evidence in passed if not _touches(evidence, quoted)])


def _find_misused(
    text: str, words: Words, number: int, hits: Hits, swaps: Swaps, usage: Usage
) -> Iterator[Evidence]:
    """What stands in a text, outside quotations, where its scrape has other words."""
    first, stop = int(words.first[number]), int(words.first[number + 1])
    ends = zip(hits.word.tolist(), (hits.word + hits.length).tolist(), strict=True)
    beside = [
        (
            begin > first and not _parts(text, words, begin - 1),
            end < stop and not _parts(text, words, end - 1),
        )
        for begin, end in ends
    ]
    quoted = quotations(text)
    for word, length, natural, weight in weigh_swaps(hits, np.array(beside), usage, swaps):
        start, end = int(words.starts[word]), int(words.ends[word + length - 1])
        phrase = text[start:end]
        evidence = Evidence(start, end, phrase, adapt(natural, phrase), COLLOCATION, weight)
        if _is_joined(text, words, word, word + length) and not _touches(evidence, quoted):
            yield evidence


def _parts(text: str, words: Words, word: int) -> bool:
    """Whether something stands between a word and the next that parts them."""
    return _BREAK.search(text[words.ends[word] : words.starts[word + 1]]) is not None


def _is_joined(text: str, words: Words, begin: int, end: int) -> bool:
    return all(
        _JOINS.fullmatch(text, words.ends[word], words.starts[word + 1]) for word in range(begin, end - 1)
    )


def _holds(condition: str, place: Place) -> bool:
    return all(test(place) for test in tests(condition))


def _place(text: str, words: Words, begin: int, end: int, stretch: tuple[int, int]) -> Place:
    """The phrase of words begin..end-1 with its neighbours in the text of words ``stretch``."""
    first, stop = stretch
    start, finish = int(words.starts[begin]), int(words.ends[end - 1])
    gap_before = text[words.ends[begin - 1] : start] if begin > first else "\n"
    gap_after = text[finish : words.starts[end]] if end < stop else text[finish:]
    before = "" if begin == first or _BREAK.search(gap_before) else _folded(words, begin - 1)
    after = "" if end == stop or _BREAK.search(gap_after) else _folded(words, end)
    lead = text[max(0, start - 60) : start]
    return Place(text[start:finish], gap_before, gap_after, before, after, lead)


def _folded(words: Words, word: int) -> str:
    return words.folded[words.places[word] : words.places[word + 1] - 1].tobytes().decode("utf-8", "replace")


def _touches(evidence: Evidence, ranges: Sequence[Range]) -> bool:
    after = bisect.bisect_left(ranges, (evidence.end, -1))
    return after > 0 and ranges[after - 1][1] > evidence.start


def _apart(evidence: list[Evidence]) -> list[Evidence]:
    """The longest of those that overlap, then the heaviest, in order of place."""
    kept: list[Evidence] = []
    for one in sorted(evidence, key=lambda e: (e.start - e.end, -e.weight, e.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept)
