from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dedup.read import framing, response

from .reading import reasons, rows_of, texts, zstd

STORIES = (
    "The harbour master counted the boats twice on Sunday evening, because the storm had moved the"
    " moorings and three of the owners were still away at the fair in the next valley.",
    "A baker in the upper town has put her oven on wheels, and every Wednesday she pulls it behind"
    " an old tractor to the villages that have had no shop since the bridge was closed.",
    "Nobody at the county archive could say who had left the parcel of maps at the door, but the"
    " ink on the youngest of them was dry and the paper smelled faintly of apples and smoke.",
)


def page(number: int) -> bytes:
    story = STORIES[number % 3]
    more = f"The paper printed the whole story on page {number} and thanked all who had helped with it."
    html = f"<!DOCTYPE html><html><head><title>Story {number}</title></head><body><article><h1>Story {number}"
    return f"{html}</h1><p>{story}</p><p>{more}</p></article></body></html>".encode()


def http(
    body: bytes, type_: str | None = "text/html; charset=utf-8", status: str = "200 OK", **more: str
) -> bytes:
    fields = {"Content-Type": type_, **{name.replace("_", "-"): value for name, value in more.items()}}
    lines = [
        f"HTTP/1.1 {status}",
        *(f"{name}: {value}" for name, value in fields.items() if value is not None),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def record(
    block: bytes,
    uri: str | None = "http://press.example/a",
    kind: str = "response",
    type_: str | None = "application/http; msgtype=response",
    length: str | None = None,
    version: str = "WARC/1.0",
    end: str = "\r\n",
    **more: str,
) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Date": "2021-06-05T04:03:02Z",
        "WARC-Target-URI": uri,
        "Content-Type": type_,
        "Content-Length": str(len(block)) if length is None else length,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    lines = [version, *(f"{name}: {value}" for name, value in fields.items() if value)]
    return end.join([*lines, "", ""]).encode() + block + (end + end).encode()


def good(number: int, **more: str) -> bytes:
    return record(http(page(number)), f"http://press.example/{number}", **more)


def read(path: Path, *records: bytes, name: str = "a.warc") -> list[dict[str, Any]]:
    file = path / name
    file.write_bytes(b"".join(records))
    return rows_of(file)


def brief(rows: list[dict[str, Any]]) -> list[tuple[int | None, str | None]]:
    """Number of the record, and its address or the reason why it was skipped."""
    return [(row["record"], row["reason"] or row["url"]) for row in rows]


def test_a_response_is_an_article(tmp_path: Path) -> None:
    (row,) = read(tmp_path, record(http(page(0)), "<https://www.Press.example/harbour>"))
    assert STORIES[0] in row["text"]
    assert "Content-Type" not in row["text"]
    assert (row["record"], row["title"], row["source"]) == (1, "Story 0", "press.example")
    assert row["id"] == row["url"] == "https://www.Press.example/harbour"
    assert row["published"] is None  # WARC-Date is the time of crawling
    assert row["warnings"] == []


def test_which_records_count(tmp_path: Path) -> None:
    text = STORIES[1].encode()
    rows = read(
        tmp_path,
        record(b"software: by hand\r\n", None, "warcinfo", "application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request", type_="application/http; msgtype=request"),
        good(1, version="WARC/1.1"),
        record(b"a: b\r\n", kind="metadata", type_="application/warc-fields"),
        record(b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit"),
        record(text, "urn:story", "conversion", "text/plain"),
        record(page(2), "file:///pages/2.html", "resource", "text/html"),
        record(text, kind="continuation", type_=None),
        record(text, kind="of-tomorrow", type_=None),
        record(text, "http://press.example/t", "resource", "text/plain"),
        record(
            b"20210605040302\nwww.press.example. 1 IN A 192.0.2.1",
            "dns:press.example",
            "response",
            "text/dns",
        ),
    )
    assert brief(rows) == [
        (1, "http://press.example/1"),
        (2, "revisit"),
        (3, "urn:story"),
        (4, "file:///pages/2.html"),
        (5, "http://press.example/t"),
        (6, "format"),
    ]
    assert rows[2]["text"] == rows[4]["text"] == STORIES[1]
    assert rows[5]["message"] == "not a format that is read: text/dns"


def test_files_without_an_article(tmp_path: Path) -> None:
    info = record(b"software: by hand\r\n", None, "warcinfo", "application/warc-fields")
    for data in (b"", b"\r\n\r\n", info):
        (row,) = read(tmp_path, data)
        assert (row["record"], row["reason"]) == (None, "empty")
    (row,) = read(tmp_path, STORIES[0].encode())
    assert (row["record"], row["message"]) == (1, f"{len(STORIES[0])} bytes that are no WARC record")


@pytest.mark.parametrize(
    ("block", "reason", "message"),
    [
        (http(b"\x89PNG\r\n", "image/png"), "format", "not a format that is read: image/png"),
        (http(b'{"a": 1}', "application/json"), "format", "not a format that is read: application/json"),
        (http(b"%PDF-1.7 ...", "text/html"), "format", "not a format that is read: PDF"),
        (http(b"%PDF-1.7 ...", None), "format", "not a format that is read: PDF"),
        (http(b'{"a": 1}', None), "format", "not a format that is read: json"),
        (http(page(1), status="404 Not Found"), "status", "HTTP status 404"),
        (b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n", "status", "HTTP status 301"),
        (http(b""), "empty", "no content"),
        (b"", "http", "no HTTP response: "),
        (b"HTTP/banana\r\n\r\n" + page(1), "http", "no HTTP response: HTTP/banana"),
        (b"HTTP/1.1 200 OK\r\nA: b", "http", "HTTP headers without end"),
        (http(b"zz\r\nwords\r\n0\r\n\r\n", Transfer_Encoding="chunked"), "http", "no size of a chunk: b'zz"),
        (http(b"5\r\nwords\r\nffffff\r\nmore", Transfer_Encoding="chunked"), "truncated", "the last of"),
        (http(b"5\r\nwords\r\n", Transfer_Encoding="chunked"), "truncated", "the last of its chunks"),
        (http(b"words", Content_Encoding="sdch"), "http", "compressed in a way that is not read: sdch"),
        (http(b"words", Content_Encoding="gzip, br, gzip"), "bomb", "compressed more than 2 times"),
        (http(gzip.compress(page(1))[:-40], Content_Encoding="gzip"), "truncated", "its gzip data end too"),
        (http(b"\x1f\x8b\x08 and no more", Content_Encoding="gzip"), "corrupt", "damaged gzip data"),
        (http(b"\xff\xff no more", Content_Encoding="deflate"), "corrupt", "damaged deflate data"),
        (http(zstd(page(1))[:-9], Content_Encoding="zstd"), "truncated", "damaged zstd data"),
        (http(b"\xce\xb2\xcf not brotli", Content_Encoding="br"), "corrupt", "damaged br data"),
        (http(gzip.compress(b"a" * 2**26), Content_Encoding="gzip"), "bomb", "unpacks to more than 200"),
        (http(gzip.compress(b"a") * 101, Content_Encoding="gzip"), "http", "more than 100 gzip members"),
    ],
)  # fmt: skip
def test_responses_that_are_no_articles(tmp_path: Path, block: bytes, reason: str, message: str) -> None:
    rows = read(tmp_path, good(1), record(block), good(2))
    assert [row["record"] for row in rows] == [1, 2, 3]
    assert [bool(row["text"]) for row in rows] == [True, False, True]
    assert rows[1]["reason"] == reason
    assert rows[1]["message"].startswith(message)


def chunk(data: bytes, end: bytes = b"\r\n") -> bytes:
    pieces = [data[start : start + 100] for start in range(0, len(data), 100)]
    return b"".join(b"%x;note=1%b%b%b" % (len(piece), end, piece, end) for piece in pieces) + b"0" + end + end


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:]) + b"\0\0",
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "zstd": zstd,
    "br": lambda data: bytes(pa.Codec("brotli").compress(data)),
    "gzip, identity, br": lambda data: bytes(pa.Codec("brotli").compress(gzip.compress(data))),
    "": bytes,
}


