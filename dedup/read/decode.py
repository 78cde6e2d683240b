"""Bytes become text: marks, declarations and, last, guessing; what was odd is said."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import NamedTuple

from dedup.read.rows import Trouble

BOM = b"\xef\xbb\xbf"
_MARKS = (  # the longer first: UTF-32's begins like UTF-16's
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (BOM, "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# What pages are written in, by the names of the WHATWG Encoding Standard's encodings in Python. No
# other codec is looked up by a name that an input gives: some unpack, some run for ever.
_GUESSED_WORDS = """
    cp1252 cp1250 cp1251 koi8_r cp1253 cp1254 cp1255 cp1256 cp1257 cp874 gb18030 big5 cp932 euc_jp cp949
    iso8859_2 iso8859_5
"""
_GUESSED = _GUESSED_WORDS.split()
_DECLARED = {
    **{name: name for name in _GUESSED},
    **{f"windows-{number}": f"cp{number}" for number in range(1250, 1259)},
    **{f"iso-8859-{number}": f"iso8859_{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk"), "gb18030"),
    **dict.fromkeys(("big5-hkscs", "cn-big5"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji"), "cp932"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean", "windows-949"), "cp949"),
    **dict.fromkeys(("koi8-r", "koi8"), "koi8_r"),
    **dict.fromkeys(("koi8-u",), "koi8_u"),
    **dict.fromkeys(("macintosh", "x-mac-roman"), "mac_roman"),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    "ibm866": "cp866",
    "iso-2022-jp": "iso2022_jp",
}
_SAMPLE = 2**16  # bytes that are looked at for guessing
_TELLING = 4096  # bytes of them that guessing goes by
_BREAK = re.compile(
    rb"(?<=[\t\n\r !-/])[^\t\n\r !-/]*\Z"
)  # after the last byte that is never half a character
_MOST_CHAOS = 0.2  # charset_normalizer's measure of a mess, 0..1; one less is our confidence
_MOST_CONTROLS = 0.3  # of the characters of what is a text
_LITTLE_DAMAGE = (
    10  # times as many sound characters of UTF-8 as odd bytes: another encoding that is declared is a lie
)
_NUL_SHARE = 0.2  # of the bytes: UTF-16 of Western text has half
_LEAST_NULS = 16  # of a few it can't be told
_CONTROL = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32)) + b"\x7f"
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class Decoded(NamedTuple):
    """A text, the name of its encoding, and what was odd."""

    text: str
    encoding: str
    warnings: tuple[str, ...]


def decode(data: bytes, declared: Iterable[str | None] = ()) -> Decoded | Trouble:
    """The text of some bytes; a trouble if they are none.

    A byte order mark decides; then valid UTF-8, which nothing else is by chance; then UTF-8 with
    little damage; then the first encoding ``declared`` that fits; then UTF-8 with much damage; then
    what is most likely, with the confidence in the warning.
    """
    if found := mark_of(data):
        mark, encoding = found
        return _checked(_lenient(data[len(mark) :], encoding))
    if data.count(b"\0") > max(_LEAST_NULS, _NUL_SHARE * len(data)):
        return _checked(_utf16(data))
    codecs_declared = [codec for name in declared if (codec := known_codec(name))]
    if "iso2022_jp" not in codecs_declared or b"\x1b" not in data:
        try:
            return _checked(Decoded(data.decode(), "utf-8", ()))
        except UnicodeDecodeError:
            pass
    if codecs_declared and (mended := _mostly_utf8(data, _LITTLE_DAMAGE)):
        return _checked(mended)
    for codec in codecs_declared:
        try:
            return _checked(Decoded(data.decode(codec), codec, ()))
        except UnicodeDecodeError:
            continue
    return _checked(_mostly_utf8(data, 1) or _guess(data))


def mark_of(data: bytes) -> tuple[bytes, str] | None:
    """The byte order mark that data begin with, and the encoding that it stands for; null: none."""
    return next((found for found in _MARKS if data.startswith(found[0])), None)


def known_codec(name: str | None) -> str | None:
    """Python's name of an encoding that an input declares; null: not one that is read."""
    return _DECLARED.get(name.strip().strip("\"'").lower()) if name else None


def find_encoding(sample: bytes) -> tuple[str, tuple[str, ...]] | None:
    """The encoding of a long input, by its beginning, and a warning; null: none fits."""
    if mark := mark_of(sample):
        return mark[1], ()
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return "utf-8", ()
    except UnicodeDecodeError:
        guessed = _guess(sample)
        return None if isinstance(guessed, Trouble) else (guessed.encoding, guessed.warnings)


