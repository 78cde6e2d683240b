"""Swaps that recur: what counts as one, and when it recurs."""

from __future__ import annotations

from dedup import compare
from dedup.spun.learn import Origin, Replaced, Side, Tally, replaced

HEAD = "quiet boats lay beside the stone quay and"
TAIL = "while rain fell over the parish all through that long night"


def found_in(left: str, right: str) -> list[tuple[str, str]]:
    left, right = f"{HEAD} {left} {TAIL}.", f"{HEAD} {right} {TAIL}."
    spans = [span._asdict() for span in compare(left, right).spans]
    return [(" ".join(a), " ".join(b)) for a, b, _ in replaced(Side.of(left), Side.of(right), spans)]


def test_a_few_plain_words_for_a_few_others() -> None:
    assert found_in("a harbour was shut", "a anchorage was shut") == [("harbour", "anchorage")]
    assert found_in("a railway was shut", "a iron-road was shut") == [("railway", "iron road")]
    assert found_in("shut. Railway men slept", "shut. Track men slept") == [("railway", "track")]


def test_what_is_no_plain_swap() -> None:
    assert not found_in("in Harbour town", "in Anchorage town")  # a name
    assert not found_in("a HARBOUR town", "a BASIN town")
    assert not found_in("shut. RAILWAY men", "shut. TRACK men")
    assert not found_in("with 12 boats", "with some boats")
    assert not found_in("with b12 boats", "with old boats")
    assert not found_in('said "a harbour was shut" then', 'said "a anchorage was shut" then')
    assert not found_in("in a big cold dark wet harbour", "in one other place of much less use")
    assert not found_in("a lamp, kettle was shut", "a door. window was shut")
    assert not found_in("a größe was shut", "a weite was shut")
    assert not found_in("a harbour was shut", "a was shut")
    by_chance = found_in("lamp a harbour was kettle", "door a anchorage was window")
    assert by_chance == [("lamp", "door"), ("kettle", "window")]


def test_context_is_the_words_beside() -> None:
    left, right = f"{HEAD} the harbour is shut {TAIL}", f"{HEAD} the anchorage is shut {TAIL}"
    spans = [span._asdict() for span in compare(left, right).spans]
    (one,) = replaced(Side.of(left), Side.of(right), spans)
    assert one.beside == "the is"


def tally(
    there: int, back: int = 0, there_side: str | None = None, back_side: str | None = None, wide: bool = True
) -> list[tuple[str, str, int, int]]:
    counted = Tally()
    for number in range(there + back):
        words = (("harbour",), ("anchorage",)) if number < there else (("anchorage",), ("harbour",))
        one = Replaced(*words, f"the {number if wide else 'is'}")
        left = Origin(f"l{number}", "left.example", f"story {number}")
        right = Origin(f"r{number}", f"{number % 2}.example", f"story {number}")
        counted.add([one, one], left, right, there_side if number < there else back_side)
    return [(one.natural, one.spun, one.pairs, one.sources) for one in counted.learned()]


def test_a_swap_recurs_in_three_pairs_and_contexts() -> None:
    assert tally(3) == [("harbour", "anchorage", 3, 2)]
    assert not tally(2)
    assert not tally(3, wide=False)


def test_a_swap_goes_one_way() -> None:
    assert tally(20, 3) == [("harbour", "anchorage", 20, 2)]
    assert not tally(20, 4)
    assert not tally(3, 3)


def test_a_known_side_outweighs_the_order() -> None:
    assert tally(4, there_side="left") == [("anchorage", "harbour", 4, 1)]
    assert tally(4, 9, there_side="right") == [("harbour", "anchorage", 4, 2)]
    assert not tally(2, 9, there_side="right")  # too few known, and the order says otherwise


def test_copies_of_one_story_count_once() -> None:
    counted = Tally()
    for left in range(4):
        for right in range(4):
            one = Replaced(("harbour",), ("anchorage",), f"the {left}")
            ends = (
                Origin(f"l{left}", "left.example", "cluster 1"),
                Origin(f"r{right}", "right.example", "cluster 1"),
            )
            counted.add([one], *ends, None)
    assert not counted.learned()
    assert [one.pairs for one in counted.learned(1)] == [1]


def test_memory_is_bounded() -> None:
    counted = Tally()
    for number in range(200):
        left, right = (Origin(f"{side}{number}", None, f"story {number}") for side in "lr")
        rare = Replaced(("harbour",), ("".join(chr(97 + int(d)) for d in f"{number:05d}") + "xyz",), "the is")
        often = Replaced(("railway",), ("iron", "road"), f"the {number}")
        counted.add([rare, often], left, right, None)
    counted._forget()
    (one,) = counted.learned()
    assert (one.natural, one.spun, one.pairs, one.sources) == ("railway", "iron road", 200, 0)
