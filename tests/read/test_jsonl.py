from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.options import Options
from dedup.read.items import Item, plan_items
from dedup.read.jsonl import MENDED
from dedup.read.rows import BATCH_ROWS

from .reading import file_at, reasons, rows_of, rows_of_items, texts, zstd

MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
PACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstd}
TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
VALUE = st.one_of(
    TEXT, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.lists(TEXT, max_size=2)
)
RECORD = st.fixed_dictionaries(
    {"text": TEXT}, optional=dict.fromkeys(("id", "url", "title", "date", "source", "other"), VALUE)
)


def read(path: Path, *lines: bytes, options: Options | None = None) -> list[dict[str, Any]]:
    file = path / "a.jsonl"
    file.write_bytes(b"\n".join(lines))
    return rows_of(file, options)


def test_a_line_is_a_record(tmp_path: Path) -> None:
    record = {
        "id": 17,
        "text": "Words.",
        "url": "https://www.Example.com/a",
        "title": "Head",
        "date": "2007-04-10T10:00:00+02:00",
    }
    (row,) = read(tmp_path, orjson.dumps(record))
    assert row == {
        "row": 1,
        "id": "17",
        "path": "a.jsonl",
        "record": 1,
        "source": "example.com",
        "url": "https://www.Example.com/a",
        "title": "Head",
        "published": "2007-04-10T08:00:00Z",
        "text": "Words.",
        "warnings": [],
        "stage": None,
        "reason": None,
        "message": None,
    }


def test_blank_lines_are_no_records_but_count(tmp_path: Path) -> None:
    rows = read(tmp_path, b'\xef\xbb\xbf{"text":"a"}\r', b"", b" \t\r", b'{"text":""}', b"")
    assert [(row["record"], row["text"]) for row in rows] == [(1, "a"), (4, "")]


def test_bad_lines_are_skipped_one_by_one(tmp_path: Path) -> None:
    bad = {
        b'{"text": "a"': ("json", "no JSON: "),
        b"[1, 2]": ("json", "the line is not an object"),
        b"NaN": ("json", "the line is not an object"),
        b'"a\xff"': ("encoding", "not UTF-8: byte 0xff at offset 2"),
        b"[" * 200_000: ("json", ""),
        b'{"text": ' + b"1" * 5000 + b"}": ("json", "no JSON: Exceeds the limit"),
        b'{"a": 1, "head\\nline": 2}': ("no-text", "no text column; this record has: a, head\\nline"),
        b"{}": ("no-text", "no text column; this record has: no columns"),
        b'{"text": null}': ("no-text", "the text is null"),
        b'{"text": ["a"]}': ("no-text", "the text is a list, not a string"),
        b'{"text": 1.5}': ("no-text", "the text is a number, not a string"),
        b'{"text": true}': ("no-text", "the text is true or false, not a string"),
        b'{"text": {}}': ("no-text", "the text is an object, not a string"),
        b"\0": ("json", "no JSON: "),
    }
    rows = read(tmp_path, b'{"text":"first"}', *bad, b'{"text":"last"}')
    assert texts(rows) == ["first", "last"]
    assert [row["record"] for row in rows] == list(range(1, len(bad) + 3))
    for row, (reason, message) in zip(rows[1:-1], bad.values(), strict=True):
        assert row["reason"] == reason
        assert row["message"].startswith(message)


def test_what_only_the_slow_parser_reads(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        b'{"text":"a\\ud800b","title":"\\udc00"}',
        b'{"text":"a\\ud83d\\ude00b","date":NaN,"id":1e999}',
        b'{"te\\ud800xt":1,"text":"c"}',
    )
    assert texts(rows) == ["a\ufffdb", "a\U0001f600b", "c"]
    assert [row["warnings"] for row in rows] == [[MENDED], [], [MENDED]]
    assert rows[0]["title"] == "\ufffd"
    assert (rows[1]["id"], rows[1]["published"]) == (None, None)


def test_warnings_of_dates_and_columns(tmp_path: Path) -> None:
    rows = read(tmp_path, b'{"text":"a","date":"01/02/2003"}', options=Options(id_column="key"))
    assert rows[0]["warnings"] == ["no column key (--id-column)", "date not understood: 01/02/2003"]


