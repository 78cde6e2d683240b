from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.read.json_values import Value, split_values
from dedup.read.opening import DamageError

TEXT = st.text(alphabet=st.sampled_from(list('ab"\\{}[],: \n\u00e9\u2028')), max_size=8)
JSON = st.recursive(
    TEXT | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
INDENTS = st.sampled_from([None, 0, 2])


class Pieces:
    """A stream that gives a few bytes at a time and then, perhaps, is damaged."""

    def __init__(self, data: bytes, size: int, damage: DamageError | None = None) -> None:
        self._pieces = iter([data[at : at + size] for at in range(0, len(data), size)])
        self._damage = damage

    def read(self, size: int) -> bytes:
        piece = next(self._pieces, b"")
        if not piece and self._damage:
            raise self._damage
        return piece


def split(data: bytes, size: int = 7, longest: int = 1000) -> list[Value]:
    values = list(split_values(Pieces(data, size), longest))
    assert [value.number for value in values] == list(range(1, len(values) + 1))
    assert all(len(value.data) <= longest and not (value.data and value.trouble) for value in values)
    return values


def reasons(values: list[Value]) -> list[str | None]:
    return [value.trouble.reason if value.trouble else None for value in values]


def oracle(text: str) -> Iterator[Any]:
    """The values one after the other, and the elements of arrays among them."""
    decoder, at = json.JSONDecoder(), 0
    while rest := text[at:].lstrip():
        at = len(text) - len(rest)
        value, at = decoder.raw_decode(text, at)
        yield from value if isinstance(value, list) else [value]


@given(
    st.lists(st.dictionaries(TEXT, JSON, max_size=3) | st.lists(JSON, max_size=4), max_size=5),
    INDENTS,
    st.integers(1, 40),
    st.sampled_from(["", " ", "\n", "\r\n\n"]),
)
def test_splits_as_a_parser_does(values: list[Any], indent: int | None, size: int, between: str) -> None:
    text = between.join(json.dumps(value, indent=indent, ensure_ascii=False) for value in values)
    assert [json.loads(value.data) for value in split(text.encode(), size, 10**6)] == list(oracle(text))


@given(st.lists(st.sampled_from([*list('ab"\\{}[], \n'), "\n{", '":', "\\\\"]), max_size=60).map("".join))
@example('aa {"\n{')  # a value that begins in the line of a stray word
@example('":\\"][\\":\n{\\\\[""\n')  # an escaped quote in a string that breaks off, and a string that is cut
def test_any_bytes_split_the_same_in_any_pieces(text: str) -> None:
    data = text.encode()
    whole = split(data, 10**6)
    for size in (1, 2, 3, 5):
        assert split(data, size) == whole
    assert whole or not data.strip(b" \n,")[:1] not in (b"", b"[")


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b"\xef\xbb\xbf[{},{}]", [b"{}", b"{}"]),
        (b'{"a": "}"}{"b": "\\"}"}', [b'{"a": "}"}', b'{"b": "\\"}"}']),
        (b"\x1e{}\n\x1e{}\n", [b"{}", b"{}"]),
        (b"{},\n{},\n", [b"{}", b"{}"]),
        (b'[1, "]", null, [2, [3]], {}]', [b"1", b'"]"', b"null", b"[2, [3]]", b"{}"]),
        (b"[{},]\n[]\n[ {} ]", [b"{}", b"{}"]),
        (b"var data = [{}, {}];", [b"var data =", b"{}", b"{}", b";"]),
        (b"{} stray, and more {}", [b"{}", b"stray, and more", b"{}"]),
        (b"]}{}", [b"]}", b"{}"]),
        (b"Prose with [1] note.", [b"Prose with", b"1", b"note."]),
        (b"", []),
        (b" \n", []),
    ],
)
def test_what_stands_around_records(data: bytes, values: list[bytes]) -> None:
    for size in (3, 4, 100):
        assert [value.data for value in split(data, size)] == values


def test_long_strays_are_not_held() -> None:
    (value,) = split(b"x" * 5000, 1500)
    assert value.data == b"x" * 1000


def test_ends_that_come_too_early() -> None:
    whole = b'[{"a": "b\\\\"}, {"a": [1]}]'
    first, second = whole.index(b"}") + 1, len(whole) - 1
    for cut in range(2, len(whole)):
        values = split(whole[:cut])
        assert reasons(values) == [None] * ((cut >= first) + (cut >= second)) + ["truncated"]
    assert reasons(split(b'{"a": 1')) == reasons(split(b'"a')) == ["truncated"]


def test_damage_ends_the_stream() -> None:
    stream = Pieces(b'[{"a": 1}, {"b', 5, DamageError("corrupt", "bad"))
    assert [
        (value.number, value.data, value.trouble and value.trouble[0]) for value in split_values(stream)
    ] == [
        (1, b'{"a": 1}', None),
        (2, b"", "corrupt"),
    ]


def test_too_long_records_are_stepped_over() -> None:
    data = b'[{"a":1}, {"b": "' + b'x{\\"' * 100 + b'"}, {"c":3}, "' + b"y" * 99 + b'", {"d":4}]'
    for size in (1, 16, 10**6):
        values = split(data, size, 20)
        assert [value.data for value in values] == [b'{"a":1}', b"", b'{"c":3}', b"", b'{"d":4}']
        assert reasons(values) == [None, "too-large", None, "too-large", None]


@pytest.mark.parametrize("indent", [b"", b"  ", b"\t"])
def test_a_broken_record_costs_no_other(indent: bytes) -> None:
    records = [
        b'{"a": 1}',
        b'{"b": "x" y", "c": [\n' + indent + b' {"d": 1}]}',
        b'{"e": "\\\n"}',
        b'{"f": 2}',
    ]
    data = b"[\n" + b",\n".join(indent + record for record in records) + b"\n]"
    for size in (1, 4, 10**6):
        values = split(data, size)
        assert reasons(values) == [None, "json", "json", None]
        assert values[-1].data == b'{"f": 2}'


def test_time_is_linear() -> None:
    hostile = (b"[" * 10**6, b'"\n{' * 10**5, b'{"' + b"\\" * 10**6, b'{"a' + b'\\"' * 10**5, b"[]," * 10**5)
    for data in hostile:
        begin = time.process_time()
        for _ in split_values(Pieces(data, 2**18)):
            pass
        assert time.process_time() - begin < 5
