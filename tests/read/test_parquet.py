from __future__ import annotations

import datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.options import Options
from dedup.read import arrays, parquet
from dedup.read.items import plan_items

from .reading import file_at, reasons, rows_of, rows_of_items, texts


def write(path: Path, columns: dict[str, Any], **how: Any) -> Path:
    file = path / "a.parquet"
    pq.write_table(pa.table(columns), file, **how)
    return file


def test_a_row_is_a_record(tmp_path: Path) -> None:
    columns = {"_id": [7, 8], "Body": ["a", ""], "link": ["http://b.org", None], "deep": [{"x": 1}, None]}
    rows = rows_of(write(tmp_path, columns))
    assert [(row["record"], row["id"], row["text"], row["source"]) for row in rows] == [
        (1, "7", "a", "b.org"),
        (2, None, None, None),
    ]
    assert reasons(rows) == ["empty"]


def test_texts_that_cannot_be_read(tmp_path: Path) -> None:
    texts_ = pa.array([b"a", b"\xff", None], pa.binary())
    rows = rows_of(write(tmp_path, {"text": texts_}))
    assert [(row["text"], row["reason"]) for row in rows] == [
        ("a", None),
        (None, "encoding"),
        (None, "no-text"),
    ]
    damaged = texts_.view(pa.string())
    rows = rows_of(write(tmp_path, {"text": damaged}))
    assert [(row["text"], row["reason"]) for row in rows] == [
        ("a", None),
        (None, "encoding"),
        (None, "no-text"),
    ]


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.binary(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())],
)
def test_kinds_of_strings(tmp_path: Path, kind: pa.DataType) -> None:
    column = (
        pa.array(["a", "é", "a"]).cast(kind) if kind != pa.string_view() else pa.array(["a", "é", "a"], kind)
    )
    assert texts(rows_of(write(tmp_path, {"text": column}))) == ["a", "é", "a"]


@pytest.mark.parametrize(
    "kind",
    [
        *[
            pa.timestamp(unit, zone)
            for unit in ("s", "ms", "us", "ns")
            for zone in (None, "UTC", "America/New_York")
        ],
        pa.date32(),
        pa.date64(),
    ],
)
def test_kinds_of_dates(tmp_path: Path, kind: pa.DataType) -> None:
    moment = datetime.datetime(1969, 12, 31, tzinfo=datetime.UTC)
    value = moment.date() if pa.types.is_date(kind) else moment
    column = pa.array([value, None], kind)
    rows = rows_of(write(tmp_path, {"text": ["a", "b"], "date": column}))
    assert [row["published"] for row in rows] == ["1969-12-31T00:00:00Z", None]
    assert [row["warnings"] for row in rows] == [[], []]


def test_a_timestamp_of_zero_is_no_date(tmp_path: Path) -> None:
    column = pa.array([0, 1_000, None], pa.timestamp("ms", "UTC"))
    rows = rows_of(write(tmp_path, {"text": ["a", "b", "c"], "date": column}))
    assert [row["published"] for row in rows] == [None, "1970-01-01T00:00:01Z", None]


def test_row_groups_give_the_same_rows(tmp_path: Path) -> None:
    path = write(tmp_path, {"text": [f"text {n}" for n in range(1000)]}, row_group_size=70)
    rows = rows_of(path)
    assert [row["record"] for row in rows] == list(range(1, 1001))
    for block in (1, 2000, 5000):
        assert rows_of(path, block=block) == rows
    items = [item for group in plan_items([file_at(path, "parquet")], block=3000) for item in group.items]
    assert 3 < len(items) < 15
    assert [item.start for item in items[1:]] == [item.stop for item in items[:-1]]


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    path = write(tmp_path, {"text": ["a"] * 100})
    whole = path.read_bytes()
    for cut in range(0, len(whole), 97):
        path.write_bytes(whole[:cut])
        for block in (1, 10**6):
            (row,) = rows_of(path, block=block)
            assert (row["record"], row["reason"]) == (None, "corrupt")
    path.unlink()
    (row,) = rows_of_items(next(plan_items([file_at(path, "parquet")])).items)
    assert row["reason"] == "unreadable"
    (row,) = rows_of_items(next(plan_items([file_at(path, "parquet")._replace(size=10**9)])).items)
    assert row["reason"] == "unreadable"


def test_damage_inside(tmp_path: Path) -> None:
    path = write(
        tmp_path, {"text": [f"text {n}" for n in range(1000)]}, row_group_size=100, compression="zstd"
    )
    data = bytearray(path.read_bytes())
    middle = data.find(b"\x28\xb5\x2f\xfd", len(data) // 3)
    data[middle : middle + 40] = b"\0" * 40
    path.write_bytes(data)
    rows = rows_of(path)
    whole = len(rows) - 1
    assert texts(rows) == [f"text {n}" for n in range(whole)]
    assert (rows[-1]["record"], rows[-1]["reason"]) == (whole + 1, "corrupt")
    assert whole % 100 == 0


def test_tables_without_text_or_rows(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": [1, 2], "headline": ["a", "b"]}, row_group_size=1)
    for block in (1, 10**6):
        (row,) = rows_of(path, block=block)
        assert row["message"] == "no text column; this table has: id, headline"
    assert reasons(rows_of(path, Options(text_column="lead"))) == ["no-text"]
    empty = write(tmp_path, {"text": pa.array([], pa.string())})
    assert reasons(rows_of(empty)) == reasons(rows_of(empty, block=1)) == ["empty"]


def test_names_that_occur_twice(tmp_path: Path) -> None:
    schema = pa.schema([("text", pa.string()), ("text", pa.string())])
    pq.write_table(
        pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], schema=schema), tmp_path / "a.parquet"
    )
    (row,) = rows_of(tmp_path)
    assert (row["text"], row["warnings"]) == ("a", ["2 columns are named text: the first is read"])


