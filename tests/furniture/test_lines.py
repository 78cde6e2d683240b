from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedup.furniture.forms import forms
from dedup.furniture.lines import BEGINS, HAS, HEADING, WHOLE, Described, Lines, cut_lines, describe
from dedup.text.words import split_words

LINES = st.lists(
    st.text(st.sampled_from("ab Éß中 \t.!?\"'”»。」؟।…-"), max_size=12), min_size=1, max_size=6
).flatmap(
    lambda parts: st.lists(
        st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\f", "\v"]), min_size=6, max_size=6
    ).map(lambda breaks: "".join(part + end for part, end in zip(parts, breaks, strict=False)))
)


def buffers(texts: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    data = [text.encode() for text in texts]
    return np.frombuffer(b"".join(data), np.uint8), np.cumsum([0, *map(len, data)], dtype=np.int64)


def look_at(texts: list[str]) -> tuple[Lines, Described]:
    data = buffers(texts)
    lines = cut_lines(*data)
    return lines, describe(lines, *data, split_words(*data), forms())


def slow_lines(text: str) -> list[str]:
    return [line for part in re.split(r"[\n\r\f\v]", text) if (line := part.strip(" \t"))]


def is_closed(line: str) -> bool:
    bare = line.rstrip("\"')]”’»」")
    return bool(bare) and bare[-1] in ".!?。？！؟।…"


@settings(max_examples=300)
@given(st.lists(LINES, max_size=4))
def test_lines_are_those_of_the_texts(texts: list[str]) -> None:
    data = buffers(texts)
    lines, said = look_at(texts)
    assert lines.first.tolist() == np.cumsum([0, *(len(slow_lines(text)) for text in texts)]).tolist()
    for number, text in enumerate(texts):
        own = range(lines.first[number], lines.first[number + 1])
        expected = slow_lines(text)
        assert [text[said.starts[line] : said.ends[line]] for line in own] == expected
        raw = [data[0][lines.starts[line] : lines.stops[line]].tobytes().decode() for line in own]
        assert raw == expected
        counts = [len(split_words(*buffers([line])).hashes) for line in expected]
        assert said.words[own.start : own.stop].tolist() == counts
        for line, found in zip(expected, said.closed[own.start : own.stop].tolist(), strict=True):
            assert found == is_closed(line) or not line.strip("\"')]”’»」")
    every = [line for text in texts for line in slow_lines(text)]
    for one, key in zip(every, lines.keys.tolist(), strict=True):
        for other, its in zip(every, lines.keys.tolist(), strict=True):
            assert (key == its) == (one == other)


def test_lines_are_the_same_in_a_slice_of_the_data() -> None:
    texts = ["One line\nand a second", "Ein Satz.\n\nZwei Sätze.", "", "last"]
    data, offsets = buffers(texts)
    whole = cut_lines(data, offsets)
    part = cut_lines(data, offsets[1:])
    assert part.keys.tolist() == whole.keys[2:].tolist()
    assert part.starts.tolist() == whole.starts[2:].tolist()


def kinds(line: str) -> int:
    return int(look_at([line])[1].forms[0])


def test_wordings_are_found_whatever_their_case_and_punctuation() -> None:
    assert kinds("LEAVE A REPLY") & HEADING
    assert kinds("• Leave a reply …") & HEADING
    assert not kinds("Leave a reply to the minister on his desk")
    assert kinds("READ MORE: a storm in a harbour") & BEGINS
    assert not kinds("You can read more about the storm") & BEGINS
    assert kinds("Your email address will not be published. Required fields are marked *") & HAS
    assert kinds("All Rights Reserved") & HAS
    assert kinds("Advertisement") & WHOLE
    assert kinds("Schreibe einen Kommentar") & HEADING
    assert kinds("Читайте также") & HEADING
    assert not kinds("The harbour was closed on Tuesday.")
    assert not kinds("all rights reserved " + "for the people of the island " * 6)
