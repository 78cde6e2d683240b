"""Which endings of file names are read, and as what."""

from __future__ import annotations

from typing import NamedTuple

FORMATS = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}  # Arrow's names
UNCOMPRESSED_ONLY = {"parquet"}  # it compresses inside

ENDINGS = f"{' '.join(FORMATS)}, and all but .parquet also with {' or '.join(COMPRESSIONS)}"


class Format(NamedTuple):
    """A reader's name, and the compression around it (``gzip``, ``zstd`` or null)."""

    name: str
    compression: str | None


def format_of(name: str) -> Format | None:
    """The format by a file name's ending, whatever its case; null: not one that is read."""
    stem, ending = _split(name.lower())
    compression = COMPRESSIONS.get(ending)
    if compression:
        _, ending = _split(stem)
    format_ = FORMATS.get(ending)
    if format_ is None or (compression and format_ in UNCOMPRESSED_ONLY):
        return None
    return Format(format_, compression)


def ending_of(name: str) -> str:
    """The ending as a message shows it: ``.pdf``, ``.warc.gz``, or empty."""
    stem, ending = _split(name)
    return _split(stem)[1] + ending if ending.lower() in COMPRESSIONS else ending


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem else (name, "")