@pytest.mark.parametrize("name", PACK)
@pytest.mark.parametrize("chunked", [False, True])
def test_how_a_body_was_sent_is_undone(tmp_path: Path, name: str, chunked: bool) -> None:
    body = PACK[name](page(0))
    if chunked:
        block = http(chunk(body), Content_Encoding=name, Transfer_Encoding="Chunked")
    else:
        block = http(body, Content_Encoding=name)
    (row,) = read(tmp_path, record(block))
    assert STORIES[0] in row["text"]
    assert row["warnings"] == []


def test_a_body_that_was_unpacked_by_the_crawler_is_read(tmp_path: Path) -> None:
    (row,) = read(tmp_path, record(http(page(0), Content_Encoding="gzip", Transfer_Encoding="chunked")))
    assert STORIES[0] in row["text"]
    assert row["warnings"] == ["its headers say that it is chunked or compressed, and it isn't"]


def test_types_and_encodings(tmp_path: Path) -> None:
    umlauts = STORIES[0].replace("harbour", "h\u00e4rb\u00f6ur")
    rows = read(
        tmp_path,
        record(http(umlauts.encode("cp1250"), "text/plain; charset=windows-1250")),
        record(http(page(1), None)),
        record(http(STORIES[1].encode(), None)),
        record(http(page(1), "Application/XHTML+xml")),
        record(http(page(1), "text/plain")),
        record(http(page(1), "application/octet-stream")),
        record(
            http(
                page(0).replace(b"harbour", "h\u00e4rb\u00f6ur".encode("cp1250")),
                'text/html;charset="cp1250"',
            )
        ),
    )
    assert not reasons(rows)
    assert [row["text"] for row in (rows[0], rows[2])] == [umlauts, STORIES[1]]
    assert all(STORIES[1] in rows[place]["text"] for place in (1, 3, 4, 5))
    assert umlauts in rows[6]["text"]


