from __future__ import annotations

from pathlib import Path

import pytest

from dedup.options import Options
from dedup.read import html
from dedup.read.html import page_row
from dedup.read.rows import SCHEMA, Origin

from .reading import rows_of

TEXT = "Nine words that stand in a page of one line."
HEAD = '<link rel="canonical" href="https://example.com/own"><meta name="date" content="{}">'


def row_of(date: str, url: str | None = None, published: str | None = None) -> dict[str, object]:
    data = f"<html><head>{HEAD.format(date)}</head><body><p>{TEXT}</p></body></html>".encode()
    row = page_row(Origin(2, "a.warc"), 5, data, Options(), id_="x", url=url, published=published)
    return dict(zip(SCHEMA.names, row, strict=True))


def test_what_is_known_from_outside() -> None:
    row = row_of("2007-04-10", "https://www.example.org/a", "2009-01-01")
    assert (row["row"], row["record"], row["id"], row["text"]) == ((2 << 32) + 5, 5, "x", TEXT)
    assert (row["url"], row["source"]) == ("https://www.example.org/a", "example.org")
    assert row["published"] == "2007-04-10T00:00:00Z"


def test_what_is_known_from_the_page_alone() -> None:
    row = row_of("soon", published="2009-01-01")
    assert (row["url"], row["source"]) == ("https://example.com/own", "example.com")
    assert (row["published"], list(row["warnings"])) == ("2009-01-01T00:00:00Z", [])  # type: ignore[call-overload]
    assert row_of("soon")["warnings"] == ["date not understood: soon"]


def test_too_large_pages_are_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LONGEST_PAGE", 100)
    (tmp_path / "a.html").write_text("<html>" + "a" * 100)
    (row,) = rows_of(tmp_path)
    assert (row["reason"], row["message"]) == ("too-large", "a page of more than 100 bytes")
