from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dedup.view.blocks import Block, _in_order, as_passages, blocks_of

ONE = "The quay is old. The board met and the museum opened in spring. Rain fell."
SPLIT = "Old is the quay. On Monday the board met. A museum opened in spring. Wind blew."


def passage(what: str, left: str, right: str, ours: str, theirs: str) -> tuple[Any, ...]:
    at, bt = left.index(ours), right.index(theirs)
    return what, at, at + len(ours), bt, bt + len(theirs), 0.5


def shown(block: Block, left: str, right: str) -> tuple[str, str]:
    return left[slice(*block.left)].strip(), right[slice(*block.right)].strip()


def test_a_sentence_that_was_split_or_merged_stays_together() -> None:
    whole = "The board met and the museum opened in spring."
    parts = "On Monday the board met. A museum opened in spring."
    for left, right, cells in ((ONE, SPLIT, (whole, parts)), (SPLIT, ONE, (parts, whole))):
        rows = [
            passage("answer", left, right, left[:12], right[:12]),
            passage("answer", left, right, *cells),
        ]
        blocks = blocks_of(left, right, as_passages(rows))
        assert len(blocks) == 2  # rain and wind answer nothing
        assert shown(blocks[1], left, right) == cells


def test_a_sentence_goes_to_the_one_that_it_shares_most_with() -> None:
    left = "The mayor spoke. The mayor opened the new bridge on Sunday."
    right = "On Sunday the mayor opened a bridge."
    rows = [
        passage("answer", left, right, "The mayor spoke", "On Sunday the mayor opened a bridge"),
        passage("answer", left, right, "The mayor opened", "On Sunday the mayor opened a bridge"),
    ]
    (block,) = blocks_of(left, right, as_passages(rows))
    assert block.left == (left.index("The mayor opened"), len(left))
    assert block.numbers == (2, 1)


def test_the_fewest_blocks_have_moved() -> None:
    parts = ["Ships sail north.", "Boats wait here.", "Trains run late.", "Trams stand still."]
    left, right = " ".join(parts), " ".join([parts[3], *parts[:3]])
    rows = [passage("answer", left, right, part[:-1], part[:-1]) for part in parts]
    blocks = blocks_of(left, right, as_passages(rows))
    assert [block.moved for block in blocks] == [False, False, False, True]
    assert blocks[3].numbers == (4, 1)


def test_no_sentence_goes_beyond_where_furniture_begins() -> None:
    left, right = "The quay is old\nRead more\n", "Old is the quay"
    rows = as_passages([passage("answer", left, right, "The quay is old", "Old is the quay")])
    (block,) = blocks_of(left, right, rows, ((16,), ()))
    assert shown(block, left, right) == ("The quay is old", "Old is the quay")


def test_of_copied_passages_that_overlap_the_longest_is_kept_with_its_full_stop() -> None:
    left = right = "a b c d e f. g h"
    rows = [
        passage("copied", left, right, *pair) for pair in (("a b c", "a b c"), ("b c d e f", "b c d e f"))
    ]
    (block,) = blocks_of(left, right, as_passages(rows))
    assert left[slice(*block.left)] == "b c d e f. "


@given(
    st.text(st.sampled_from("ab. \n渡“”"), max_size=60),
    st.text(st.sampled_from("ab. \n渡“”"), max_size=60),
    st.lists(st.tuples(*[st.integers(0, 60)] * 4), max_size=8),
    st.sampled_from(["answer", "copied"]),
)
def test_no_two_blocks_overlap(left: str, right: str, ranges: list[tuple[int, ...]], what: str) -> None:
    rows = [
        (
            what,
            *sorted(min(at, len(left)) for at in ends[:2]),
            *sorted(min(at, len(right)) for at in ends[2:]),
            0.5,
        )
        for ends in ranges
    ]
    blocks = blocks_of(left, right, as_passages(rows))
    for text, ends in ((left, [b.left for b in blocks]), (right, sorted(b.right for b in blocks))):
        flat = [end for bounds in ends for end in bounds]
        assert flat == sorted(flat)
        assert all(start < end for start, end in ends)
        assert not flat or (flat[0] >= 0 and flat[-1] <= len(text))
    stay = [block.right for block in blocks if not block.moved]
    assert stay == sorted(stay)


@given(st.lists(st.integers(0, 50), max_size=9, unique=True))
def test_as_many_as_can_stay_in_order(values: list[int]) -> None:
    kept = [values[place] for place in sorted(_in_order(values))]
    assert kept == sorted(kept)
    longest = max(
        size
        for size in range(len(values) + 1)
        if any(list(some) == sorted(some) for some in combinations(values, size))
    )
    assert len(kept) == longest