def test_too_large_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "LONGEST", 10)
    rows = rows_of(write(tmp_path, {"text": ["a" * 10, "b" * 11]}))
    assert [row["reason"] for row in rows] == [None, "too-large"]


def test_texts_that_are_none(tmp_path: Path) -> None:
    date = datetime.datetime(2020, 1, 1)
    cases: list[tuple[list[Any], str]] = [
        ([["a"], ["b", "c"]], "the text is a list, not a string"),
        ([{"body": "a"}, {"body": "b"}], "the text is an object, not a string"),
        ([1, 2], "the text is a number, not a string"),
        ([date, date], "the text is a number, not a string"),
        ([date.time(), date.time()], "the text is of another type, not a string"),
    ]
    for values, message in cases:
        rows = rows_of(write(tmp_path, {"text": [*values, None], "id": [1, 2, 3]}))
        assert [row["message"] for row in rows] == [message, message, "the text is null"]
    labels = {"text": ["a"], "id": [["x"]], "title": [{"x": 1}], "url": [date], "source": [date.time()]}
    (row,) = rows_of(write(tmp_path, labels))
    assert (row["id"], row["title"], row["source"]) == (None, None, None)


def test_bad_values_cost_their_rows_only(tmp_path: Path) -> None:
    good = [f"text {number}" for number in range(600)]
    values = pa.array([text.encode() if number != 300 else b"\xff" for number, text in enumerate(good)])
    for column in (values, values.view(pa.string()), values.view(pa.string()).dictionary_encode()):
        rows = rows_of(write(tmp_path, {"text": column}))
        assert texts(rows) == good[:300] + good[301:]
        assert (rows[300]["record"], rows[300]["reason"]) == (301, "encoding")


def test_names_are_found_and_shown(tmp_path: Path) -> None:
    assert texts(rows_of(write(tmp_path, {"TEXT": ["a"], "ID": [1]}))) == ["a"]
    (row,) = rows_of(write(tmp_path, {"a\n\x1b[31m": ["a"]}))
    assert row["message"] == "no text column; this table has: a\\n\\x1b[31m"
    assert texts(rows_of(write(tmp_path, {"a.b": ["x"], "text": ["y"]}))) == ["y"]
    assert texts(rows_of(write(tmp_path, {"a.b": ["x"]}), Options(text_column="a.b"))) == ["x"]


def test_extension_types_are_not_loaded(tmp_path: Path) -> None:
    metadata = {
        "ARROW:extension:name": "arrow.py_extension_type",
        "ARROW:extension:metadata": "cbuiltins\nopen\n(Vcanary\nVw\ntR.",
    }
    schema = pa.schema([pa.field("text", pa.string(), metadata=metadata)])
    table = pa.Table.from_arrays([pa.array(["a"])], schema=schema)
    pq.write_table(table, tmp_path / "a.parquet")
    assert texts(rows_of(tmp_path)) == ["a"]
    assert not Path("canary").exists()


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "BOMB_BYTES", 10**6)
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["a" * 1000]))
    rows = rows_of(write(tmp_path, {"text": column}))
    assert reasons(rows) == ["bomb"]
    assert 500 < len(rows) < 2000
    assert rows[-1]["record"] == len(rows)
    rows = rows_of(write(tmp_path, {"text": ["a", "b" * 3 * 10**6]}, compression="zstd"))
    assert (reasons(rows), len(rows)) == (["bomb"], 1)


def test_values_that_are_stored_once_are_held_seldom(tmp_path: Path) -> None:
    values = ["a" * 10**6, "b" * 10**6] * 30
    path = write(tmp_path, {"text": values}, store_schema=False, compression="none")
    with path.open("rb") as source, pq.ParquetFile(source) as file:
        group = file.metadata.row_group(0)
        assert group.total_byte_size < 5 * 10**6
        assert parquet._batch_rows(source, group, [0]) == parquet._BATCH_BYTES // (2 * 10**6 + 8)
    assert [len(text) for text in texts(rows_of(path))] == [10**6] * 60


def test_any_damage_is_a_row(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": list(range(200)), "text": [f"text {n} " * 9 for n in range(200)]})
    whole = path.read_bytes()
    for seed in range(100):
        random = Random(seed)  # noqa: S311
        data = bytearray(whole)
        for _ in range(random.randrange(1, 5)):
            data[random.randrange(4, len(data) - 4)] ^= 1 << random.randrange(8)
        path.write_bytes(data)
        assert len(rows_of(path)) <= 400
