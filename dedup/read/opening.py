"""Opening inputs: plain files, compressed ones and members of archives as one kind of stream.

How a file is compressed is seen from its first bytes, not from its name. A stream gives
every byte up to a damage and then raises ``DamageError``: an end that comes too early is
never taken for the end of the file.
"""

from __future__ import annotations

import contextlib
import functools
import io
import lzma
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from types import TracebackType
from typing import IO, Any, NamedTuple, Protocol, cast

import pyarrow as pa

from dedup.read.formats import HEAD, packing_of
from dedup.read.packing import unpack
from dedup.read.rows import Trouble

MEGABYTE = 2**20
CHUNK = 2**18  # bytes asked for at a time
MOST_LAYERS = 2  # of compression, one in another
# What unpacks to more than this, and to so many times its size, was made to do harm: prose packs to
# a fourth or a fifth of its size, and deflate never to less than a thousandth.
BOMB_BYTES = 128 * MEGABYTE
BOMB_RATIO = 200

# Without O_NONBLOCK the opening of a named pipe waits for a writer; a path that has become
# a link since it was found is not followed.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY
_ZIP_ERRORS = (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError)
_ERRORS = (OSError, pa.ArrowException, lzma.LZMAError, *_ZIP_ERRORS)


class DamageError(Exception):
    """The input can't be read on from here; ``trouble`` says why."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.trouble = Trouble(reason, message)


class Place(NamedTuple):
    """Where data lie: a path, or a URL; in a zip archive the number of the member, too, from 0."""

    path: bytes
    member: int | None = None


class Readable(Protocol):
    """What gives bytes one after the other; none at the end."""

    def read(self, size: int, /) -> bytes: ...


def open_plain(path: bytes) -> io.BufferedReader:
    """Open a regular file as it lies on disk; ``DamageError`` (``unreadable``) if that can't be done."""
    try:
        handle = os.open(path, _FLAGS)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise DamageError("unreadable", "no longer a regular file")
        return os.fdopen(handle, "rb")
    except (OSError, ValueError) as error:
        raise unreadable(error) from error


def unreadable(error: Exception) -> DamageError:
    """The system's own words for what it refused."""
    return DamageError("unreadable", getattr(error, "strerror", None) or str(error))


class Zip(zipfile.ZipFile):
    """A zip archive on disk; ``DamageError`` if it is none."""

    def __init__(self, path: bytes) -> None:
        self._plain = open_plain(path)
        try:
            super().__init__(self._plain)
        except (*_ZIP_ERRORS, OSError, ValueError) as error:
            self._plain.close()
            raise DamageError("corrupt", f"damaged zip archive: {error}") from error

    def close(self) -> None:
        """Close the archive and its file."""
        super().close()
        self._plain.close()


# A list of members takes long to read: once an archive, not once a member.
_kept_zip = functools.lru_cache(maxsize=2)(lambda path, size, modified: Zip(path))


