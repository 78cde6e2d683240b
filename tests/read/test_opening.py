from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.read.lines import Block, cut_lines
from dedup.read.opening import DamageError, Place, Stream, open_plain

from .reading import zstd

PACK = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zstd": zstd,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
LINES = b"".join(b"line %d of many, all of them whole\n" % number for number in range(1, 3000))


def write(path: Path, data: bytes) -> bytes:
    path.write_bytes(data)
    return bytes(path)


def read_all(place: bytes) -> tuple[bytes, str | None]:
    """What can be read, and the reason why no more."""
    read = b""
    try:
        with Stream(Place(place)) as stream:
            while piece := stream.read(5000):
                read += piece
    except DamageError as error:
        return read, error.trouble.reason
    return read, None


class Bytes(Stream):
    """A stream over bytes that come in pieces, and then perhaps a damage."""

    def __init__(self, data: bytes, piece: int, damage: DamageError | None = None) -> None:
        self._left, self._piece, self._end = data, piece, damage

    def read(self, size: int) -> bytes:
        piece, self._left = self._left[: min(size, self._piece)], self._left[min(size, self._piece) :]
        if not piece and self._end:
            raise self._end
        return piece


def test_opens_regular_files_only(tmp_path: Path) -> None:
    with open_plain(write(tmp_path / "a", b"text")) as file:
        assert file.read() == b"text"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("a")
    for name, message in {
        "gone": "No such file",
        "pipe": "regular file",
        "link": "symbolic link",
        "": "regular file",
        "x" * 300: "too long",
    }.items():
        with pytest.raises(DamageError, match=message) as error:
            open_plain(bytes(tmp_path / name))
        assert error.value.trouble.reason == "unreadable"


def test_permission_is_said_in_the_words_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(place: bytes, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DamageError) as error:
        open_plain(b"a")
    assert error.value.trouble == ("unreadable", "Permission denied")


@pytest.mark.parametrize("compression", PACK)
def test_every_cut_is_noticed_and_nothing_before_it_lost(tmp_path: Path, compression: str) -> None:
    # Random text, so that there is much to cut.
    data = "".join(hashlib.sha256(b"%d" % number).hexdigest() for number in range(200)).encode()
    packed = PACK[compression](data)
    got = []
    for cut in range(97, len(packed), 97):
        read, reason = read_all(write(tmp_path / "cut", packed[:cut]))
        assert reason == "truncated"
        assert data.startswith(read)
        got.append(len(read))
    assert got == sorted(got)
    if compression == "gzip":
        assert got[-1] > len(data) - 1000


@pytest.mark.parametrize("compression", PACK)
def test_packed_streams(tmp_path: Path, compression: str) -> None:
    pack = PACK[compression]

    def read(data: bytes) -> tuple[bytes, str | None]:
        return read_all(write(tmp_path / "a", data))

    assert read(pack(LINES)) == (LINES, None)
    assert read(pack(LINES) + pack(b"more")) == (LINES + b"more", None)
    assert read(pack(b"")) == (b"", None)
    assert read(pack(pack(LINES))) == (LINES, None)
    assert read(pack(pack(pack(LINES)))) == (b"", "bomb")
    assert read(b"") == (b"", None)
    assert read(b"this was never packed") == (b"this was never packed", None)
    assert read(pack(LINES)[:12] + b"no more of it")[1] in ("corrupt", "truncated")
    assert read(pack(LINES) + b"other things after it") == (LINES, "corrupt")


def test_what_unpacks_to_far_too_much_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.read.opening.BOMB_BYTES", 100_000)
    for data, reason in ((b"a" * 90_000, None), (b"a" * 10**6, "bomb"), (os.urandom(1000) * 150, None)):
        read, found = read_all(write(tmp_path / "a", gzip.compress(data)))
        assert found == reason
        assert len(read) == len(data) if reason is None else len(read) < 400_000


