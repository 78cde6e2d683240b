"""Compression: what is packed, unpacked, and packed again in the same way."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Sequence
from typing import Any, cast

import pyarrow as pa

_XZ_MEMORY = 2**28  # bytes for the window
_PIECE = 2**18  # bytes asked for at a time
_GZIP_LEVEL = 6  # gzip's own default


def unpack(source: Any, packing: str) -> Any:
    """The unpacked bytes of a file, to be read."""
    if packing == "xz":
        return _Xz(source)
    return pa.CompressedInputStream(source, cast(Any, packing))


class Packed:
    """A file that is written through some compressions, the outermost first; it isn't closed with them."""

    def __init__(self, out: Any, packings: Sequence[str]) -> None:
        self._layers = [out]
        for packing in packings[:-1]:
            self._layers.append(_pack(self._layers[-1], packing))
        self._packing = packings[-1] if packings else None
        self._begin()

    def write(self, data: bytes | memoryview) -> int:
        """Write all of it."""
        self._top.write(data)
        self._is_begun = True
        return len(data)

    def begin_member(self) -> None:
        """Pack what follows on its own, so that it can be unpacked on its own."""
        if self._packing and self._is_begun:
            self._top.close()
            self._begin()

    def close(self) -> None:
        """Write what is held back."""
        for layer in reversed([*self._layers, self._top][1:] if self._packing else []):
            layer.close()

    def as_arrow(self) -> pa.NativeFile:
        """The file as Arrow's writers take it."""
        return pa.PythonFile(_Open(self), "w")

    def _begin(self) -> None:
        self._top = _pack(self._layers[-1], self._packing) if self._packing else self._layers[-1]
        self._is_begun = False


def _pack(out: Any, packing: str) -> Any:
    """A file that packs what is written; the same data give the same bytes."""
    if packing == "gzip":
        return gzip.GzipFile("", "wb", _GZIP_LEVEL, out, mtime=0)
    if packing == "bz2":
        return bz2.BZ2File(out, "wb")
    if packing == "xz":
        return lzma.LZMAFile(out, "wb")
    return pa.CompressedOutputStream(pa.PythonFile(_Open(out), "w"), cast(Any, packing))


class _Open:
    """A file for Arrow, which closes what it is given, and must not."""

    closed = False

    def __init__(self, out: Any) -> None:
        self.write = out.write

    def flush(self) -> None: ...

    def close(self) -> None: ...


class _Xz(io.RawIOBase):
    """The unpacked bytes of one xz stream after another, with a bound on the memory that they may ask for."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._packed = b""
        self._decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size``; EOFError if the data end too early."""
        while True:
            if self._decoder.eof:
                left = (self._decoder.unused_data or self._source.read(_PIECE)).lstrip(b"\0")  # padding
                if not left:
                    return b""
                self._packed = left
                self._decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)
            if self._decoder.needs_input and not self._packed:
                self._packed = self._source.read(_PIECE)
                if not self._packed:
                    raise EOFError
            piece = self._decoder.decompress(self._packed, size)
            self._packed = b""
            if piece:
                return piece
