"""Which article is what: its group, its place in the scrape, its source and date.

Articles are planned in the order of their kinds and groups, and shuffled into *slots*, the
order in which they are written. A group is known by its kind and its number in the kind; so
its texts are the same however many articles there are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus.chance import mix
from benchmarks.corpus.compose import EXACT, KINDS, SAME_EVENT, TEMPLATE, UNRELATED

SOURCES = 200
_SIZES = (2, 2, 2, 2, 2, 3, 3, 3, 4, 2, 3, 5, 2, 2, 3, 2, 4, 2, 5, 6)  # of groups, equally often
# Articles in groups of each kind, of 100 in all groups.
_SHARES = {
    "exact": 15,
    "edit": 20,
    "crop": 10,
    "furniture": 15,
    "contains": 10,
    "shared": 10,
    "spun": 10,
    "reworded": 10,
}
_START = np.datetime64("2023-03-01T00:00:00", "s")
_YEAR, _WEEK = 365 * 86_400, 7 * 86_400  # seconds


class Plan(NamedTuple):
    """n articles in the order of their groups; g groups.

    kinds, numbers, members  int8[n], int32[n], int8[n]: see ``compose``
    slots      int64[n]: where each article stands in the scrape
    order      int64[n]: which article stands in each slot
    first      int64[g + 1]: the first article of each group
    """

    kinds: NDArray[np.int8]
    numbers: NDArray[np.int32]
    members: NDArray[np.int8]
    slots: NDArray[np.int64]
    order: NDArray[np.int64]
    first: NDArray[np.int64]


def make_plan(articles: int, seed: int, duplicates: float, negatives: float) -> Plan:
    """Groups of all kinds by their shares, the rest unrelated.

    duplicates  share of the articles that are in groups of related ones, 0..1
    negatives   share that are in groups of articles which only look related, 0..1
    """
    kinds = np.full(articles, UNRELATED, np.int8)
    numbers = np.zeros(articles, np.int32)
    members = np.zeros(articles, np.int8)
    first = []
    at = 0
    quotas = {KINDS.index(kind): duplicates * share / 100 for kind, share in _SHARES.items()}
    quotas |= {TEMPLATE: negatives / 2, SAME_EVENT: negatives / 2}
    for kind, share in quotas.items():
        sizes = _cut_groups(int(articles * share + 1e-9), kind, seed)
        starts = np.cumsum([0, *sizes], dtype=np.int64)
        stop = at + int(starts[-1])
        kinds[at:stop] = kind
        numbers[at:stop] = np.repeat(np.arange(len(sizes)), sizes)
        members[at:stop] = np.arange(stop - at) - np.repeat(starts[:-1], sizes)
        first.append(at + starts[:-1])
        at = stop
    numbers[at:] = np.arange(articles - at)
    order = np.argsort(_chances(seed, 1, np.arange(articles)), kind="stable")
    slots = np.empty_like(order)
    slots[order] = np.arange(articles)
    return Plan(kinds, numbers, members, slots, order, np.concatenate([*first, [at]]))


def make_identical(articles: int) -> Plan:
    """One group of all articles, which are one and the same text."""
    plan = make_plan(articles, 0, 0.0, 0.0)
    return plan._replace(kinds=np.full(articles, EXACT, np.int8), numbers=np.zeros(articles, np.int32))


def pick_sources(plan: Plan, rows: NDArray[np.int64], seed: int) -> NDArray[np.int16]:
    """The source of each of these articles, 0 to SOURCES - 1, the first ones the largest."""
    # All articles of one template come from one source; others from where they come from.
    one = plan.kinds[rows] == TEMPLATE
    chances = np.where(one, _groups(plan, rows, seed), _members(plan, rows, seed, 3))
    ends = np.cumsum(1.0 / (1.0 + np.arange(SOURCES)))
    return np.array(np.searchsorted(ends, _unit(chances) * ends[-1]), np.int16)


def pick_dates(plan: Plan, rows: NDArray[np.int64], seed: int) -> NDArray[np.datetime64]:
    """When each was published: copies within a week of each other."""
    spread = _unit(_groups(plan, rows, seed)) * (_YEAR - _WEEK) + _unit(_members(plan, rows, seed, 4)) * _WEEK
    return _START + spread.astype("timedelta64[s]")


def _cut_groups(articles: int, kind: int, seed: int) -> NDArray[np.int64]:
    """Sizes of groups that so many articles make; a single one that is left over makes none."""
    chances = _chances(seed, 100 + kind, np.arange(articles // 2 + 1))
    sizes = np.array(_SIZES)[(chances >> np.uint64(32)) % np.uint64(len(_SIZES))]
    ends = np.cumsum(sizes)
    whole = int(np.searchsorted(ends, articles, side="right"))
    left = articles - int(ends[whole - 1] if whole else 0)
    return np.append(sizes[:whole], left) if left > 1 else sizes[:whole]


def _groups(plan: Plan, rows: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """64 bits for each article, the same in all of its group."""
    return _chances(seed, 200, plan.kinds[rows].astype(np.int64) << 40 | plan.numbers[rows])


def _members(plan: Plan, rows: NDArray[np.int64], seed: int, purpose: int) -> NDArray[np.uint64]:
    """64 bits for each article, its own."""
    return _chances(seed, purpose, _groups(plan, rows, seed) + plan.members[rows].astype(np.uint64))


def _chances(seed: int, purpose: int, numbers: NDArray[Any]) -> NDArray[np.uint64]:
    """64 bits for each number."""
    key = mix(np.array([seed], np.uint64)) + np.uint64(purpose)
    chances: NDArray[np.uint64] = mix(mix(key) + numbers.astype(np.uint64))
    return chances


def _unit(chances: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Numbers of [0, 1)."""
    return np.array(chances >> np.uint64(11), np.float64) * 2.0**-53