class Stream:
    """The unpacked bytes of a place. A context manager; opening and reading raise ``DamageError``.

    ``packings``: the compressions around the data, the outermost first; with ``as_given`` they are left.
    """

    def __init__(self, place: Place, as_given: bool = False) -> None:
        self._place = place
        self._given = 0
        self._ahead = b""
        self._damage: DamageError | None = None
        self.packings: list[str] = []
        self._open()
        while not as_given and (name := packing_of(self._first_bytes())):
            if len(self.packings) == MOST_LAYERS:
                self.close()
                raise DamageError("bomb", f"compressed more than {MOST_LAYERS} times")
            self.packings.append(name)
            self._begin_again()
        self._begin_again()

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; more than once does no harm."""
        for source in reversed(self._chain):
            source.close()

    @property
    def is_plain(self) -> bool:
        """Whether the bytes lie on disk as they are."""
        return self._place.member is None and not self.packings

    @property
    def consumed(self) -> float:
        """The share of the packed bytes that was read, 0..1."""
        return float(self._chain[0].tell() / max(1, self.size)) if self._place.member is None else 1.0

    def peek(self, size: int = HEAD) -> bytes:
        """The next bytes, at most ``size``, which stay to be read; fewer only where the data end."""
        with contextlib.suppress(DamageError):
            while len(self._ahead) < size and (piece := self._read(size - len(self._ahead))):
                self._ahead += piece
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """The next bytes, at most ``size``; none at the true end of the data."""
        if self._ahead:
            piece, self._ahead = self._ahead[:size], self._ahead[size:]
            return piece
        return self._read(size)

    def read_whole(self, longest: int, what: str) -> bytes:
        """All that is left; ``DamageError`` if it is more than ``longest`` bytes of one ``what``."""
        if self.is_plain and self.size > longest:
            raise DamageError(*too_large(what, longest))
        data = bytearray()
        while piece := self.read(CHUNK):
            data += piece
            if len(data) > longest:
                raise DamageError(*too_large(what, longest))
        return bytes(data)

    def as_file(self) -> IO[bytes]:
        """All of it as a file that can be read in any order; unpacked on disk if need be."""
        if self.is_plain:
            return open_plain(self._place.path)
        file = tempfile.TemporaryFile()  # noqa: SIM115
        shutil.copyfileobj(cast(Any, self), file, CHUNK)
        file.seek(0)
        return file

    def _read(self, size: int) -> bytes:
        if self._damage is not None:
            raise self._damage
        try:
            piece: bytes = self._chain[-1].read(size)
        except _ERRORS as error:
            self._damage = self._explain(error)
            piece = self._salvage(size)
            if not piece:
                raise self._damage from error
        self._given += len(piece)
        if self._given > BOMB_BYTES and not self.is_plain and self._given > BOMB_RATIO * self.size:
            self._damage = DamageError("bomb", f"unpacks to more than {BOMB_RATIO} times its size")
            raise self._damage
        return piece

    def _first_bytes(self) -> bytes:
        """The first bytes under what is known of the compression; fewer if they are damaged."""
        head = b""
        with contextlib.suppress(*_ERRORS):
            while len(head) < 8 and (piece := self._chain[-1].read(8 - len(head))):
                head += piece
        return head

    def _begin_again(self) -> None:
        if self.is_plain:
            self._chain[0].seek(0)
        else:
            self.close()
            self._open()

    def _open(self) -> None:
        self._chain: list[Any] = []
        if self._place.member is None:
            file = open_plain(self._place.path)
            self._chain.append(file)
            self.size = os.fstat(file.fileno()).st_size
        else:
            self._open_member(self._place.path, self._place.member)
        for name in self.packings:
            self._chain.append(unpack(self._chain[-1], name))

    def _open_member(self, path: bytes, member: int) -> None:
        try:
            status = os.stat(path)
            archive = _kept_zip(path, status.st_size, status.st_mtime_ns)
            info = archive.infolist()[member]
            self.size = info.compress_size
            self._chain.append(archive.open(info))
        except (*_ERRORS, ValueError, IndexError) as error:
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> DamageError:
        what = "zip" if self._place.member is not None else "/".join(self.packings)
        if not what or getattr(error, "errno", None):
            return unreadable(error)
        if isinstance(error, EOFError) or "truncated" in str(error).lower():
            return DamageError("truncated", f"the {what} data end too early")
        return DamageError("corrupt", f"damaged {what} data: {error}")

    def _salvage(self, size: int) -> bytes:
        """What a failed call had unpacked before it failed: it keeps that to itself.

        So read up to the same place again, and go on byte by byte.
        """
        if self.is_plain:
            return b""
        saved = bytearray()
        try:
            self._begin_again()
            last = self._chain[-1]
            ahead = self._given
            while ahead and (piece := last.read(min(ahead, CHUNK))):
                ahead -= len(piece)
            while not ahead and len(saved) < size and (piece := last.read(1)):
                saved += piece
        except (*_ERRORS, DamageError):
            pass  # the damage is known already
        return bytes(saved)


def too_large(what: str, longest: int) -> Trouble:
    """More than is read of one ``what``; ``longest`` in bytes."""
    size = f"{longest // MEGABYTE} MB" if longest >= MEGABYTE else f"{longest} bytes"
    return Trouble("too-large", f"a {what} of more than {size}")
