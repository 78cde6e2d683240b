"""How what was reported of a labelled set lies to its labels: pure arithmetic on pairs of ids.

Identical texts stand for one another: every end of a pair, labelled or reported, is replaced by the
*first* of its copies before anything is compared. A labelled pair whose ends have the same first
counts as reported, as "exact".
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

_Z = 1.959963984540054  # standard deviations about the mean that hold 95 % of a normal distribution

Pair = tuple[str, str]  # of ids, by code point


class Label(NamedTuple):
    """A labelled pair. label: 1 derived from one another, 0 not a copy, None not judged."""

    a: str
    b: str
    label: int | None
    kind: str


class Reported(NamedTuple):
    """What a tool reported.

    kinds    pair of firsts to the kind that it was reported as
    first    copy to the first of the articles with the same words; firsts are left out
    groups   first to its group, of tools that report groups; any two in one are a pair, "grouped"
    exact    pairs of copies and their firsts, as reported; empty for tools that don't tell them apart
    """

    kinds: Mapping[Pair, str]
    first: Mapping[str, str] = {}
    groups: Mapping[str, str] = {}
    exact: Collection[Pair] = ()

    def kind_of(self, a: str, b: str) -> str | None:
        """As what a pair was reported, either way round; None if it wasn't."""
        pair = pair_of(a, b, self.first)
        if pair[0] == pair[1]:
            return "exact"
        if self.groups.get(pair[0], pair[0]) == self.groups.get(pair[1], pair[1]):
            return "grouped"
        return self.kinds.get(pair)


class Share(NamedTuple):
    """A share, 0..1, and its 95 % interval; None if it is one of nothing."""

    value: float | None
    low: float | None
    high: float | None


class KindScore(NamedTuple):
    """The pairs of one label and kind.

    labelled, reported   numbers of pairs
    share                recall for label 1, false alarms for label 0
    as_kinds             kind that pairs were reported as, to their number
    """

    label: int | None
    kind: str
    labelled: int
    reported: int
    share: Share
    as_kinds: Mapping[str, int]


class Tally(NamedTuple):
    """Numbers of pairs of one set.

    true        labelled 1 and reported
    false       labelled 0 and reported
    missed      labelled 1 and not reported
    judged      labelled 1 or 0
    strangers   reported, of an article of the set and one of the crowd: wrong without a label
    """

    true: int
    false: int
    missed: int
    judged: int
    strangers: int = 0

    @property
    def precision(self) -> Share:
        return wilson(self.true, self.true + self.false)

    @property
    def recall(self) -> Share:
        return wilson(self.true, self.true + self.missed)

    @property
    def false_alarms(self) -> Share:
        return wilson(self.false, self.judged - self.true - self.missed)


class Sides(NamedTuple):
    """Reported pairs of different texts that no label speaks of.

    unjudged    within the set
    strangers   of the set and the crowd
    crowd       within the crowd, by kind
    """

    unjudged: int
    strangers: int
    crowd: Mapping[str, int]


def wilson(hits: int, all_: int) -> Share:
    """A share with its Wilson score interval at 95 %.

    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22:209.
    It holds for shares near 0 and 1 and for few pairs too. Pairs that share an article are not
    independent, so that the true uncertainty is somewhat greater.
    """
    if not all_:
        return Share(None, None, None)
    share, spread = hits / all_, _Z**2 / all_
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / all_ + spread / (4 * all_)) / (1 + spread)
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    return Share(share, low, 1.0 if hits == all_ else min(1.0, centre + half))


def pair_of(a: str, b: str, first: Mapping[str, str]) -> Pair:
    """The pair of the firsts of two articles, by code point."""
    one, other = first.get(a, a), first.get(b, b)
    return (one, other) if one <= other else (other, one)


def map_reported(rows: Iterable[tuple[str, str, str]], first: Mapping[str, str]) -> Reported:
    """What rows of left, right and kind say of firsts; those of two copies of one text are "exact"."""
    kinds: dict[Pair, str] = {}
    exact: set[Pair] = set()
    for left, right, kind in rows:
        pair = pair_of(left, right, first)
        if pair[0] == pair[1]:
            exact.add(pair_of(left, right, {}))
        else:
            kinds[pair] = kind
    return Reported(kinds, first, exact=exact)


