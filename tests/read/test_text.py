from __future__ import annotations

import gzip
import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.read.items import Item
from dedup.read.text import read_text

from .reading import reasons, rows_of, rows_of_items, texts, zstd

MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def test_a_file_is_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfOne\r\ntwo\n")
    (tmp_path / "b.md").write_text("# Two\n\n*words*")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress("Köln".encode()))
    (tmp_path / "d.text.zst").write_bytes(zstd(b"NUL \0 stays"))
    (tmp_path / "e.txt").write_bytes(b"")
    rows = rows_of(tmp_path)
    assert texts(rows) == ["One\r\ntwo\n", "# Two\n\n*words*", "Köln", "NUL \0 stays", ""]
    assert [row["path"] for row in rows] == ["a.txt", "b.md", "c.txt.gz", "d.text.zst", "e.txt"]
    assert [row["row"] for row in rows] == [number << 32 for number in range(5)]
    empty = ("record", "id", "source", "url", "title", "published")
    assert {row[name] for row in rows for name in empty} == {None}
    assert all(row["warnings"] == [] for row in rows)


def test_what_is_no_utf8_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"twelve bytes\xff and more")
    (tmp_path / "b.txt").write_bytes(b"\xef\xbb\xbfabc\xc3")
    first, second = rows_of(tmp_path)
    assert (first["reason"], first["message"]) == ("encoding", "not UTF-8: byte 0xff at offset 12")
    assert (second["reason"], second["message"]) == ("encoding", "not UTF-8: byte 0xc3 at offset 6")
    assert (first["record"], first["warnings"]) == (None, None)


def test_damaged_and_missing_files(tmp_path: Path) -> None:
    packed = gzip.compress(os.urandom(1000).hex().encode())
    (tmp_path / "a.txt.gz").write_bytes(packed[:-20])
    (tmp_path / "b.txt.gz").write_bytes(b"plain words")
    (tmp_path / "c.txt.zst").write_bytes(b"")
    assert reasons(rows_of(tmp_path)) == ["truncated", "corrupt", "truncated"]
    (row,) = rows_of_items([Item(3, "gone.txt", bytes(tmp_path / "gone.txt"), "text", None)])
    assert (row["row"], row["reason"], row["message"]) == (3 << 32, "unreadable", "No such file or directory")


def test_too_large_texts_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 101)
    item = Item(0, "a.txt", bytes(tmp_path / "a.txt"), "text", None)
    (row,) = read_text(item, longest=100)
    assert row[-2:] == ("too-large", "a text of more than 100 bytes")
    (row,) = read_text(item, longest=101)
    assert row[-1] is None


@MANY
@given(st.binary(max_size=200))
def test_any_bytes_make_one_row(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    (row,) = rows_of(tmp_path / "a.txt")
    try:
        assert row["text"] == data.decode("utf-8-sig")
    except UnicodeDecodeError:
        assert row["reason"] == "encoding"


@MANY
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_comes_back(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    (row,) = rows_of(tmp_path / "a.txt")
    assert row["text"] == text.removeprefix("\ufeff")