def test_what_was_cut_off_is_said(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        good(1, WARC_Truncated="length"),
        record(http(page(1), Content_Length="9000")),
        good(1, WARC_Segment_Number="1"),
        good(1, version="WARC/9.9"),
    )
    assert [row["warnings"] for row in rows] == [
        ["the crawler cut it off: length"],
        ["it is shorter than its headers say"],
        None,
        ["WARC/9.9 is no version that is known"],
    ]
    assert rows[2]["reason"] == "segmented"


@pytest.mark.parametrize(
    "length", ["999999", "99999999", "300", "1", "-5", "9223372036854775808", "many", "", "²"]
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_wrong_length_costs_its_record_alone(tmp_path: Path, length: str, end: str) -> None:
    bad = record(http(page(1)), length=length, end=end)
    rows = read(tmp_path, good(1), bad, good(2, end=end), bad, good(3))
    assert [row["record"] for row in rows] == [1, 2, 3, 4, 5]
    assert reasons(rows) == ["corrupt", "corrupt"]
    assert [row["url"] for row in rows[::2]] == [f"http://press.example/{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize(
    "stray",
    [
        b"\xde\xad\xbe\xef" * 500,
        b"\0" * 100_000,
        b"words\r\n\r\n" * 50_000,
        b"WARC/1.0\r\n\r\n",
        b"WARC/1.0\r\nno colon\r\nWARC-Type: response\r\n",
        b"WARC/1.0 and words\r\n",
        b"WARC/1.0\r\nWARC-Type: request\r\nWARC-Target-URI: http",
        b"WARC/1.0\r\n" + b"A: b\r\n" * 200_000 + b"\r\n",
        b"WARC/1.0\r\nWARC-Target-URI: http://" + b"a" * 2_000_000 + b"\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: 4\r\n\r\nabcd\r\n\r\n",
    ],
)
def test_stray_bytes_cost_nothing_else(tmp_path: Path, stray: bytes) -> None:
    rows = read(tmp_path, good(1), stray, good(2))
    assert [bool(row["text"]) for row in rows] == [True, False, True]
    assert [row["record"] for row in rows] == [1, 2, 3]
    rows = read(tmp_path, stray, good(2), stray)
    assert [bool(row["text"]) for row in rows] == [False, True, False]


def test_headers_alone_take_no_longer_the_more_there_are(tmp_path: Path) -> None:
    head = b"WARC/1.0\nWARC-Type: response\nContent-Length: 30000000\n\nx\n"
    rows = read(tmp_path, head * 20_000)
    assert reasons(rows) == ["corrupt"] * 19_999 + ["truncated"]


def test_odd_headers_are_read(tmp_path: Path) -> None:
    many = {f"X-{number}": "y" for number in range(20_000)}
    rows = read(
        tmp_path,
        good(1, end="\n"),
        good(2, **many),
        good(3).replace(b"WARC-Date", b"no colon here\r\nwarc-date"),
        good(4).replace(b"WARC-Target-URI: ", b"WARC-Target-URI:\r\n\t"),
        record(http(page(5)).replace(b"\r\n", b"\n").replace(b"Content-Type", b"no colon\nCONTENT-TYPE")),
        record(http(page(6)), "http://press.example/" + "u" * 1_000_000),
        record(http(page(7)), "javascript:alert(1)//\x1b]0;\x07"),
    )
    assert not reasons(rows)
    assert [row["url"] for row in rows[:4]] == [f"http://press.example/{number}" for number in (1, 2, 3, 4)]
    assert (rows[5]["id"], rows[5]["url"]) == (None, None)
    assert rows[5]["warnings"] == ["an address of more than 8192 characters was left out"]
    assert (rows[6]["url"], rows[6]["source"]) == ("javascript:alert(1)//\x1b]0;\x07", None)


def test_records_in_records_are_content(tmp_path: Path) -> None:
    inner = good(1) + good(2)
    rows = read(tmp_path, record(inner, kind="resource", type_="application/warc"), good(3))
    assert brief(rows) == [(1, "format"), (2, "http://press.example/3")]


def test_long_blocks_are_stepped_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "LONGEST_PAGE", 2000)
    long = record(http(b"x" * 500_000))
    rows = read(tmp_path, good(1), long, long.replace(b"response", b"metadata"), good(2), long[:300_000])
    assert brief(rows) == [
        (1, "http://press.example/1"),
        (2, "too-large"),
        (3, "http://press.example/2"),
        (4, "truncated"),
    ]
    rows = read(tmp_path, record(http(page(1)), length="400000"), *(good(number) for number in range(500)))
    assert [row["record"] for row in rows] == list(range(1, 502))
    assert reasons(rows) == ["corrupt"]


