"""Clusters: connected over verified pairs only, every member verified against its keeper.

Nodes are numbered by *rank*: 0 is the one to be kept before all others. In rank order, a
node that is still free becomes a keeper and takes its free neighbours. So there are no
chains: a member that shares nothing with the keeper is not in its cluster.

A *compilation* holds several articles that are copied on their own, each elsewhere. It would
bring them together under its roof, so it ranks after all others.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.int64]


class Membership(NamedTuple):
    """Arrays of one length, a place for each member, by member.

    member, keeper, matched  ranks; ``matched`` is the most similar other member, -1: none
    similarity               of member and keeper, 0..1; 1 for the keeper itself
    """

    member: Ranks
    keeper: Ranks
    matched: Ranks
    similarity: NDArray[np.float64]


def rank(nodes: int, first: Ranks, second: Ranks, holder: Ranks) -> Ranks:
    """The nodes in the order of their final ranks: as they were, but compilations last.

    first, second  the ends of the verified pairs, ranks below ``nodes``
    holder         which end holds the other whole: 0 the first, 1 the second, -1 neither
    """
    alike = holder < 0
    root = _components(nodes, first[alike], second[alike])
    held = np.where(holder == 0, second, first)[~alike]
    holding = np.where(holder == 0, first, second)[~alike]
    copied = np.bincount(root, minlength=nodes)[root[held]] > 1
    parts = np.unique(np.stack([holding[copied], root[held[copied]]], axis=1), axis=0)
    several = np.bincount(parts[:, 0], minlength=nodes) > 1
    return np.argsort(several, kind="stable")


def unchecked(nodes: int, first: Ranks, second: Ranks) -> tuple[Ranks, Ranks]:
    """Pairs (keeper, member) of connected nodes that no edge joins yet.

    first, second  the ends of the verified pairs, ranks below ``nodes``
    """
    root = _components(nodes, first, second)
    members = np.flatnonzero(root != np.arange(nodes))
    low, high = np.minimum(first, second), np.maximum(first, second)
    joined = np.isin(members * nodes + root[members], high * nodes + low)
    missing = members[~joined]
    return root[missing], missing


def assign(nodes: int, first: Ranks, second: Ranks, similarity: NDArray[np.float64]) -> Membership:
    """Clusters of two members or more, from verified pairs and their similarities."""
    ends = np.concatenate([first, second])
    others = np.concatenate([second, first])
    both = np.concatenate([similarity, similarity])
    order = np.lexsort((others, ends))
    ends, others, both = ends[order], others[order], both[order]
    bounds = np.searchsorted(ends, np.arange(nodes + 1))
    keeper, to_keeper = _take_neighbours(nodes, bounds, others, both)
    matched = _most_similar(nodes, bounds, others, both, keeper)
    member = np.flatnonzero(np.bincount(keeper, minlength=nodes)[keeper] > 1)
    return Membership(member, keeper[member], matched[member], to_keeper[member])


@numba.njit(cache=True)
def _components(nodes: Any, first: Any, second: Any) -> Any:
    """The least rank that each node is connected to."""
    root = np.arange(nodes)
    for index in range(len(first)):
        a, b = first[index], second[index]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        root[max(a, b)] = min(a, b)
    for node in range(nodes):
        root[node] = root[root[node]]  # parents have lower ranks, so theirs are final
    return root


@numba.njit(cache=True)
def _take_neighbours(nodes: Any, bounds: Any, others: Any, similarity: Any) -> Any:
    keeper = np.full(nodes, -1, np.int64)
    to_keeper = np.ones(nodes, np.float64)
    for node in range(nodes):
        if keeper[node] >= 0:
            continue
        keeper[node] = node
        for index in range(bounds[node], bounds[node + 1]):
            if keeper[others[index]] < 0:
                keeper[others[index]] = node
                to_keeper[others[index]] = similarity[index]
    return keeper, to_keeper


@numba.njit(cache=True)
def _most_similar(nodes: Any, bounds: Any, others: Any, similarity: Any, keeper: Any) -> Any:
    matched = np.full(nodes, -1, np.int64)
    for node in range(nodes):
        best = -1.0
        for index in range(bounds[node], bounds[node + 1]):
            if keeper[others[index]] == keeper[node] and similarity[index] > best:
                best = similarity[index]
                matched[node] = others[index]
    return matched
