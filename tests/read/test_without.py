"""Files without some of their records: the others are what they were, to the byte where bytes stand alone."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.read import without
from dedup.read.lines import cut_lines
from dedup.read.opening import DamageError, Place
from dedup.read.without import copy_as_given, write_without
from read.reading import reasons, rows_of, texts, zstd

PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstd,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}
UNPACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.decompress,
    ".zst": lambda data: pa.CompressedInputStream(pa.BufferReader(data), "zstd").read(),
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
}
TEXT = st.text(alphabet=st.sampled_from(list('ab,;"[]{}\\\t \u00e9\u4e2d\u2028')), max_size=12)


def write(folder: Path, name: str, data: bytes, gone: Collection[int]) -> bytes:
    path = folder / name
    path.write_bytes(data)
    out = io.BytesIO()
    write_without(Place(bytes(path)), name, gone, out)
    return out.getvalue()


def check_the_rest(
    folder: Path, name: str, data: bytes, choose: Callable[[int], bool]
) -> tuple[bytes, set[int]]:
    """What is left of a file without some of its articles; holds it to what is read of both."""
    (folder / name).write_bytes(data)
    before = rows_of(folder / name)
    articles = [row["record"] for row in before if row["text"] is not None]
    gone = {record for record in articles if choose(record)}
    left = write(folder, name, data, gone)
    (folder / name).write_bytes(left)
    after = rows_of(folder / name)
    stay = [row for row in before if row["record"] not in gone]
    assert texts(after) == texts(stay)
    if stay:
        assert reasons(after) == reasons(stay)
    return left, gone


chosen = st.sets(st.integers(1, 12)).map(lambda some: some.__contains__)


def record_of(text: str) -> str:
    return json.dumps({"text": f"words {text}", "own": [text, {"x": text}]}, ensure_ascii=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("without")


# ------------------------------------------------------------------ lines

LINE = TEXT.map(record_of) | st.sampled_from(["", " ", "no json", '{"text": ', "1", '{"other": 1}'])


@given(st.lists(LINE, max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(), chosen)
def test_lines_stay_as_they_are(
    folder: Path, lines: list[str], end: str, marked: bool, ended: bool, choose: Callable[[int], bool]
) -> None:
    lines = [record_of("first"), *lines]
    whole = [f"{line}{end}".encode() for line in lines]
    if not ended:
        whole[-1] = lines[-1].encode()
    mark = b"\xef\xbb\xbf" * marked
    left, gone = check_the_rest(folder, "a.jsonl", mark + b"".join(whole), choose)
    assert left == mark + b"".join(line for number, line in enumerate(whole, 1) if number not in gone)


def test_lines_over_many_blocks_and_one_too_long_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [record_of(f"{number} " + "x" * 300).encode() + b"\n" for number in range(40)]
    lines[7] = b'{"text": "' + b"y" * 3000 + b'"}\n'
    monkeypatch.setattr(without, "cut_lines", lambda source: cut_lines(source, block=1000, longest=2000))
    monkeypatch.setattr(without, "CHUNK", 100)
    gone = {1, 7, 9, 40}
    left = write(tmp_path, "a.jsonl", b"".join(lines), gone)
    assert left == b"".join(line for number, line in enumerate(lines, 1) if number not in gone)


# ------------------------------------------------------------------ values

VALUE = TEXT.map(record_of) | st.sampled_from(
    ["1", "null", '"text"', "[]", '[{"text": "inner words"}]', "{}"]
)


@given(
    st.lists(VALUE, max_size=7),
    st.sampled_from([",", ",\n  ", " , ", "\n,\t"]),
    st.sampled_from(["", "\n"]),
    chosen,
)
def test_arrays_stay_arrays(
    folder: Path, values: list[str], between: str, around: str, choose: Callable[[int], bool]
) -> None:
    values = [record_of("first"), *values]
    data = f"{around}[{around}{between.join(values)}{around}]{around}".encode()
    left, gone = check_the_rest(folder, "a.json", data, choose)
    stay = [value for number, value in enumerate(values, 1) if number not in gone]
    assert json.loads(left) == [json.loads(value) for value in stay]
    rest = f"{around}[{around}{between.join(stay)}{around}]{around}".encode()
    assert b"".join(left.split()) == b"".join(rest.split()) or not stay
    assert write(folder, "a.jsonl", data, gone) == left


@given(
    st.lists(st.lists(TEXT.map(record_of), max_size=4) | TEXT.map(record_of), max_size=5),
    st.sampled_from(["", " ", "\n", "\n\x1e", ","]),
    chosen,
)
def test_values_one_after_the_other_in_and_out_of_arrays(
    folder: Path, groups: list[list[str] | str], between: str, choose: Callable[[int], bool]
) -> None:
    pieces = [group if isinstance(group, str) else f"[{', '.join(group)}]" for group in groups]
    data = between.join(["[]", *pieces]).encode()
    left, gone = check_the_rest(folder, "a.json", data, choose)
    stay, number = [], 0
    for group in groups:
        some = [group] if isinstance(group, str) else group
        stay += [value for at, value in enumerate(some, number + 1) if at not in gone]
        number += len(some)
    assert all(value.encode() in left for value in stay)
    assert left.count(b"[{") <= data.count(b"[{")
    assert (left.count(b"["), left.count(b"]")) == (
        data.count(b"[") - sum(value.count("[") for value in pieces_of(groups, gone)),
        data.count(b"]") - sum(value.count("]") for value in pieces_of(groups, gone)),
    )


def pieces_of(groups: list[list[str] | str], gone: Collection[int]) -> list[str]:
    values = [value for group in groups for value in ([group] if isinstance(group, str) else group)]
    return [value for number, value in enumerate(values, 1) if number in gone]


@pytest.mark.parametrize(
    "data",
    [
        '[{"text": "one"}, {"text": "two"}, {"text": "thr',
        '[{"text": "one"}, {"text": "two"}',
        '[{"text": "one"},\n {"text": "bro\nken"},\n {"text": "two"},\n {"text": "three"}]',
        '[{"text": "one"}, {"text": "two"}, ]',
        'odd [{"text": "one"}, odd, {"text": "two"}] odd',
    ],
)
def test_what_was_not_read_of_values_stays(tmp_path: Path, data: str) -> None:
    for some in ((), (1,), (2,), (3,), (1, 2), (1, 3), (2, 3), (1, 2, 3, 4)):
        check_the_rest(tmp_path, "a.json", data.encode(), some.__contains__)


# ------------------------------------------------------------------ tables

FIELD = st.text(alphabet=st.sampled_from(list('ab,"\n\r \u00e9\u20ac')), max_size=10)


def row_of(fields: list[str]) -> str:
    quoted = ['"' + field.replace('"', '""') + '"' for field in fields]
    return ",".join(quoted)


ROW = st.tuples(FIELD, FIELD.map(lambda text: f"words {text}")).map(list).map(row_of) | st.sampled_from(
    ["", "one", "a,b,c", 'x,"y" z', "  "]
)


@given(
    st.lists(ROW, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
    st.sampled_from(["", "sep=,"]),
    chosen,
)
def test_rows_stay_as_they_are(
    folder: Path,
    rows: list[str],
    end: str,
    encoding: str,
    ended: bool,
    told: str,
    choose: Callable[[int], bool],
) -> None:
    rows = [row_of(["1", "the first words"]), *rows]
    lines = [*([told] if told else []), "own,text", *rows]
    data = (end.join(lines) + (end if ended else "")).encode(encoding)
    left, gone = check_the_rest(folder, "a.csv", data, choose)
    number, stay = 0, [*lines[: -len(rows)]]
    for row in rows:
        number += bool(row)
        if not row or number not in gone:
            stay.append(row)
    back = left.decode(encoding)
    assert back.rstrip("\r\n") == end.join(stay).rstrip("\r\n")
    assert left == back.encode(encoding)


def test_an_encoding_that_is_guessed_stays(tmp_path: Path) -> None:
    rows = [f"{number},Die schöne Größe für ein Straßenfest\r\n".encode("cp1252") for number in range(9)]
    data = [b"id,text\r\n", *rows]
    assert write(tmp_path, "a.csv", b"".join(data), {1, 9}) == b"".join([data[0], *rows[1:8]])


def test_a_table_in_tabs(tmp_path: Path) -> None:
    data = b'id\ttext\n1\t"one\nand more"\n\n2\ttwo\n3\tthree'
    assert write(tmp_path, "a.tsv", data, {1, 3}) == b"id\ttext\n\n2\ttwo\n"


@pytest.mark.parametrize(
    "data",
    [
        "text\none\n".encode("utf-16") + b"\x00\xd8\n\0",  # half a character
        b"id,text\n" + 3000 * "7,das schöne grüne Äußerste\n".encode("cp1252") + b"\x81\n",
    ],
)
def test_what_can_not_be_put_back_into_its_encoding_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DamageError, match="can't be put back"):
        write(tmp_path, "a.csv", data, {1})


# ------------------------------------------------------------------ crawls


def warc(kind: str, body: bytes) -> bytes:
    type_ = "text/plain" if kind == "conversion" else "application/http"
    header = f"WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: {type_}\r\nContent-Length: {len(body)}\r\n\r\n"
    return header.encode() + body + b"\r\n\r\n"


def arc(body: bytes) -> bytes:
    return b"http://a.example/ 192.0.2.1 20240102030405 text/plain %d\n%b\n" % (len(body), body)


CRAWLED = st.one_of(
    TEXT.map(lambda text: warc("conversion", f"words {text}".encode())),
    TEXT.map(lambda text: warc("metadata", text.encode())),
    st.sampled_from([warc("revisit", b""), b"stray bytes\r\n"]),
)


# Two places that are no records are one, once what stands between them goes.
SOME_CRAWLED = st.lists(CRAWLED, max_size=7).filter(lambda some: some.count(b"stray bytes\r\n") < 2)


@given(SOME_CRAWLED, st.sampled_from(["", ".gz", ".zst"]), chosen)
def test_records_of_crawls_stay_as_they_are(
    folder: Path, records: list[bytes], packing: str, choose: Callable[[int], bool]
) -> None:
    records = [warc("warcinfo", b"x"), warc("conversion", b"first words"), *records]
    name = f"a.warc{packing}"
    left, gone = check_the_rest(folder, name, PACKINGS[packing](b"".join(records)), choose)
    stay, number = [], 0
    for record in records:
        number += any(kind in record for kind in (b"conversion", b"revisit", b"stray"))
        if not (b"conversion" in record and number in gone):
            stay.append(record)
    assert UNPACKED[packing](left) == b"".join(stay)
    if packing == ".gz":  # each on its own, as a reader by offsets wants it
        assert left.count(b"\x1f\x8b\x08\x00\0\0\0\0") >= len([one for one in stay if b"stray" not in one])


def test_records_of_the_older_crawls(tmp_path: Path) -> None:
    head = b"filedesc://a.arc 0.0.0.0 20240102030405 text/plain 2\n1\n\n"
    records = [arc(f"words of {number}".encode()) for number in range(5)]
    left = write(tmp_path, "a.arc", head + b"".join(records), {1, 4})
    assert left == head + records[1] + records[2] + records[4]


# ------------------------------------------------------------------ columns


def table(rows: int = 50) -> pa.Table:
    columns: dict[str, Any] = {
        "text": [f"words {number}" for number in range(rows)],
        "own": [[{"x": number}] * (number % 3) for number in range(rows)],
        "when": pa.array([10**15 * number for number in range(rows)], pa.timestamp("us", "UTC")),
        "site": pa.array(["a", None, "b", "a", "b"] * (rows // 5)).dictionary_encode(),
    }
    made = pa.table(columns)
    fields = [made.schema.field("text").with_metadata({"of": "the field"}), *list(made.schema)[1:]]
    return made.cast(pa.schema(fields, {"of": "the table"}))


@pytest.mark.parametrize("packing", ["", ".gz"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": {"text": "zstd", "when": "gzip", "site": "none"}},
        {"use_deprecated_int96_timestamps": True},
        {"store_schema": False},
        {"use_compliant_nested_type": False},
    ],
    ids=lambda options: next(iter(options), "usual"),
)
def test_parquet_has_its_columns_and_what_is_noted(
    tmp_path: Path, options: dict[str, Any], packing: str
) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table(), sink, row_group_size=20, **options)
    before = sink.getvalue().to_pybytes()
    gone = {1, 19, 20, 21, 50}
    left = UNPACKED[packing](write(tmp_path, f"a.parquet{packing}", PACKINGS[packing](before), gone))
    old, new = (pq.ParquetFile(pa.BufferReader(data)) for data in (before, left))
    rest = old.read().filter(pa.array([number + 1 not in gone for number in range(50)]))
    assert new.read().equals(rest, check_metadata=True)
    assert new.schema.equals(old.schema)
    assert new.schema_arrow.equals(old.schema_arrow, check_metadata=True)
    assert (new.metadata.metadata or {}).keys() == (old.metadata.metadata or {}).keys()
    codecs = [
        [file.metadata.row_group(0).column(number).compression for number in range(4)] for file in (old, new)
    ]
    assert codecs[0] == codecs[1]


def test_years_that_nanoseconds_lack_are_kept(tmp_path: Path) -> None:
    when = pa.array([-(10**16) * 6, 0, 10**17], pa.timestamp("us"))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": ["a", "b", "c"], "t": when}), sink, use_deprecated_int96_timestamps=True)
    left = write(tmp_path, "a.parquet", sink.getvalue().to_pybytes(), {2})
    found = pq.read_table(pa.BufferReader(left), coerce_int96_timestamp_unit="us")
    assert found["t"].to_pylist() == [when[0].as_py(), when[2].as_py()]


def test_row_groups_are_closed_before_they_are_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(without, "_GROUP_BYTES", 100_000)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": ["x" * 1000] * 2000}), sink)
    left = pq.ParquetFile(pa.BufferReader(write(tmp_path, "a.parquet", sink.getvalue().to_pybytes(), {3})))
    assert left.metadata.num_rows == 1999
    assert left.metadata.num_row_groups > 5


@given(st.sets(st.integers(1, 12)))
def test_any_rows_of_parquet(folder: Path, gone: set[int]) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table(10), sink, row_group_size=4)
    check_the_rest(folder, "a.parquet", sink.getvalue().to_pybytes(), gone.__contains__)


@pytest.mark.parametrize("create", [pa.ipc.new_file, pa.ipc.new_stream])
@pytest.mark.parametrize("packing", [None, "lz4", "zstd"])
@given(gone=st.sets(st.integers(1, 12)))
def test_any_rows_of_arrow(
    folder: Path, create: Callable[..., Any], packing: str | None, gone: set[int]
) -> None:
    sink, whole = pa.BufferOutputStream(), table(10)
    with create(sink, whole.schema, options=pa.ipc.IpcWriteOptions(compression=packing)) as writer:
        for number, batch in enumerate(whole.to_batches(4)):
            writer.write_batch(batch, {"number": str(number)})
    left, gone = check_the_rest(folder, "a.arrow", sink.getvalue().to_pybytes(), gone.__contains__)
    assert left.startswith(b"ARROW1") == (create is pa.ipc.new_file)
    read = pa.ipc.open_file if create is pa.ipc.new_file else pa.ipc.open_stream
    found = read(pa.BufferReader(left)).read_all()
    assert found.equals(
        whole.filter(pa.array([number + 1 not in gone for number in range(10)])), check_metadata=True
    )


def test_feather(tmp_path: Path) -> None:
    feather.write_feather(table(), str(tmp_path / "a.feather"), compression="zstd")
    left = write(tmp_path, "a.feather", (tmp_path / "a.feather").read_bytes(), {1, 50})
    assert feather.read_table(pa.BufferReader(left)).equals(table().slice(1, 48), check_metadata=True)


def test_columns_of_types_that_can_only_be_sliced(tmp_path: Path) -> None:
    views = pa.table({"text": pa.array(["a", "b", "c"], pa.string_view())})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, views.schema) as writer:
        writer.write_table(views)
    left = pa.ipc.open_stream(write(tmp_path, "a.arrow", sink.getvalue().to_pybytes(), {2})).read_all()
    assert left.to_pydict() == {"text": ["a", "c"]}


# ------------------------------------------------------------------ packed, copied, damaged


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
def test_packed_again_as_it_was(tmp_path: Path, name: str, packing: str) -> None:
    data = {
        "a.jsonl": b'{"text": "one"}\n{"text": "two"}\n',
        "a.json": b'[{"text": "one"}, {"text": "two"}]',
        "a.csv": b"text\none\ntwo\n",
    }[name]
    packed = write(tmp_path, name + packing, PACKINGS[packing](data), {1})
    assert packed == write(tmp_path, name + packing, PACKINGS[packing](data), {1})
    assert UNPACKED[packing](packed) == data.replace(b'{"text": "one"}, ', b"").replace(
        b'{"text": "one"}\n', b""
    ).replace(b"one\n", b"")


def test_packed_twice_and_all_gone(tmp_path: Path) -> None:
    data = bz2.compress(gzip.compress(b'{"text": "one"}\n'))
    assert gzip.decompress(bz2.decompress(write(tmp_path, "a.jsonl", data, {1}))) == b""
    assert len(write(tmp_path, "a.jsonl.gz", gzip.compress(b'{"text": "one"}\n'), {1})) >= 20


def test_copied_as_it_is(tmp_path: Path) -> None:
    data = gzip.compress(os.urandom(10**6)) + b"damaged"
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    out = io.BytesIO()
    copy_as_given(Place(bytes(tmp_path / "a.jsonl.gz")), out)
    assert out.getvalue() == data


def test_damaged_data_are_not_packed_again(tmp_path: Path) -> None:
    data = gzip.compress(b"".join(b'{"text": "%d"}\n' % number for number in range(9**4)))
    with pytest.raises(DamageError, match="too early"):
        write(tmp_path, "a.jsonl.gz", data[:-100], {1})
    sink = pa.BufferOutputStream()
    pq.write_table(table(), sink, compression="none", row_group_size=20)
    parquet = bytearray(sink.getvalue().to_pybytes())
    at = parquet.index(b"words 45")
    parquet[at - 4 : at] = b"\xff\xff\xff\x7f"  # the length of a value
    with pytest.raises(DamageError, match="Parquet"):
        write(tmp_path, "a.parquet", bytes(parquet), {1})


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json"])
def test_a_record_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(DamageError, match="1 of its records"):
        write(tmp_path, name, b'{"text": "one"}\n', {1 if name == "a.csv" else 2})