def test_a_long_page_in_a_short_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "LONGEST_PAGE", 10_000)
    block = http(gzip.compress(b"".join(page(number) for number in range(100))), Content_Encoding="gzip")
    assert reasons(read(tmp_path, record(block))) == ["too-large"]


PIECES = [
    record(b"software: by hand\r\n", None, "warcinfo", "application/warc-fields"),
    good(1),
    record(b"GET / HTTP/1.1\r\n\r\n", kind="request", type_="application/http; msgtype=request"),
    record(STORIES[1].encode(), "http://press.example/2", "conversion", "text/plain"),
    record(http(page(3)), "http://press.example/3", version="WARC/1.1"),
]
COUNTED = (1, 3, 4)


def ends_of(pieces: list[bytes]) -> list[int]:
    return [sum(map(len, pieces[: number + 1])) for number in range(len(pieces))]


def test_every_cut_of_a_plain_file_is_noticed(tmp_path: Path) -> None:
    data, ends = b"".join(PIECES), ends_of(PIECES)
    every = texts(read(tmp_path, data))
    for cut in sorted(
        {*range(0, len(data), 97), *ends, *(end - 1 for end in ends), *(end - 4 for end in ends)}
    ):
        rows = read(tmp_path, data[:cut])
        whole = sum(ends[number] - 4 <= cut for number in COUNTED)
        assert texts(rows) == every[:whole]
        if cut == 0 or cut in ends:
            assert reasons(rows) == ([] if whole else ["empty"])
        elif any(end - 4 <= cut < end for end in ends):  # in the newlines after a record that is whole
            assert reasons(rows) == ([] if whole else ["empty"])
            if any(ends[number] - 4 <= cut < ends[number] for number in COUNTED):
                assert rows[-1]["warnings"] == ["the file ends without the newlines after this record"]
        else:
            assert reasons(rows) == ["truncated"]
            assert rows[-1]["record"] == whole + 1


