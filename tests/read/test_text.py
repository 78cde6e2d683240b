from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.options import Options
from dedup.read.items import plan_items
from dedup.read.opening import Place, Stream
from dedup.read.rows import Origin
from dedup.read.text import read_text

from .reading import file_at, reasons, rows_of, rows_of_items, texts, zstd

MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_file_is_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfOne\r\ntwo\n")
    (tmp_path / "b.md").write_text("Two\n\n*words*")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress("Köln".encode()))
    (tmp_path / "d.text.zst").write_bytes(zstd(b"a NUL \0 stays"))
    rows = rows_of(tmp_path)
    assert texts(rows) == ["One\r\ntwo\n", "Two\n\n*words*", "Köln", "a NUL \0 stays"]
    assert [row["path"] for row in rows] == ["a.txt", "b.md", "c.txt.gz", "d.text.zst"]
    assert [row["row"] for row in rows] == [number << 32 for number in range(4)]
    empty = ("record", "id", "source", "url", "title", "published")
    assert {row[name] for row in rows for name in empty} == {None}
    assert all(row["warnings"] == [] for row in rows)


def test_other_encodings_are_read_and_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Der Wärter schloß die Tür, als es dämmerte.".encode("cp1252"))
    (tmp_path / "b.txt").write_bytes("Zwei Pfähle lösten sich ü".encode()[:-1])
    first, second = rows_of(tmp_path)
    assert first["text"] == "Der Wärter schloß die Tür, als es dämmerte."
    assert first["warnings"] == ["read as cp1252 (confidence 1.00)"]
    assert second["text"] == "Zwei Pfähle lösten sich "
    assert second["warnings"] == ["the last character is cut off"]


def test_what_holds_no_text_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.md").write_bytes(b"\xef\xbb\xbf \r\n\t")
    (tmp_path / "c.txt").write_bytes(bytes(100))
    (tmp_path / "d.md").write_text("---\ntitle: Nothing below\n---\n")
    rows = rows_of(tmp_path)
    assert reasons(rows) == ["empty", "empty", "binary", "empty"]
    assert (rows[0]["record"], rows[0]["warnings"]) == (None, None)


def test_what_begins_as_something_else_is_read_as_that(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("<!DOCTYPE html><p>Nine words that stand in a page of one line.</p>")
    (tmp_path / "b.txt").write_text("A text that says <html> later.")
    first, second = rows_of(tmp_path)
    assert first["text"] == "Nine words that stand in a page of one line."
    assert second["text"] == "A text that says <html> later."


def test_damaged_and_missing_files(tmp_path: Path) -> None:
    packed = gzip.compress(os.urandom(1000).hex().encode())
    (tmp_path / "a.txt.gz").write_bytes(packed[:-20])
    (tmp_path / "b.txt.gz").write_bytes(b"plain words")
    (tmp_path / "c.txt.zst").write_bytes(b"")
    rows = rows_of(tmp_path)
    assert [row["reason"] for row in rows] == ["truncated", None, "truncated"]
    assert texts(rows) == ["plain words"]  # whatever its name says
    missing = next(group for group in plan_items([file_at(tmp_path / "gone.txt", "text")])).items[0]
    (row,) = rows_of_items([missing._replace(file=3)])
    assert (row["row"], row["reason"], row["message"]) == (3 << 32, "unreadable", "No such file or directory")


def test_too_large_texts_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 101)
    with Stream(Place(bytes(tmp_path / "a.txt"))) as stream:
        (row,) = read_text(stream, Origin(0, "a.txt"), Options(), longest=100)
        assert row[-2:] == ("too-large", "a text of more than 100 bytes")
        (row,) = read_text(stream, Origin(0, "a.txt"), Options(), longest=101)
        assert row[-1] is None


def markdown(path: Path, text: str) -> dict[str, Any]:
    (path / "a.md").write_bytes(text.encode())
    (row,) = rows_of(path / "a.md")
    return row


def test_front_matter_of_markdown(tmp_path: Path) -> None:
    front = "title: 'The old quay'\r\nDate: 2007-04-10\r\nurl: https://www.example.com/quay\r\nid: 7\r\n"
    row = markdown(tmp_path, f"\ufeff---\r\n{front}---\r\n# Another title\r\n\r\nThe words.\r\n")
    assert row["text"] == "# Another title\r\n\r\nThe words.\r\n"
    assert (row["title"], row["published"], row["id"]) == ("The old quay", "2007-04-10T00:00:00Z", "7")
    assert (row["url"], row["source"]) == ("https://www.example.com/quay", "example.com")


def test_a_heading_is_the_title_of_markdown(tmp_path: Path) -> None:
    assert markdown(tmp_path, "\n# The old *quay* #\n\nWords.")["title"] == "The old *quay*"
    assert markdown(tmp_path, "Words.\n\n# Later")["title"] is None
    assert markdown(tmp_path, "#hashtag words")["title"] is None


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Unclosed\n\nWords.\n",
        "--- dashes\ntitle: A\n---\nWords.",
        "Words.\n---\ntitle: A\n---\n",
        "---\n" + "a: b\n" * 300 + "---\nWords.",
    ],
)
def test_what_is_no_front_matter_stays(tmp_path: Path, text: str) -> None:
    row = markdown(tmp_path, text)
    assert (row["text"], row["title"]) == (text, None)


def test_yaml_is_never_loaded(tmp_path: Path) -> None:
    bomb = "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 12))
    front = f"a0: &a0 lol\n{bomb}title: *a11\nurl: !!python/object/apply:os.abort []\ndate: |\n  2007-04-10\n"
    row = markdown(tmp_path, f"---\n{front}...\nWords.")
    assert row["text"] == "Words."
    assert (row["title"], row["url"], row["published"]) == (None, None, None)
    assert row["warnings"] == []


@pytest.mark.parametrize(
    "text",
    [
        "---\n" * 50_000 + "a",
        "---\n" + " " * 200_000 + "a",
        "---\n" + "title" + " " * 200_000,
        "---\ntitle: " + "a " * 100_000 + "\n",
        "\n" * 200_000 + "#",
        "#" * 200_000,
        "# " + "#" * 200_000,
        "---\n" + "title:\n" * 30_000,
    ],
)
def test_hostile_markdown_returns(tmp_path: Path, text: str) -> None:
    assert markdown(tmp_path, text)["path"] == "a.md"


@MANY
@given(st.binary(max_size=200))
def test_any_bytes_make_one_row(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    (row,) = rows_of(tmp_path / "a.txt")
    assert row["text"] or row["reason"]


@MANY
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_any_text_comes_back(tmp_path: Path, text: str) -> None:
    text = f"A {text}"
    (tmp_path / "a.txt").write_bytes(text.encode())
    (row,) = rows_of(tmp_path / "a.txt")
    assert row["text"] == text