def map_groups(stars: Iterable[tuple[str, str]], first: Mapping[str, str]) -> Reported:
    """What groups say of firsts, from pairs of the centre and a member; those that share a first join."""
    root: dict[str, str] = {}

    def find(one: str) -> str:
        while (above := root.get(one, one)) != one:
            root[one] = root.get(above, above)
            one = above
        return one

    for centre, member in stars:
        centre, member = (find(first.get(end, end)) for end in (centre, member))
        root[member] = root[centre] = centre
    return Reported({}, first, {one: find(one) for one in root})


def score_kinds(labels: Sequence[Label], reported: Reported) -> list[KindScore]:
    """The score of each label and kind: label 1 first, then 0, then what is not judged; kinds by name."""
    labelled: Counter[tuple[int | None, str]] = Counter()
    as_kinds: defaultdict[tuple[int | None, str], Counter[str]] = defaultdict(Counter)
    for a, b, label, kind in labels:
        labelled[label, kind] += 1
        found = reported.kind_of(a, b)
        if found is not None:
            as_kinds[label, kind][found] += 1

    def score(label: int | None, kind: str) -> KindScore:
        count, found = labelled[label, kind], as_kinds[label, kind]
        return KindScore(label, kind, count, found.total(), wilson(found.total(), count), dict(found))

    order = {1: 0, 0: 1, None: 2}
    return [score(*key) for key in sorted(labelled, key=lambda key: (order[key[0]], key[1]))]


def tally(labels: Iterable[Label], reported: Reported, strangers: int = 0) -> Tally:
    """Count the judged pairs of a set by whether they were reported; ``strangers`` were counted before."""
    count = Counter((label, reported.kind_of(a, b) is not None) for a, b, label, _ in labels)
    true, false, missed = count[1, True], count[0, True], count[1, False]
    return Tally(true, false, missed, true + false + missed + count[0, False], strangers)


def pooled_f1(tallies: Iterable[Tally]) -> float:
    """The F1 over several sets, every set weighing the same, 0..1.

    Each pair of a set weighs 1 / (number of judged pairs of the set). With the summed weights of the
    pairs that are labelled 1 and reported (T), labelled 0 and reported or of the set and the crowd and
    reported (F), labelled 1 and missed (M), it is 2 T / (2 T + F + M). A set of label 0 alone
    therefore counts through its false alarms. Pairs that nobody judged don't count.
    """
    true = false = missed = 0.0
    for one in tallies:
        weight = 1 / max(1, one.judged)
        true += weight * one.true
        false += weight * (one.false + one.strangers)
        missed += weight * one.missed
    whole = 2 * true + false + missed
    return 2 * true / whole if whole else 0.0


def count_sides(labels: Iterable[Label], reported: Reported, members: Collection[str]) -> Sides:
    """Count the reported pairs that no label speaks of, by where their ends are.

    members  ids of the set's articles; all others are the crowd

    Pairs are of different texts. "exact" is the exception: pairs of copies in the crowd, where the
    tool reports them as such.
    """
    judged = {pair_of(one.a, one.b, reported.first) for one in labels}
    unjudged = strangers = 0
    crowd: Counter[str] = Counter()
    for pair, kind in reported.kinds.items():
        inside = (pair[0] in members) + (pair[1] in members)
        unjudged += inside == 2 and pair not in judged
        strangers += inside == 1
        crowd[kind] += inside == 0
    crowd["exact"] += sum(one not in members and other not in members for one, other in reported.exact)
    for inside, outside in _group_sizes(reported, members):
        unjudged += math.comb(inside, 2)
        strangers += inside * outside
        crowd["grouped"] += math.comb(outside, 2)
    if reported.groups:
        different = ((one, other) for one, other in judged if one != other)
        unjudged -= sum(reported.kind_of(one, other) == "grouped" for one, other in different)
    return Sides(unjudged, strangers, dict(+crowd))


def _group_sizes(reported: Reported, members: Collection[str]) -> Iterator[tuple[int, int]]:
    """The number of firsts of each group that are in the set, and that aren't."""
    sizes: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one, group in reported.groups.items():
        sizes[group][one not in members] += 1
    return ((inside, outside) for inside, outside in sizes.values())