def test_members_of_zip_archives(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", LINES, zipfile.ZIP_DEFLATED)
        archive.writestr("b", gzip.compress(LINES), zipfile.ZIP_STORED)
    whole = path.read_bytes()

    def read(member: int) -> tuple[bytes, str | None]:
        found = b""
        try:
            with Stream(Place(bytes(path), member)) as stream:
                assert not stream.is_plain
                while piece := stream.read(5000):
                    found += piece
        except DamageError as error:
            return found, error.trouble.reason
        return found, None

    assert read(0) == read(1) == (LINES, None)
    assert read(2) == (b"", "corrupt")
    path.write_bytes(whole[:60] + b"damaged!" + whole[68:])
    damaged, reason = read(0)
    assert reason == "corrupt"
    assert LINES.startswith(damaged[:100])


def test_a_look_ahead_leaves_everything_to_be_read(tmp_path: Path) -> None:
    with Stream(Place(write(tmp_path / "a", gzip.compress(LINES)))) as stream:
        assert stream.peek(5000) == LINES[:5000]
        assert stream.peek(10) == LINES[:10]
        assert stream.read(3) == LINES[:3]
        with stream.as_file() as file:
            assert file.read() == LINES[3:]


def test_texts_are_read_whole_or_not(tmp_path: Path) -> None:
    for data in (LINES, gzip.compress(LINES)):
        place = Place(write(tmp_path / "a", data))
        with Stream(place) as stream:
            assert stream.read_whole(len(LINES), "text") == LINES
        with Stream(place) as stream, pytest.raises(DamageError, match="a text of more than"):
            stream.read_whole(len(LINES) - 1, "text")


def test_a_damaged_stream_stays_damaged(tmp_path: Path) -> None:
    place = write(tmp_path / "a", gzip.compress(LINES)[:-4])
    with Stream(Place(place)) as stream:
        assert stream.read(10**6) == LINES
        for _ in range(2):
            with pytest.raises(DamageError):
                stream.read(10)
        stream.close()


def simple_lines(data: bytes, longest: int) -> list[tuple[int, bytes | None]]:
    """Lines with their numbers; null: too long."""
    lines = data.split(b"\n")
    whole = [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    return [
        (n, line if len(line.removesuffix(b"\n")) <= longest else None) for n, line in enumerate(whole, 1)
    ]


def cut_simply(blocks: list[Block]) -> list[tuple[int, bytes | None]]:
    found: list[tuple[int, bytes | None]] = []
    for block in blocks:
        if block.trouble:
            found.append((block.first, None))
        else:
            found += [
                (n, line) for n, line in enumerate(bytes(block.data).splitlines(keepends=True), block.first)
            ]
    return found


@given(
    st.lists(st.sampled_from([b"\n", b"a", b"bc", b"0123456789"]), max_size=60).map(b"".join),
    st.integers(1, 30),
    st.integers(1, 30),
    st.integers(1, 40),
)
def test_blocks_hold_all_lines(data: bytes, block: int, longest: int, piece: int) -> None:
    blocks = list(cut_lines(Bytes(data, piece), block, longest))
    assert cut_simply(blocks) == simple_lines(data, longest)
    for cut in blocks:
        assert cut.data == data[cut.start : cut.start + len(cut.data)]
        assert len(cut.data) <= block or cut.data.count(b"\n", 0, -1) == 0
        assert cut.first == data.count(b"\n", 0, cut.start - len(b"")) + 1 or cut.trouble


@given(st.binary(max_size=80), st.integers(1, 30), st.integers(1, 40))
def test_a_damage_costs_the_line_that_it_cuts_and_no_other(data: bytes, block: int, piece: int) -> None:
    *blocks, last = cut_lines(Bytes(data, piece, DamageError("corrupt", "bad")), block, 100)
    assert b"".join(cut.data for cut in blocks) == data[: data.rfind(b"\n") + 1]
    assert (last.first, last.data, last.trouble) == (data.count(b"\n") + 1, b"", ("corrupt", "bad"))


def test_a_giant_line_is_not_held() -> None:
    class Endless(Stream):
        def __init__(self) -> None:
            self.left = 400

        def read(self, size: int) -> bytes:
            self.left -= 1
            return b"" if self.left < 0 else b"tail\nlast" if self.left == 0 else b"x" * size

    blocks = list(cut_lines(Endless(), 2**20, 2**21))
    assert [(block.first, block.data) for block in blocks] == [(1, b""), (2, b"last")]
    assert blocks[0].trouble == ("too-large", "a line of more than 2 MB")