def _lenient(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding, ())
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            return _mend(data, error)
        text = data.decode(encoding, "replace")
        return Decoded(
            text, encoding, (f"damaged {encoding}: {text.count(chr(0xFFFD))} characters are lost",)
        )


def _utf16(data: bytes) -> Decoded | Trouble:
    """UTF-16 without a mark: of Western text nearly every second byte is NUL; on which side, tells which."""
    sample = data[:_SAMPLE]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) > 4 * min(first, second):
        try:
            encoding = "utf-16-le" if second > first else "utf-16-be"
            return Decoded(data.decode(encoding), encoding, (f"read as {encoding}: it has no mark",))
        except UnicodeDecodeError:
            pass
    return Trouble("binary", "not text: full of NUL bytes")


def _mostly_utf8(data: bytes, times: int) -> Decoded | None:
    """UTF-8 in which bytes are damaged or of another encoding: one to so many sound characters at most."""
    sample = data[: 16 * _SAMPLE]
    good = len(_SEQUENCE.findall(sample))
    odd = _count_odd(sample)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return _mend(data, error) if good >= times * odd else None
    return None


def _count_odd(data: bytes) -> int:
    """In how many places bytes are no UTF-8."""
    return data.decode("utf-8", "replace").count("\ufffd") - data.count("\ufffd".encode())


def _mend(data: bytes, error: UnicodeDecodeError) -> Decoded:
    if error.end >= len(data) and error.reason == "unexpected end of data":
        return Decoded(data[: error.start].decode(), "utf-8", ("the last character is cut off",))
    text = data.decode("utf-8", _WESTERN)
    return Decoded(text, "utf-8", (f"{_count_odd(data)} places are no UTF-8 and were read as windows-1252",))


def _as_western(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_WESTERN = "dedup-as-western"
codecs.register_error(_WESTERN, _as_western)


def _guess(data: bytes) -> Decoded | Trouble:
    from charset_normalizer import from_bytes  # here, for it is seldom needed

    sample = _telling(data)
    matches = list(from_bytes(sample, steps=1, chunk_size=len(sample), cp_isolation=_GUESSED))
    if matches and matches[0].chaos <= _MOST_CHAOS:
        best = matches[0]
        equal = [match for match in matches if (match.chaos, match.coherence) == (best.chaos, best.coherence)]
        encoding = _prefer_western(sample, [match.encoding for match in equal])
        found = _lenient(data, encoding)
        warning = f"read as {encoding} (confidence {1 - best.chaos:.2f})"
        return found._replace(warnings=(warning, *found.warnings))
    return Trouble("encoding", f"not UTF-8, and in no encoding that is known: {_first_odd(data)}")


def _telling(data: bytes) -> bytes:
    """The first lines that are not plain ASCII; not cut in the middle of a character."""
    odd = _odd_at(data)
    start = max(0, odd - _TELLING // 2)
    start = data.rfind(b"\n", start, odd) + 1 or start
    sample = data[start : start + _SAMPLE]
    if start + len(sample) < len(data):
        sample = _BREAK.split(sample)[0] or sample
    lines, size = [], 0
    for line in sample.splitlines(keepends=True):
        if size < _TELLING and not line.isascii():
            lines.append(line if len(line) <= _TELLING else _BREAK.split(line[:_TELLING])[0] or line)
            size += len(lines[-1])
    return b"".join(lines)


def _prefer_western(sample: bytes, likely: list[str]) -> str:
    """Of equally likely encodings windows-1252: most pages that are no UTF-8 are in it."""
    western = sample.decode("cp1252", "replace")
    return "cp1252" if "cp1252" in likely or western == sample.decode(likely[0], "replace") else likely[0]


def _first_odd(data: bytes) -> str:
    at = _odd_at(data)
    return f"byte 0x{data[at]:02x} at offset {at}"


def _odd_at(data: bytes) -> int:
    """Where data stop being UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _checked(found: Decoded | Trouble) -> Decoded | Trouble:
    """The text, unless it is full of control characters: then it is none."""
    if isinstance(found, Trouble):
        return found
    text = found.text
    sample = text[:_SAMPLE].encode("utf-8", "replace")
    left = sample.translate(None, _CONTROL)
    if len(sample) - len(left) > _MOST_CONTROLS * len(sample):
        return Trouble("binary", "not text: full of control characters")
    return found
