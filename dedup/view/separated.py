"""Rows as comma-separated values that a spreadsheet may open.

Articles come from strangers, and a spreadsheet takes a cell that begins with ``=`` for a formula. What
OWASP's page "CSV Injection" asks for: such a cell begins with an apostrophe, and all text stands in double
quotes, so that no text can end its cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dedup.results.opened import Row
from dedup.view.safe import json_line, safe

_FORMULA = tuple("=+-@＝＋－＠")  # the wide ones too, which some take for the others
_AHEAD = tuple("\t\r\n")  # which are left out before what follows


def csv_lines(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[str]:
    """A line of the columns' names, and one for each row.

    What is null is empty; lists and records are JSON text; characters that must not reach a terminal show as
    ``safe.safe`` shows them.
    """
    yield ",".join(columns)
    for row in rows:
        yield ",".join(_cell(row[name]) for name in columns)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return '"' + _text(value if isinstance(value, str) else json_line(value)).replace('"', '""') + '"'


def _text(text: str) -> str:
    formula = text.startswith(_AHEAD) or text.lstrip().startswith(_FORMULA)
    return ("'" if formula else "") + safe(text)
