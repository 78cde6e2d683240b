"""What of a text may be printed on a terminal.

Articles, paths and names come from strangers. A control character among them could move the
cursor, recolour what follows, or, with a direction control, show words in another order than
they stand. Each is replaced by exactly one visible character, so that offsets into the text
hold for what is shown.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from typing import Any

_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_STAND_IN = "·"
_LINE_BREAKS = "\x85\u2028\u2029"


def safe(text: str, newlines: bool = False) -> str:
    """The text with one visible character for each that must not reach a terminal.

    C0 controls show as their pictures (ESC as ␛), a tab as a space, other controls and
    direction controls as ``·``, lone surrogates as U+FFFD. Newlines stay if ``newlines``,
    and a carriage return before one shows as a space.
    """
    if (
        text.replace("\n", " ") if newlines else text
    ).isprintable():  # most are, and to see that takes no time
        return text
    shown = text.translate(_table())
    if newlines:
        return shown.replace("␍␊", " \n").replace("␊", "\n") if "\n" in text else shown
    return shown


def json_line(value: Any) -> str:
    """A value as one line of JSON: exact once parsed, harmless when printed."""
    line = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    if line.isprintable():  # which no character of _UNSAFE is
        return line
    return _unsafe().sub(lambda match: json.dumps(match[0])[1:-1], line)


@functools.cache
def _table() -> dict[int, str]:
    table = {}
    for code in (*range(0x20000), *range(0xE0000, 0xE1000)):  # planes 2 to 13 have none
        character = chr(code)
        if unicodedata.category(character) in _UNSAFE:
            table[code] = _stand_in(code, character)
    return table


def _stand_in(code: int, character: str) -> str:
    if character == "\t":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if character in _LINE_BREAKS:
        return "␤"
    return "\ufffd" if unicodedata.category(character) == "Cs" else _STAND_IN


@functools.cache
def _unsafe() -> re.Pattern[str]:
    # JSON escapes C0 itself; what it leaves is escaped the same way.
    return re.compile("[" + "".join(re.escape(chr(code)) for code in _table() if code > 0x1F) + "]")
