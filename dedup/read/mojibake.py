"""Mojibake: text that was read in another encoding and written again, one character for each byte.

``é`` became ``Ã©``, and a page in Cyrillic is ``Ð`` and ``Ñ`` all over: words fall apart, and any two texts
that are written so look alike. It is mended where it is beyond doubt: hardly any other characters are there
than such as together are characters of UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_SAMPLE = 2**16  # characters that are looked at
_LEAST = 3  # sequences, of a text, that each stand for a character
_SHARE = 0.5  # of a text's characters beyond ASCII, that stand in such sequences
_SHARE_OF_LINE = 0.9
_TIMES = 2  # that a text may have been read wrongly
_LOST = "\ufffd"  # what a reader wrote for a byte that its encoding lacks
_LEADS = bytes(range(0xC2, 0xF5))  # with which sequences begin
_LED = re.compile("[\u00c2-\u00f4][^\u0000-\u007f]")
_LEAST_NULS = 16  # of a few it can't be told
_CHARACTERS_A_NUL = 3  # at most; of Western text in UTF-16 every other one is
_SHARE_CYRILLIC = 1 / 8  # of all characters; where Cyrillic was read so, it is two in five


class _Misreading(NamedTuple):
    """An encoding that UTF-8 may have been read in.

    may_be  whether a text may have been, for a tenth of the time that ``find`` takes
    find    finds the sequence of a character
    mended  what such a match stands for
    """

    name: str
    may_be: Callable[[str], bool]
    find: re.Pattern[str]
    mended: Callable[[re.Match[str]], str]


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without mojibake, and a warning; as it is where there is none, or too little to be sure."""
    names: dict[str, None] = {}
    nuls = text.count("\0")
    if nuls >= _LEAST_NULS and 2 * nuls <= len(text) + 1 <= _CHARACTERS_A_NUL * nuls:
        text = text.replace("\0", "")
        names["UTF-16 that was read byte by byte"] = None
    for _ in range(_TIMES):
        before = text
        for misreading in _MISREADINGS:
            mended = text if text.isascii() else _mend(text, misreading)
            if mended != text:
                text = mended
                names[f"UTF-8 that was read as {misreading.name}"] = None
        if text == before:
            break
    return text, tuple(f"mojibake: {name}, mended" for name in names)


def _mend(text: str, misreading: _Misreading) -> str:
    sample = text[:_SAMPLE]
    if not misreading.may_be(sample) or not _is_mojibake(sample, misreading, _SHARE, _LEAST):
        return text
    return "\n".join(_mend_line(line, misreading) for line in text.split("\n"))


def _mend_line(line: str, misreading: _Misreading) -> str:
    if line.isascii() or not _is_mojibake(line, misreading, _SHARE_OF_LINE, 1):
        return line
    return misreading.find.sub(misreading.mended, line)


def _is_mojibake(text: str, misreading: _Misreading, share: float, least: int) -> bool:
    sequences = misreading.find.findall(text)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return len(sequences) >= least and sum(map(len, sequences)) >= share * beyond_ascii


def _has_leads(text: str) -> bool:
    latin = text.encode("latin-1", "ignore")
    return len(latin) - len(latin.translate(None, _LEADS)) >= _LEAST and _LED.search(text) is not None


def _is_led_by_cyrillic(text: str) -> bool:
    """Cyrillic letters begin with 0xD0 or 0xD1."""
    return text.count("\u0420") + text.count("\u0421") > _SHARE_CYRILLIC * len(text)


def _misreading(name: str, codec: str, may_be: Callable[[str], bool]) -> _Misreading:
    """``codec``: Python's name of it; a byte that it lacks was taken for the code point of its number."""
    bytes_of = {chr(byte): byte for byte in range(0x80, 0xA0)}  # as in Latin-1
    for byte in range(0x80, 0x100):
        bytes_of[bytes([byte]).decode(codec, "ignore") or chr(byte)] = byte

    def among(first: int, last: int) -> str:
        return (
            "[" + "".join(re.escape(char) for char, byte in bytes_of.items() if first <= byte <= last) + "]"
        )

    after = f"(?:{among(0x80, 0xBF)}|{_LOST})"
    two, three, four = among(0xC2, 0xDF), among(0xE0, 0xEF), among(0xF0, 0xF4)

    def mended(match: re.Match[str]) -> str:
        if _LOST in match[0]:
            return _LOST
        try:
            return bytes(bytes_of[char] for char in match[0]).decode()
        except UnicodeDecodeError:  # too long a form, or half of a pair
            return match[0]

    find = re.compile(f"{two}{after}|{three}{after}{{2}}|{four}{after}{{3}}")
    return _Misreading(name, may_be, find, mended)


_MISREADINGS = (
    _misreading("windows-1252", "cp1252", _has_leads),
    _misreading("windows-1251", "cp1251", _is_led_by_cyrillic),
)
