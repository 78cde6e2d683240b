"""What a file holds: guessed from its name, then known from its first bytes."""

from __future__ import annotations

import re

from dedup.read.decode import BOM
from dedup.read.ours import REPORT, REPORT_BEGINS
from dedup.read.rows import Trouble

FORMATS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".warc": "warc",
    ".wet": "warc",
    ".wat": "warc",
    ".arc": "arc",
}
# Never articles, and not worth opening. What has another ending is known by what it holds.
_FOREIGN_WORDS = """
    7z avi avif bin bmp c class cpp css db dll doc docx eot epub exe flac gif h ico ini jar java jpeg jpg
    js lock log m4a mkv mov mp3 mp4 npy npz odp ods odt ogg otf pdf pickle pkl png ppt pptx ps py pyc rar
    rb rs sh so sql sqlite svg swf tar tgz tif tiff toml ts ttf wasm wav webm webp wmv woff woff2 xls xlsx
    yaml yml
"""
_FOREIGN_ENDINGS = {f".{ending}" for ending in _FOREIGN_WORDS.split()}
PACKINGS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2", ".xz": "xz"}
ZIP = ".zip"

ENDINGS = f"{' '.join(FORMATS)}, these also with {' '.join(PACKINGS)} or in a {ZIP}"
HEAD = 4096  # bytes by which a file is known

_EXACT = {"parquet", "arrow", "warc", "arc"}  # what is named so and isn't it is damaged
_MAGIC = ((b"PAR1", "parquet"), (b"ARROW1\0\0", "arrow"), (b"WARC/", "warc"), (b"filedesc://", "arc"))
_FOREIGN = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"OggS", "sound or film"),
    (b"ID3", "sound or film"),
    (b"{\\rtf", "RTF"),
)
_TAR = (257, b"ustar")
_HTML = re.compile(
    rb"(?:<\?xml[^>]{0,300}>|<!--[^>]{0,300}-->|\s)*<(?:!doctype\s+html|html|head|body)\b", re.I
)
_MAIL = re.compile(rb"(?im)^MIME-Version:.*(?:\n.*)*?multipart/related")
_RECORD = re.compile(rb'\s*\{\s*"')


def ending_of(name: str) -> str:
    """The ending as a message shows it: ``.pdf``, ``.tar.gz``, or empty."""
    stem, ending = _split(name)
    return _split(stem)[1] + ending if ending.lower() in PACKINGS else ending


def format_of(name: str) -> str:
    """The format that a file's name speaks of, whatever its case; empty: none that is known."""
    stem, ending = _split(name.lower())
    if ending in PACKINGS:
        return format_of(stem)
    return FORMATS.get(ending, "")


def is_foreign(name: str) -> bool:
    """Whether a file's name speaks of what is never an article."""
    stem, ending = _split(name.lower())
    if ending in PACKINGS:
        _, ending = _split(stem)
    return ending in _FOREIGN_ENDINGS


def is_packed(name: str) -> bool:
    """Whether a name speaks of compression."""
    return _split(name.lower())[1] in PACKINGS


def packing_of(head: bytes) -> str | None:
    """The compression that data of these first bytes are in."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5):
        return "zstd"
    if head.startswith(b"BZh"):
        return "bz2"
    return "xz" if head.startswith(b"\xfd7zXZ\0") else None


def recognise(head: bytes, name: str) -> str | Trouble:
    """The format of a file by its first bytes (``HEAD`` of them, unpacked) and its name.

    What the bytes say goes before what the name says, but for formats that begin with a mark
    of their own: a file that is named so and lacks it is damaged, and its reader says so.
    Without an ending that is known, only what looks like articles is read.
    """
    named = format_of(name)
    for mark, format_ in _MAGIC:
        if head.startswith(mark):
            return format_
    if named in _EXACT:
        return named
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            return Trouble("format", f"not a format that is read: {what}")
    if head.startswith(REPORT_BEGINS.encode()):
        return REPORT
    if head[_TAR[0] :].startswith(_TAR[1]):
        return Trouble("format", "not a format that is read: a tar archive")
    if _HTML.match(head.removeprefix(BOM)):
        return "html"
    if named == "text" or not named:
        if _MAIL.search(head):
            return "mhtml"
        if _RECORD.match(head):
            return "json"
    if named:
        return named
    ending = ending_of(name)
    if not ending or is_packed(name):
        return "text"
    return Trouble("format", f"not a format that is read: {ending[:40]}")


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem and re.fullmatch(r"\w{1,12}", ending) else (name, "")