def test_named_columns(tmp_path: Path) -> None:
    options = Options(text_column="Lead", source_column="paper")
    rows = read(
        tmp_path, b'{"text":"a","lead":"b","paper":"P"}', b'{"text":"a","paper":"P"}', options=options
    )
    assert (rows[0]["text"], rows[0]["source"]) == ("b", "P")
    assert rows[1]["message"] == "no column Lead; this record has: text, paper"


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstd)])
def test_damage_costs_only_what_comes_after(tmp_path: Path, ending: str, pack: Any) -> None:
    lines = [
        orjson.dumps({"text": f"text {number} " + "x" * (number % 90)}) + b"\n" for number in range(3000)
    ]
    packed = pack(b"".join(lines))
    path = tmp_path / f"a.jsonl{ending}"
    seen = []
    for cut in range(0, len(packed), 97 * 7):
        path.write_bytes(packed[:cut])
        rows = rows_of(path)
        whole = len(rows) - 1
        assert rows[-1]["reason"] == "truncated"
        assert texts(rows) == [orjson.loads(line)["text"] for line in lines[:whole]]
        assert rows[-1]["record"] == (whole + 1 if cut else None)
        assert rows_of(path, block=5000)[:whole] == rows[:whole]
        assert reasons(rows_of(path, block=5000)) == ["truncated"]
        seen.append(whole)
    assert seen[-1] > 1000


def test_missing_file_and_file_that_shrinks(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text":"a"}\n' * 100)
    groups = [group.items for group in plan_items([file_at(path, "jsonl")], block=400)]
    path.write_bytes(b'{"text":"a"}\n' * 49)
    rows = rows_of_items(item for group in groups for item in group)
    assert texts(rows) == ["a"] * 49
    assert set(reasons(rows)) == {"unreadable"}
    assert "shorter" in rows[-1]["message"]
    path.unlink()
    rows = rows_of_items(groups[0])
    assert (rows[0]["record"], rows[0]["message"]) == (None, "No such file or directory")
    (item,) = [
        item for group in plan_items([file_at(path, "jsonl")._replace(size=10**9)]) for item in group.items
    ]
    assert rows_of_items([item])[0]["message"] == "No such file or directory"


def test_too_long_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text":"a"}\n{"text":"' + b"b" * 300 + b'"}\n{"text":"c"}\n')
    rows = rows_of(path, block=50, longest=200)
    assert [(row["record"], row["text"], row["reason"]) for row in rows] == [
        (1, "a", None),
        (2, None, "too-large"),
        (3, "c", None),
    ]
    assert texts(rows_of(path, block=50, longest=400)) == ["a", "b" * 300, "c"]


def test_batches_are_bounded(tmp_path: Path) -> None:
    count = 2 * BATCH_ROWS + 10
    assert len(read(tmp_path, *[b'{"text":"a"}'] * count)) == count


@MANY
@given(st.lists(RECORD, max_size=20), st.sampled_from(["", ".gz", ".zst"]), st.integers(1, 400))
def test_any_records_come_back(
    tmp_path: Path, records: list[dict[str, Any]], ending: str, block: int
) -> None:
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    path = tmp_path / f"a.jsonl{ending}"
    path.write_bytes(PACK[ending](data))
    rows = rows_of(path)
    assert texts(rows) == [record["text"] for record in records]
    assert [row["record"] for row in rows] == list(range(1, len(records) + 1))
    for row, record in zip(rows, records, strict=True):
        if isinstance(record.get("id"), str) and record["id"].strip():
            assert row["id"] == record["id"]
    assert rows_of(path, block=block) == rows


@MANY
@given(
    st.lists(st.binary(max_size=20) | st.sampled_from([b'{"text":"a"}', b'{"text":"a']), max_size=20),
    st.integers(1, 99),
)
def test_any_bytes_make_a_row_a_line(tmp_path: Path, lines: list[bytes], block: int) -> None:
    data = b"\n".join(lines)
    path = tmp_path / "a.jsonl"
    path.write_bytes(data)
    rows = rows_of(path)
    expected = [
        n for n, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1) if line.strip()
    ]
    assert [row["record"] for row in rows] == expected
    assert rows_of(path, block=block) == rows


def test_items_that_carry_a_reason() -> None:
    item = Item(2, "a.jsonl", b"", "jsonl", "gzip", first=5, reason="corrupt", message="bad\x1b[1m")
    (row,) = rows_of_items([item])
    assert (row["row"], row["record"], row["message"]) == ((2 << 32) + 5, 5, "bad\\x1b[1m")
