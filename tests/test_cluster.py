from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.cluster import Membership, assign, rank, unchecked

Edges = dict[tuple[int, int], float]
NODES = 9
GRAPHS = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda ends: ends[0] < ends[1]),
    st.sampled_from([0.5, 0.6, 0.75, 0.9, 1.0]),
    max_size=14,
)


def columns(edges: Edges, turn: Iterable[bool] = ()) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends and similarities; edges that are turned have their ends the other way round."""
    turned = dict(zip(edges, turn, strict=False))
    ends = [(b, a) if turned.get((a, b)) else (a, b) for a, b in edges]
    first, second = np.array(ends, np.int64).reshape(-1, 2).T
    return first, second, np.array(list(edges.values()), np.float64)


def assigned(edges: Edges, nodes: int = NODES) -> Membership:
    return assign(nodes, *columns(edges))


def keepers(found: Membership) -> dict[int, int]:
    return dict(zip(found.member.tolist(), found.keeper.tolist(), strict=True))


def slow_keepers(edges: Edges) -> dict[int, int]:
    """In rank order, who is free takes the free neighbours."""
    keeper: dict[int, int] = {}
    for node in range(NODES):
        if node not in keeper:
            keeper[node] = node
            for other in range(NODES):
                if (min(node, other), max(node, other)) in edges:
                    keeper.setdefault(other, node)
    sizes = list(keeper.values())
    return {node: kept for node, kept in sorted(keeper.items()) if sizes.count(kept) > 1}


def components(edges: Edges) -> list[int]:
    """The least rank that each node is connected to."""
    root = list(range(NODES))
    for _ in range(NODES):
        for a, b in edges:
            root[a] = root[b] = min(root[a], root[b])
    return root


@settings(max_examples=300)
@given(GRAPHS, st.lists(st.booleans(), max_size=14))
def test_clusters_are_taken_in_rank_order(edges: Edges, turn: list[bool]) -> None:
    found = assign(NODES, *columns(edges, turn))
    assert keepers(found) == slow_keepers(edges)
    assert found.member.tolist() == sorted(set(found.member.tolist()))


@settings(max_examples=300)
@given(GRAPHS)
def test_every_member_is_verified_against_its_keeper(edges: Edges) -> None:
    found = assigned(edges)
    members = keepers(found)
    for member, keeper, matched, similarity in zip(*(column.tolist() for column in found), strict=True):
        assert keeper <= member
        assert members[keeper] == keeper
        assert similarity == (1.0 if member == keeper else edges[keeper, member])
        others = {
            other: edges[min(member, other), max(member, other)]
            for other in members
            if members[other] == keeper and (min(member, other), max(member, other)) in edges
        }
        assert others[matched] == max(others.values())
        assert matched == min(other for other in others if others[other] == others[matched])


@settings(max_examples=200)
@given(GRAPHS, st.permutations(range(14)))
def test_the_order_of_the_pairs_does_not_count(edges: Edges, order: list[int]) -> None:
    shuffled = [list(edges.items())[place] for place in order if place < len(edges)]
    for one, other in zip(assigned(edges), assigned(dict(shuffled)), strict=True):
        assert one.tolist() == other.tolist()


@settings(max_examples=300)
@given(GRAPHS, st.lists(st.booleans(), max_size=14))
def test_unchecked_names_the_pairs_that_a_keeper_lacks(edges: Edges, turn: list[bool]) -> None:
    first, second, _ = columns(edges, turn)
    keeper, member = unchecked(NODES, first, second)
    root = components(edges)
    missing = [
        (root[node], node) for node in range(NODES) if root[node] != node and (root[node], node) not in edges
    ]
    assert list(zip(keeper.tolist(), member.tolist(), strict=True)) == missing


def test_a_chain_is_no_cluster() -> None:
    chain = {(0, 1): 0.8, (1, 2): 0.8}
    assert keepers(assigned(chain, 3)) == {0: 0, 1: 0}
    assert [ends.tolist() for ends in unchecked(3, *columns(chain)[:2])] == [[0], [2]]


def test_a_chain_whose_ends_are_joined_is_one() -> None:
    joined = {(0, 1): 0.8, (1, 2): 0.8, (0, 2): 0.6}
    assert keepers(assigned(joined, 3)) == {0: 0, 1: 0, 2: 0}
    assert [len(ends) for ends in unchecked(3, *columns(joined)[:2])] == [0, 0]


def test_a_star_whose_middle_is_kept_is_one() -> None:
    assert keepers(assigned({(0, 1): 0.8, (0, 2): 0.8, (0, 3): 0.7}, 4)) == {0: 0, 1: 0, 2: 0, 3: 0}


def test_a_member_that_the_keeper_lacks_may_keep_others() -> None:
    found = assigned({(0, 1): 0.8, (1, 2): 0.8, (2, 3): 0.7}, 4)
    assert keepers(found) == {0: 0, 1: 0, 2: 2, 3: 2}


def test_nothing_to_cluster() -> None:
    assert [column.tolist() for column in assigned({}, 0)] == [[], [], [], []]
    assert [column.tolist() for column in assigned({}, 5)] == [[], [], [], []]
    assert [ends.tolist() for ends in unchecked(5, *columns({})[:2])] == [[], []]


def test_a_long_chain() -> None:
    ends = np.arange(50_000)
    keeper, member = unchecked(50_000, ends[:-1], ends[1:])
    assert member.tolist() == list(range(2, 50_000))
    assert not keeper.any()
    found = assign(50_000, ends[:-1], ends[1:], np.ones(49_999))
    assert found.keeper.tolist() == [node - node % 2 for node in range(50_000)]


def ranked(nodes: int, *edges: tuple[int, int, int]) -> list[int]:
    first, second, holder = np.array(edges, np.int64).reshape(-1, 3).T
    found: list[int] = rank(nodes, first, second, holder).tolist()
    return found


def test_a_compilation_of_articles_that_are_copied_elsewhere_ranks_last() -> None:
    copies = ((1, 2, -1), (3, 4, -1))
    assert ranked(5, *copies, (0, 1, 0), (3, 0, 1)) == [1, 2, 3, 4, 0]
    # One whose parts are copies of each other, or stand nowhere else, is a longer article.
    assert ranked(5, *copies, (0, 1, 0), (2, 0, 1)) == [0, 1, 2, 3, 4]
    assert ranked(5, (0, 1, 0), (0, 3, 0)) == [0, 1, 2, 3, 4]
    assert ranked(3) == [0, 1, 2]