def test_every_cut_of_a_packed_file_is_noticed(tmp_path: Path) -> None:
    members = [gzip.compress(piece, mtime=0) for piece in PIECES]
    data, ends = b"".join(members), ends_of(members)
    every = texts(read(tmp_path, data, name="a.warc.gz"))
    for cut in sorted({*range(1, len(data), 97), *ends, *(end + 5 for end in ends[:-1])}):
        rows = read(tmp_path, data[:cut], name="a.warc.gz")
        before = sum(ends[number] <= cut for number in COUNTED)
        if cut in ends:
            assert texts(rows) == every[:before]
            assert reasons(rows) == ([] if before else ["empty"])
        else:
            assert reasons(rows) == ["truncated"]
            # A record may be whole though the checksum after it is not.
            assert texts(rows) in (every[:before], every[: before + 1])
            assert rows[-1]["record"] in (len(rows), None if cut < ends[0] else len(rows))


def test_damage_of_the_compression_is_a_row_in_its_place(tmp_path: Path) -> None:
    first, second = gzip.compress(good(1)), gzip.compress(good(2))
    rows = read(tmp_path, first, second, b"stray bytes after the last member", name="a.warc.gz")
    assert [row["reason"] for row in rows] == [None, None, "corrupt"]
    assert rows[1]["warnings"] == ["the data are damaged right after this record"]
    spoilt = bytearray(second)
    spoilt[len(spoilt) // 2 : len(spoilt) // 2 + 20] = b"\xff" * 20
    rows = read(tmp_path, first, bytes(spoilt), first, name="a.warc.gz")
    assert brief(rows) == [(1, "http://press.example/1"), (2, "corrupt")]


def arc(
    block: bytes, uri: str = "http://press.example/a", type_: str = "text/html", length: int | None = None
) -> bytes:
    size = len(block) if length is None else length
    return f"{uri} 192.0.2.1 20080605040302 {type_} {size}\n".encode() + block + b"\n"


ARC_1 = arc(b"1 0 Crawler\nURL IP-address Archive-date Content-type Archive-length\n", "filedesc://a.arc")


def test_arc_is_read(tmp_path: Path) -> None:
    second = http(page(2))
    rows = read(
        tmp_path,
        ARC_1,
        arc(http(page(1)), "http://press.example/a page"),
        b"http://press.example/b 192.0.2.1 20080605040302 text/html 200 - - 0 a.arc %d\n" % len(second)
        + second,
        arc(b"20080605040302\n192.0.2.1\n", "dns:press.example", "text/dns"),
        arc(page(0), "ftp://press.example/c"),
        name="a.arc",
    )
    assert brief(rows) == [
        (1, "http://press.example/a page"),
        (2, "http://press.example/b"),
        (3, "format"),
        (4, "ftp://press.example/c"),
    ]
    assert STORIES[1] in rows[0]["text"]
    assert rows[0]["published"] is None


@pytest.mark.parametrize("length", [0, 10, 5000, 99_999_999])
def test_damage_in_arc_costs_its_record_alone(tmp_path: Path, length: int) -> None:
    bad = arc(http(page(2)), length=length)
    rows = read(
        tmp_path,
        ARC_1,
        arc(http(page(1))),
        bad,
        arc(http(page(3))),
        b"\0" * 70_000,
        b"\n",
        arc(http(page(1))),
        name="a.arc",
    )
    assert [row["reason"] for row in rows] == [None, "corrupt", None, "corrupt", None]


def test_every_cut_of_arc_is_noticed(tmp_path: Path) -> None:
    pieces = [
        ARC_1,
        arc(STORIES[0].encode(), type_="text/plain"),
        arc(STORIES[1].encode(), type_="text/plain"),
    ]
    data, ends = b"".join(pieces), ends_of(pieces)
    for cut in range(1, len(data)):
        rows = read(tmp_path, data[:cut], name="a.arc")
        assert len(texts(rows)) == sum(end - 1 <= cut for end in ends[1:])
        between = cut in ends or cut + 1 in ends
        assert reasons(rows) == ((["empty"] if cut <= ends[0] else []) if between else ["truncated"]), cut
