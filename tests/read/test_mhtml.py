from __future__ import annotations

import base64
import quopri
from pathlib import Path
from typing import Any

import pytest

from .reading import rows_of

STORY = (
    "The lighthouse keeper\u2019s daughter has opened a caf\u00e9 in the old fog signal house, where the"
    " chairs are made from crates and the soup is whatever the boats have brought in that day."
)
_ARTICLE = f"<article><h1>Soup at the light</h1><p>{STORY}</p></article>"
PAGE = f"<html><head><title>Soup</title></head><body>{_ARTICLE}</body></html>"
TOP = "From: <A browser>\r\nSnapshot-Content-Location: https://press.example/soup\r\nMIME-Version: 1.0\r\n"
RELATED = 'Content-Type: multipart/related;\r\n\tboundary="--=_b(1)"\r\n\r\nNo MIME here.\r\n'


def part(body: bytes, type_: str = "text/html", encoding: str = "binary", **more: str) -> bytes:
    fields = {"Content-Type": type_, "Content-Transfer-Encoding": encoding}
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n" + body


def message(*parts: bytes, top: str = TOP + RELATED, end: bytes = b"\r\n----=_b(1)--\r\n") -> bytes:
    return top.encode() + b"".join(b"\r\n----=_b(1)\r\n" + one for one in parts) + end


def read(path: Path, data: bytes) -> dict[str, Any]:
    (path / "a.mhtml").write_bytes(data)
    (row,) = rows_of(path / "a.mhtml")
    return row


IMAGE = part(
    base64.encodebytes(bytes(range(256))), "image/png", "base64", Content_Location="https://press.example/a"
)


def test_the_page_is_an_article(tmp_path: Path) -> None:
    page = part(quopri.encodestring(PAGE.encode()), "text/html; charset=utf-8", "quoted-printable")
    row = read(tmp_path, message(IMAGE, page, part(b"<html>an advertisement</html>")))
    assert STORY in row["text"]
    assert (row["title"], row["url"], row["source"]) == (
        "Soup at the light",
        "https://press.example/soup",
        "press.example",
    )
    assert (row["record"], row["id"], row["warnings"]) == (None, None, [])


@pytest.mark.parametrize("lines", [b"\r\n", b"\n"])
@pytest.mark.parametrize("encoding", ["base64", "Quoted-Printable", "8bit", ""])
@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_encodings(tmp_path: Path, lines: bytes, encoding: str, charset: str) -> None:
    pack = {"base64": base64.encodebytes, "Quoted-Printable": quopri.encodestring}.get(encoding, bytes)
    page = part(pack(PAGE.encode(charset)), f'text/html; charset="{charset}"', encoding)
    row = read(tmp_path, message(page).replace(b"\r\n", lines))
    assert STORY in row["text"]


def test_where_the_address_stands(tmp_path: Path) -> None:
    bare = "MIME-Version: 1.0\r\n" + RELATED
    page = PAGE.encode()
    row = read(tmp_path, message(part(page, Content_Location="https://press.example/b"), top=bare))
    assert row["url"] == "https://press.example/b"
    top = "Content-Location: http://press.example/c\r\n" + bare
    row = read(tmp_path, message(part(page, Content_Location="cid:frame@press.example"), top=top))
    assert row["url"] == "http://press.example/c"
    assert read(tmp_path, message(part(page), top=bare))["url"] is None


def test_parts_within_parts_and_none_at_all(tmp_path: Path) -> None:
    inner = part(b"\n--in\n" + part(PAGE.encode()) + b"\n--in--\n", "multipart/alternative; boundary=in")
    assert STORY in read(tmp_path, message(IMAGE, inner))["text"]
    assert STORY in read(tmp_path, b"MIME-Version: 1.0\r\n" + part(PAGE.encode()))["text"]
    text = part(STORY.encode(), "text/plain")
    assert read(tmp_path, message(text, IMAGE))["text"] == STORY
    assert "soup" in read(tmp_path, message(text, part(PAGE.encode())))["title"].lower()


def deep(depth: int) -> bytes:
    data = b"MIME-Version: 1.0\r\n"
    for level in range(depth):
        data += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return data + part(PAGE.encode()) + b"".join(b"\r\n--b%d--" % level for level in reversed(range(depth)))


@pytest.mark.parametrize(
    ("data", "reason", "message"),
    [
        (b"", "mime", "no MIME message"),
        (b"\x00\x01 no message at all", "mime", "no MIME message"),
        (message(IMAGE), "no-text", "no part of the message is a page or a text"),
        (message(), "no-text", "no part of the message is a page or a text"),
        (message(part(PAGE.encode()), end=b""), "truncated", "the file ends within the page"),
        (
            message(part(PAGE.encode(), encoding="x-uuencode")),
            "mime",
            "encoded in a way that is not read: x-uu",
        ),
        (message(part(b"abcde", encoding="base64")), "corrupt", "damaged base64 data"),
        (deep(9), "mime", "parts within parts, more than 8 deep"),
        (deep(20_000), "mime", "parts within parts, more than 8 deep"),
        (message(*[b""] * 20_000), "mime", "more than 10000 parts"),
    ],
)
def test_what_can_not_be_read(tmp_path: Path, data: bytes, reason: str, message: str) -> None:
    row = read(tmp_path, data)
    assert row["reason"] == reason
    assert row["message"].startswith(message)


def test_deep_parts_are_read(tmp_path: Path) -> None:
    assert STORY in read(tmp_path, deep(8))["text"]


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    page = part(PAGE.encode())
    data = message(page, IMAGE)
    begins = data.index(page)
    for cut in range(begins + 60, len(data) - 2, 97):
        row = read(tmp_path, data[:cut])
        if cut < begins + len(page) + len("\r\n----=_b(1)"):
            assert row["reason"] == "truncated", cut
        else:
            assert row["warnings"] == ["the file ends before its last part does"]


def test_too_large_messages_are_skipped(tmp_path: Path) -> None:
    file = tmp_path / "a.mht"
    with file.open("wb") as handle:
        handle.write(TOP.encode())
        handle.truncate(2**25 + 1)
    (row,) = rows_of(file)
    assert row["reason"] == "too-large"
