"""Opening inputs: plain and compressed files as one kind of stream that never lies.

A stream gives every byte up to a damage and then raises ``DamageError``: an end that comes
too early is never taken for the end of the file.
"""

from __future__ import annotations

import io
import os
import stat
from types import TracebackType
from typing import Any, cast

import pyarrow as pa

from dedup.read.rows import Trouble

MEGABYTE = 2**20
CHUNK = 2**18  # bytes asked for at a time

# Without O_NONBLOCK the opening of a named pipe waits for a writer; a path that has become
# a link since it was found is not followed.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY


class DamageError(Exception):
    """The input can't be read on from here; ``trouble`` says why."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.trouble = Trouble(reason, message)


def open_plain(place: bytes) -> io.BufferedReader:
    """Open a regular file as it lies on disk; ``DamageError`` (``unreadable``) if that can't be done."""
    try:
        handle = os.open(place, _FLAGS)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise DamageError("unreadable", "no longer a regular file")
        return os.fdopen(handle, "rb")
    except (OSError, ValueError) as error:
        raise unreadable(error) from error


def unreadable(error: Exception) -> DamageError:
    """The system's own words for what it refused."""
    return DamageError("unreadable", getattr(error, "strerror", None) or str(error))


class Stream:
    """The unpacked bytes of a file. A context manager; opening and reading raise ``DamageError``."""

    def __init__(self, place: bytes, compression: str | None) -> None:
        self._place = place
        self._compression = compression
        self._given = 0
        self._damage: DamageError | None = None
        self._open()

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; more than once does no harm."""
        self._source.close()
        self._file.close()

    def read(self, size: int) -> bytes:
        """The next bytes, at most ``size``; none at the true end of the file."""
        if self._damage is not None:
            raise self._damage
        try:
            piece: bytes = self._source.read(size)
        except (OSError, pa.ArrowException) as error:
            self._damage = self._explain(error)
            piece = self._salvage(size)
            if not piece:
                raise self._damage from error
        self._given += len(piece)
        return piece

    def _open(self) -> None:
        self._file = open_plain(self._place)
        self._source: io.BufferedReader | pa.CompressedInputStream = self._file
        if self._compression is not None:
            if not os.fstat(self._file.fileno()).st_size:
                self._file.close()
                raise DamageError("truncated", f"an empty file is no {self._compression} data")
            self._source = pa.CompressedInputStream(self._file, cast(Any, self._compression))

    def _explain(self, error: Exception) -> DamageError:
        if self._compression is None or getattr(error, "errno", None):
            return unreadable(error)
        if "truncated" in str(error).lower():
            return DamageError("truncated", f"the {self._compression} data end too early")
        return DamageError("corrupt", f"damaged {self._compression} data: {error}")

    def _salvage(self, size: int) -> bytes:
        """What a failed call had unpacked before it failed: it keeps that to itself.

        So read up to the same place again, and go on byte by byte.
        """
        if self._compression is None:
            return b""
        saved = bytearray()
        try:
            self.close()
            self._open()
            ahead = self._given
            while ahead and (piece := self._source.read(min(ahead, CHUNK))):
                ahead -= len(piece)
            while not ahead and len(saved) < size and (piece := self._source.read(1)):
                saved += piece
        except (OSError, pa.ArrowException, DamageError):
            pass  # the damage is known already
        return bytes(saved)
