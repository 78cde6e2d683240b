from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.options import Options
from dedup.read import table

from .reading import reasons, rows_of, texts, zstd

MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
FIELD = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)


def read(
    path: Path, data: bytes, name: str = "a.csv", options: Options | None = None
) -> list[dict[str, Any]]:
    file = path / name
    file.write_bytes(data)
    return rows_of(file, options)


def test_a_row_is_a_record(tmp_path: Path) -> None:
    data = b'\xef\xbb\xbfID,Article Text,date\r\n1,"a, ""b""\r\nc",2007-04-10\r\n\r\n2,,\r\n'
    rows = read(tmp_path, data)
    assert [(row["record"], row["id"], row["text"], row["published"]) for row in rows] == [
        (1, "1", 'a, "b"\r\nc', "2007-04-10T00:00:00Z"),
        (2, "2", "", None),
    ]
    assert texts(read(tmp_path, gzip.compress(data), "a.csv.gz")) == texts(rows)
    assert texts(read(tmp_path, b"id\ttext\n1\ta, b\n", "a.tsv")) == ["a, b"]
    assert texts(read(tmp_path, b"text\rone\rtwo", "a.csv")) == ["one", "two"]


def test_bad_rows_are_skipped_one_by_one(tmp_path: Path) -> None:
    data = b'id,text\n1,a\n2\n3,c,x\n4,d,,\n5,"e" f\n6,\xff\n7,"g"\n'
    rows = read(tmp_path, data)
    assert [(row["record"], row["text"], row["reason"]) for row in rows] == [
        (1, "a", None),
        (2, None, "csv"),
        (3, None, "csv"),
        (4, "d", None),
        (5, None, "csv"),
        (6, None, "encoding"),
        (7, "g", None),
    ]
    messages = [row["message"] for row in rows if row["message"]]
    assert messages[0] == "a row of 1 field; the header has 2"
    assert messages[1] == "a row of 3 fields; the header has 2"
    assert messages[3] == "not UTF-8: byte 0xff at offset 2"


def test_a_quote_left_open_takes_no_other_row_along(tmp_path: Path) -> None:
    rows = read(tmp_path, b'id,text\n1,"a\n2,"b"\n3,c\n4,"d\n')
    assert texts(rows) == ["b", "c"]
    assert [row["record"] for row in rows] == [1, 2, 3, 4]
    assert reasons(rows) == ["csv", "csv"]


def test_rereading_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_REREAD", 10)
    rows = read(tmp_path, b'id,text\n1,"a\n2,"b"\n3,c\n4,d\n5,"e\n6,f\n7,g\n')
    assert texts(rows) == ["b", "c", "d"]
    assert reasons(rows) == ["csv", "csv"]


def test_fields_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = csv.field_size_limit()
    monkeypatch.setattr(table, "_LONGEST_FIELD", 100)
    try:
        rows = read(tmp_path, b"text\n" + b"x" * 101 + b"\nnext\n")
    finally:
        csv.field_size_limit(limit)
    assert (texts(rows), reasons(rows)) == (["next"], ["csv"])


def test_tables_without_text_or_header(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b"id,headline\n1,a\n2,b\n")
    assert (row["record"], row["reason"]) == (None, "no-text")
    assert row["message"] == "no text column; this table has: id, headline"
    (row,) = read(tmp_path, b"id,text\n1,a\n", options=Options(text_column="lead"))
    assert row["message"] == "no column lead; this table has: id, text"
    assert read(tmp_path, b"") == []
    assert read(tmp_path, b"id,text\n") == []
    assert reasons(read(tmp_path, b"id,t\xff\n1,a\n")) == ["encoding"]
    assert reasons(read(tmp_path, b'"id,text\n1,a\n')) == ["csv"]


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstd)])
def test_damage_is_reported_after_the_rows_before_it(tmp_path: Path, ending: str, pack: Any) -> None:
    lines = [b'%d,"some text %d"\n' % (number, number * number) for number in range(2000)]
    packed = pack(b"id,text\n" + b"".join(lines))
    for cut in range(0, len(packed), 97 * 11):
        rows = read(tmp_path, packed[:cut], f"a.csv{ending}")
        assert texts(rows) == [f"some text {number * number}" for number in range(len(rows) - 1)]
        assert rows[-1]["reason"] == "truncated"


def test_a_damage_inside_quotes_is_reported(tmp_path: Path) -> None:
    whole = gzip.compress(b'id,text\n1,a\n2,"b\nc\nd\n')
    rows = read(tmp_path, whole[:-8], "a.csv.gz")
    assert texts(rows) == ["a"]
    assert reasons(rows)[-1] == "truncated"


@MANY
@given(st.lists(st.tuples(FIELD, FIELD), max_size=10), st.sampled_from(["a.csv", "a.tsv"]))
def test_any_fields_come_back(tmp_path: Path, fields: list[tuple[str, str]], name: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if name.endswith("csv") else "\t", quoting=csv.QUOTE_ALL)
    writer.writerows([("title", "text"), *fields])
    rows = read(tmp_path, out.getvalue().encode(), name)
    assert texts(rows) == [text for _, text in fields]
    assert [row["title"] for row in rows] == [title if title.strip() else None for title, _ in fields]


@MANY
@given(st.binary(max_size=200).map(lambda data: data.replace(b'"', b"'")))
def test_any_bytes_without_quotes_make_a_row_a_line(tmp_path: Path, data: bytes) -> None:
    rows = read(tmp_path, b"text\n" + data)
    assert len(rows) == len([line for line in data.splitlines() if line])


@MANY
@given(
    st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"a", b"\xff", b'"\n', b'""']), max_size=40).map(
        b"".join
    )
)
def test_any_quotes_never_raise(tmp_path: Path, data: bytes) -> None:
    rows = read(tmp_path, b"text,id\n" + data + b"\n\nlast,1\n")
    assert len(rows) <= len(data.splitlines()) + 1
    if data.count(b'"') == 0:
        assert texts(rows)[-1] == "last"
