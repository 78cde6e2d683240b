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

MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FIELD = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0<"), max_size=20)


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
        (2, None, None, None),
    ]
    assert reasons(rows) == ["empty"]
    assert texts(read(tmp_path, gzip.compress(data), "a.csv.gz")) == texts(rows)
    assert texts(read(tmp_path, b"id\ttext\n1\ta, b\n", "a.tsv")) == ["a, b"]
    assert texts(read(tmp_path, b"text\rone\rtwo", "a.csv")) == ["one", "two"]


def test_bad_rows_are_skipped_one_by_one(tmp_path: Path) -> None:
    data = b'id,text\n1,a\n2\n3,c,x\n4,d,,\n5,"e" f\n6,\xff\n7,"g"\n8,a\0b\n9,\xc3\xa9\n'
    rows = read(tmp_path, data)
    assert [(row["record"], row["text"], row["reason"]) for row in rows] == [
        (1, "a", None),
        (2, None, "csv"),
        (3, None, "csv"),
        (4, "d", None),
        (5, None, "csv"),
        (6, None, "encoding"),
        (7, "g", None),
        (8, None, "csv"),
        (9, "\u00e9", None),
    ]
    messages = [row["message"] for row in rows if row["message"]]
    assert messages[0] == "a row of 1 field; the header has 2"
    assert messages[1] == "a row of 3 fields; the header has 2"
    assert messages[3:] == ["not UTF-8: byte 0xff at offset 2", "a NUL byte in the row"]


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
    assert reasons(read(tmp_path, b"")) == ["empty"]
    assert reasons(read(tmp_path, b"id,text\n")) == ["empty"]
    assert reasons(read(tmp_path, b"id,t\xff,\xc3\xa9\n1,a,\n")) == ["encoding"]
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
    if not fields:
        assert reasons(rows) == ["empty"]
        return
    assert [row["text"] for row in rows] == [text if text.strip() else None for _, text in fields]
    assert [row["title"] for row in rows if row["text"]] == [
        title if title.strip() else None for title, text in fields if text.strip()
    ]


@MANY
@given(st.binary(max_size=200).map(lambda data: data.replace(b'"', b"'").replace(b"\0", b"0")))
def test_any_bytes_without_quotes_make_a_row_a_line(tmp_path: Path, data: bytes) -> None:
    rows = read(tmp_path, b"text\n" + data)
    assert len(rows) == max(1, len([line for line in data.splitlines() if line]))


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


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
@pytest.mark.parametrize("head", ["id{0}text{0}n", '"id"{0}"text"{0}"a, b; c|d"', "\n\nid{0}text{0}n"])
def test_delimiters(tmp_path: Path, delimiter: str, name: str, head: str) -> None:
    data = head.format(delimiter) + f"\n7{delimiter}a b{delimiter}1\n"
    (row,) = read(tmp_path, data.encode(), name)
    assert (row["id"], row["record"], row["text"]) == ("7", 1, "a b")


def test_the_usual_delimiter_wins_ties(tmp_path: Path) -> None:
    assert texts(read(tmp_path, b"text\na;b\n")) == ["a;b"]
    assert texts(read(tmp_path, b"text,a;b\nx,y\n")) == ["x"]
    assert texts(read(tmp_path, b"text\ta;b\nx\ty\n", "a.tsv")) == ["x"]


@pytest.mark.parametrize("line", ["sep=;", "SEP=|", '"sep=;"', "\ufeffsep=\t", "\ufeff\r\nsep=;"])
def test_the_line_that_excel_writes(tmp_path: Path, line: str) -> None:
    delimiter = line.strip('"')[-1]
    data = f"{line}\r\nid,x{delimiter}text\r\n1{delimiter}a\r\n"
    assert [(row["record"], row["text"]) for row in read(tmp_path, data.encode())] == [(1, "a")]
    assert reasons(read(tmp_path, b"sep=,\n")) == ["empty"]


def test_names_that_occur_twice(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b"text,text,id\na,b,1\n")
    assert (row["text"], row["warnings"]) == ("a", ["2 columns are named text: the first is read"])


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_encodings(tmp_path: Path, encoding: str, end: str) -> None:
    lines = ["id,text", "1,caf\u00e9 and more of the same words", "2,plain words", ""]
    rows = read(tmp_path, end.join(lines).encode(encoding))
    assert texts(rows) == ["caf\u00e9 and more of the same words", "plain words"]
    mark = ["read as utf-16-le: it has no mark"] if encoding == "utf-16-le" else []
    assert [row["warnings"] for row in rows] == [mark, mark]


def test_guessed_encodings(tmp_path: Path) -> None:
    text = (
        "Der Bürgermeister eröffnete am Dienstag die Brücke über den Fluss, für die er lange gekämpft hatte."
    )
    rows = read(tmp_path, f'id,text\n1,"{text}"\n2,plain\n'.encode("cp1252"))
    assert texts(rows) == [text, "plain"]
    assert all(row["warnings"][0].startswith("read as cp1252 (confidence ") for row in rows)


def test_many_columns_and_mixed_line_ends(tmp_path: Path) -> None:
    names = ",".join(f"c{number}" for number in range(20_000))
    assert texts(read(tmp_path, f"{names},text\n{'1,' * 20_000}a\n".encode())) == ["a"]
    assert texts(read(tmp_path, b"text\ra\r\nb\nc")) == ["a", "b", "c"]


def test_a_table_of_pages(tmp_path: Path) -> None:
    assert texts(read(tmp_path, b"html\n<p>Words.</p>\n")) == ["Words."]
