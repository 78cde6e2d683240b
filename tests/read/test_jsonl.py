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
from dedup.read.mojibake import mend
from dedup.read.opening import Place
from dedup.read.rows import BATCH_ROWS

from .reading import file_at, reasons, rows_of, rows_of_items, texts, zstd

MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstd}
WORD = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
TEXT = WORD.filter(lambda text: text.strip() and "<" not in text)
VALUE = st.one_of(
    WORD, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.lists(WORD, max_size=2)
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
    assert [(row["record"], row["text"], row["reason"]) for row in rows] == [
        (1, "a", None),
        (4, None, "empty"),
    ]


def test_bad_lines_are_skipped_one_by_one(tmp_path: Path) -> None:
    bad = {
        b'{"text": "a"': ("json", "no JSON: "),
        b"[1, 2]": ("json", "not an object"),
        b"NaN": ("json", "not an object"),
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
    assert texts(rows) == [mend(record["text"])[0] for record in records]
    if not records:
        assert reasons(rows) == ["empty"]
        return
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
    data = b'{"text":"a"}\n' + b"\n".join(lines)
    path = tmp_path / "a.jsonl"
    path.write_bytes(data)
    rows = rows_of(path)
    expected = [n for n, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    assert [row["record"] for row in rows] == expected
    assert rows_of(path, block=block) == rows


def test_items_that_carry_a_reason() -> None:
    item = Item(2, "a.jsonl", Place(b""), "jsonl", first=5, reason="corrupt", message="bad\x1b[1m")
    (row,) = rows_of_items([item])
    assert (row["row"], row["record"], row["message"]) == ((2 << 32) + 5, 5, "bad\\x1b[1m")


def write(path: Path, name: str, data: bytes | str) -> list[dict[str, Any]]:
    file = path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return rows_of(file)


RECORDS = [{"id": "a", "text": "One {text}."}, {"id": "b", "text": 'Two "\\ [texts].'}, {"text": "caf\u00e9"}]


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.json.gz"])
def test_arrays(tmp_path: Path, indent: int | None, name: str) -> None:
    data = json.dumps(RECORDS, indent=indent).encode()
    rows = write(tmp_path, name, gzip.compress(data) if name.endswith("gz") else data)
    assert texts(rows) == [record["text"] for record in RECORDS]
    assert [row["record"] for row in rows] == [1, 2, 3]


@pytest.mark.parametrize("between", ["", "\n", " \r\n\r\n"])
@pytest.mark.parametrize("indent", [None, 1])
def test_records_one_after_the_other(tmp_path: Path, between: str, indent: int | None) -> None:
    data = between.join(json.dumps(record, indent=indent) for record in RECORDS)
    rows = write(tmp_path, "a.json", data)
    assert texts(rows) == [record["text"] for record in RECORDS]


def test_a_single_object(tmp_path: Path) -> None:
    (row,) = write(tmp_path, "a.json", json.dumps(RECORDS[0], indent=2))
    assert (row["id"], row["record"], row["text"]) == ("a", 1, "One {text}.")
    for nothing in ("", " []\n"):
        assert reasons(write(tmp_path, "a.json", nothing)) == ["empty"]


def test_what_is_wrong_in_an_array(tmp_path: Path) -> None:
    data = b'[1, "a", null, [2], {"text": NaN}, {"text": "\xff"}, {"text": "a",}, {"text": "b"}, {"a": 1}'
    rows = write(tmp_path, "a.json", data)
    assert texts(rows) == ["b"]
    messages = [row["message"] for row in rows if row["message"]]
    assert messages[:5] == ["not an object"] * 4 + ["the text is a number, not a string"]
    assert messages[5].startswith("not UTF-8: byte 0xff")
    assert messages[6].startswith("no JSON: ")
    assert messages[7].startswith("no text column")
    assert (rows[-1]["record"], rows[-1]["reason"]) == (10, "truncated")


def test_lines_in_a_json_file_cost_only_themselves(tmp_path: Path) -> None:
    rows = write(tmp_path, "a.json", b'{"text":"a"}\n{"text":"b\n{"text":"c"}\n')
    assert texts(rows) == ["a", "c"]
    assert reasons(rows) == ["json"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_encodings_with_a_mark(tmp_path: Path, encoding: str, name: str) -> None:
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
    for data in (lines, json.dumps(RECORDS, ensure_ascii=False)):
        rows = write(tmp_path, name, data.encode(encoding))
        assert texts(rows) == [record["text"] for record in RECORDS]
        assert [row["warnings"] for row in rows] == [[], [], []]


def test_damaged_utf16(tmp_path: Path) -> None:
    rows = write(
        tmp_path,
        "a.jsonl",
        b"\xff\xfe"
        + '{"text":"a?b"}\n{"text":"c"}'.encode("utf-16-le")
        .replace(b"?", b"\0\xdc", 1)
        .replace(b"\xdc\0", b"\xdc", 1),
    )
    assert rows[0]["text"] == "a\ufffdb"
    assert [row["warnings"] for row in rows] == [["damaged utf-16-le: 1 characters are lost"], []]


PAGE = """<!DOCTYPE html><html><head><title>The page's headline</title>
<link rel="canonical" href="https://news.example/page">
<meta property="article:published_time" content="2020-01-02"></head><body><nav><a href="/">Home</a></nav>
<article><h1>The page's headline</h1><p>The harbour was closed on Monday after a storm had torn the boats from
their moorings.</p><p>Nobody was hurt, and the ferry will sail again on Wednesday, the company said.</p>
</article></body></html>"""


def test_a_text_that_is_a_page(tmp_path: Path) -> None:
    own = {"text": " \n" + PAGE, "url": "https://own.example/a", "title": "Own", "date": "2021-01-01"}
    rows = read(tmp_path, orjson.dumps({"html": PAGE}), orjson.dumps(own))
    for row in rows:
        assert "harbour was closed" in row["text"]
        assert "<" not in row["text"]
        assert "Home" not in row["text"]
    facts = [(row["url"], row["title"], row["published"], row["source"]) for row in rows]
    assert facts == [
        ("https://news.example/page", "The page's headline", "2020-01-02T00:00:00Z", "news.example"),
        ("https://own.example/a", "Own", "2021-01-01T00:00:00Z", "own.example"),
    ]
    assert texts(read(tmp_path, b'{"text":"<p>Short one.</p>"}')) == ["Short one."]


@pytest.mark.parametrize("text", ["<3 was all he wrote", "<pre>formed", "< p>", "<b>Bold</b>", " x <p>", "<"])
def test_texts_that_are_no_pages(tmp_path: Path, text: str) -> None:
    assert texts(read(tmp_path, orjson.dumps({"text": text}))) == [text]


def test_a_few_words_in_another_column_than_usual_are_no_article(tmp_path: Path) -> None:
    long = "The whole story of the harbour stands in another column here. " * 3
    records = [{"text": "One."}, {"body": "no text"}, {"body": long}, {"text": "Two.", "body": "More."}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    rows = rows_of(tmp_path / "a.jsonl")
    assert texts(rows) == ["One.", long, "Two."]
    assert (rows[1]["reason"], rows[1]["message"]) == ("no-text", "no column text; this record has: body")
    assert rows_of(tmp_path / "a.jsonl", block=1) == rows
