from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedup.view.arranged import arrange
from dedup.view.blocks import as_passages, blocks_of
from dedup.view.layout import Row

SENTENCES = st.lists(
    st.sampled_from(["Aa b c. ", "Dd “e” f.\n\n", "g h i\n", "渡轮。", "Jj k! ", "… ", "a b c d e f g h "]),
    max_size=12,
).map("".join)


def rows_of(left: str, right: str, *passages: tuple[object, ...], context: int | None = None) -> list[Row]:
    blocks = blocks_of(left, right, as_passages(passages))
    return list(arrange(left, right, blocks, context, beside=True))


@given(
    SENTENCES,
    SENTENCES,
    st.lists(st.tuples(*[st.integers(0, 100)] * 4), max_size=8),
    st.sampled_from(["answer", "copied"]),
    st.one_of(st.none(), st.integers(0, 5)),
)
def test_each_text_is_shown_once_and_whole(
    left: str, right: str, ranges: list[tuple[int, ...]], what: str, context: int | None
) -> None:
    passages = [
        (
            what,
            *sorted(min(at, len(left)) for at in ends[:2]),
            *sorted(min(at, len(right)) for at in ends[2:]),
            0.5,
        )
        for ends in ranges
    ]
    rows = rows_of(left, right, *passages, context=context)
    ours = [(step.left_start, step.left_end) for row in rows for step in row.steps]
    theirs = [(step.right_start, step.right_end) for row in rows for step in row.steps]
    assert "".join(left[start:end] for start, end in ours) == left
    whole = sorted(bounds for bounds in theirs if bounds[0] < bounds[1])
    assert "".join(right[start:end] for start, end in whole) == right


def test_what_has_moved_is_told_where_it_stands_and_where_it_stood() -> None:
    left, right = "Ships sail. Boats wait. Trains run.", "Trains run. Ships sail. Boats wait."
    passages = [
        ("answer", left.index(part), left.index(part) + 5, right.index(part), right.index(part) + 5, 1.0)
        for part in ("Ships", "Boats", "Train")
    ]
    rows = rows_of(left, right, *passages)
    assert [row.notes[1] for row in rows if row.notes[1]] == ["↓ sentence 1 stands by 3 of the left"]
    assert [row.title for row in rows if row.title] == ["↓ moved: sentence 3 on the left, 1 on the right"]


def test_equal_sentences_that_follow_one_another_are_folded_together() -> None:
    parts = [f"Number {n} is one of the sentences here. " for n in range(30)]
    left, right = "".join(["Old it is. ", *parts, "It ends."]), "".join(["New it is. ", *parts, "It stops."])
    passages = [
        ("answer", left.index(part), left.index(part) + 30, right.index(part), right.index(part) + 30, 1.0)
        for part in ["it is", *parts]
    ]
    folded = [row.folded for row in rows_of(left, right, *passages, context=16) if row.folded]
    assert folded == [208]
