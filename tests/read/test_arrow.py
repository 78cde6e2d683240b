from __future__ import annotations

import gzip
import io
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from dedup.options import Options
from dedup.read import arrays
from dedup.read.arrow import _next_message
from dedup.read.opening import Place, Stream

from .reading import reasons, rows_of, texts

TEXTS = [f"text {number} " * 5 for number in range(900)]
COLUMNS: dict[str, Any] = {
    "ID": list(range(900)),
    "Text": TEXTS,
    "deep": [{"x": [number]} for number in range(900)],
    "source": pa.array(["a", "b", None] * 300).dictionary_encode(),
}


def pack(
    columns: dict[str, Any], as_file: bool = True, rows: int = 300, compression: str | None = None
) -> bytes:
    table = pa.table(columns)
    out = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    new = pa.ipc.new_file if as_file else pa.ipc.new_stream
    with new(out, table.schema, options=options) as writer:
        writer.write_table(table, rows)
    return out.getvalue()


def read(
    path: Path, data: bytes, name: str = "a.arrow", options: Options | None = None
) -> list[dict[str, Any]]:
    file = path / name
    file.write_bytes(data)
    return rows_of(file, options)


@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
@pytest.mark.parametrize("as_file", [True, False])
def test_a_row_is_a_record(tmp_path: Path, as_file: bool, compression: str | None) -> None:
    data = pack(COLUMNS, as_file, compression=compression)
    for name in ("a.arrow", "a.feather", "a.ipc"):
        rows = read(tmp_path, data, name)
        assert texts(rows) == TEXTS
        assert [(row["record"], row["id"]) for row in rows] == [(n + 1, str(n)) for n in range(900)]
        assert [row["source"] for row in rows[:3]] == ["a", "b", None]
    assert texts(read(tmp_path, gzip.compress(data), "a.arrow.gz")) == TEXTS
    if as_file:
        assert texts(read(tmp_path, data, "a.data")) == TEXTS


@pytest.mark.parametrize("compression", [None, "zstd"])
@pytest.mark.parametrize("as_file", [True, False])
def test_whole_batches_before_a_cut_are_read(tmp_path: Path, as_file: bool, compression: str | None) -> None:
    data = pack(COLUMNS, as_file, compression=compression)
    seen = set()
    for cut in range(0, len(data) - 8, 331):
        rows = read(tmp_path, data[:cut])
        assert reasons(rows) == ["truncated"]
        assert texts(rows) == TEXTS[: len(rows) - 1]
        assert rows[-1]["record"] == (len(rows) if len(rows) > 1 else rows[-1]["record"])
        seen.add(len(rows))
    assert {1, 301, 601} <= seen


def test_kinds_of_texts(tmp_path: Path) -> None:
    bad = pa.array([b"a", b"\xff", b"c"])
    kinds: list[pa.Array[Any]] = [
        bad,
        bad.view(pa.string()),
        bad.cast(pa.large_binary()).view(pa.large_string()),
    ]
    kinds += [bad.cast(pa.binary_view()), bad.view(pa.string()).dictionary_encode()]
    for column in kinds:
        rows = read(tmp_path, pack({"text": column}))
        assert [(row["text"], row["reason"]) for row in rows] == [
            ("a", None),
            (None, "encoding"),
            ("c", None),
        ]
    (row,) = read(tmp_path, pack({"text": [["a"]]}))
    assert row["message"] == "the text is a list, not a string"
    (row,) = read(tmp_path, pack({"text": pa.nulls(1)}))
    assert row["message"] == "the text is null"


def test_tables_without_text_or_rows(tmp_path: Path) -> None:
    (row,) = read(tmp_path, pack({"headline": ["a"]}))
    assert (row["record"], row["message"]) == (None, "no text column; this table has: headline")
    assert reasons(read(tmp_path, pack({"text": pa.array([], pa.string())}))) == ["empty"]
    assert texts(
        read(tmp_path, pack({"text": ["a"], "lead": ["b"]}), options=Options(text_column="lead"))
    ) == ["b"]


def test_what_is_no_arrow(tmp_path: Path) -> None:
    for data, reason in [
        (b"", "truncated"),
        (b"FEA1" + bytes(100), "format"),
        (b"ARROW1\0\0", "truncated"),
        (b"id,text\n1,hello and more\n", "corrupt"),
        (bytes(100), "truncated"),
        (b"\xff" * 100, "corrupt"),
        (b"\xff\xff\xff\xff\x10\0\0\0" + b"\xff" * 100, "corrupt"),
    ]:
        (row,) = read(tmp_path, data, "a.feather")
        assert (row["record"], row["reason"]) == (None, reason)


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "BOMB_BYTES", 10**6)
    rows = read(tmp_path, pack({"text": ["a", "b" * 3 * 10**6]}, rows=1, compression="zstd"))
    assert (texts(rows), reasons(rows)) == (["a"], ["bomb"])
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int8()), pa.array(["a" * 9000]))
    rows = read(tmp_path, pack({"text": column}))
    assert (len(texts(rows)) > 500, reasons(rows)) == (True, ["bomb"])
    rows = read(tmp_path, pack({"text": pa.nulls(10**5)}, rows=10**5))
    assert reasons(rows)[-1] == "bomb"


def test_sizes_of_packed_messages(tmp_path: Path) -> None:
    (tmp_path / "a.ipc").write_bytes(pack({"text": ["a" * 10**5]}, as_file=False, compression="zstd"))
    with Stream(Place(bytes(tmp_path / "a.ipc"))) as stream:
        schema, batch = _next_message(stream), _next_message(stream)
        assert schema is not None
        assert batch is not None
        assert (schema.kind, batch.kind) == (1, 3)
        assert 10**5 <= batch.unpacked < 10**5 + 100
        assert len(batch.body) < 1000
        assert _next_message(stream) is None


@pytest.mark.parametrize("compression", [None, "lz4"])
def test_any_damage_is_a_row(tmp_path: Path, compression: str | None) -> None:
    whole = pack({**COLUMNS, "text": pa.array(TEXTS).dictionary_encode()}, compression=compression)
    for seed in range(60):
        random = Random(seed)  # noqa: S311
        data = bytearray(whole)
        for _ in range(random.randrange(1, 5)):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        rows = read(tmp_path, bytes(data))
        assert len(rows) <= 1000
