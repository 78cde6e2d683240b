"""Which column of a record holds what, and the article row that it makes."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from dedup.options import Options, flag_of
from dedup.read.dates import read_date
from dedup.read.mojibake import mend
from dedup.read.rows import Origin, Row, Trouble, one_line, row_number, skipped_row

# The usual names, the most telling first. Case, "_", "-" and spaces don't matter.
_USUAL = {
    "text": """text body content article article_text article_body full_text main_text raw_text
        raw_content article_content clean_text plain_text story html raw_html page_html""",
    "id": "id _id doc_id document_id article_id uid uuid guid",
    "url": "url link canonical_url uri permalink source_url article_url",
    "title": "title headline",
    "published": """published published_at date publish_date pub_date published_date date_published
        publication_date date_publish datetime timestamp created_at""",
    "source": """source source_domain domain site site_name publisher outlet newspaper publication
        host""",
}
USUAL_NAMES = {kind: names.split() for kind, names in _USUAL.items()}

_NAMES_SHOWN = 12
_LONGEST_LABEL = 2**16  # code points
_MOST_CACHED = 100  # columns; the names of wider records are not kept
_HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#@:\[\]\s]+)|(www\.[^/?#@:\s]+)")


class Columns(NamedTuple):
    """The name of the column that holds each thing; null: no column does.

    ``warnings``: about columns that the user named and that aren't there, and names that occur twice.
    """

    text: str | None
    id: str | None
    url: str | None
    title: str | None
    published: str | None
    source: str | None
    warnings: tuple[str, ...]

    @property
    def kinds(self) -> tuple[str | None, ...]:
        """The names in the order in which ``article_row`` takes the values: text first."""
        return self[:6]


def find_columns(names: Sequence[str], options: Options) -> Columns:
    """The columns of a record with these column names."""
    wanted = tuple(getattr(options, f"{kind}_column") for kind in USUAL_NAMES)
    if len(names) > _MOST_CACHED:
        return _find_columns(tuple(names), wanted)
    return _find_columns_cached(tuple(names), wanted)


def _find_columns(names: tuple[str, ...], wanted: tuple[str | None, ...]) -> Columns:
    folded: dict[str, str] = {}
    for fold in (str, str.lower, _fold):  # a name as it stands goes before one that is much like it
        for name in names:
            folded.setdefault(fold(name), name)
    found: dict[str, str | None] = {}
    warnings: list[str] = []
    for (kind, usual), own in zip(USUAL_NAMES.items(), wanted, strict=True):
        if own is None:
            places = (folded.get(name) or folded.get(_fold(name)) for name in usual)
            found[kind] = next((name for name in places if name is not None), None)
        else:
            found[kind] = own if own in names else folded.get(own.lower())
            if found[kind] is None and kind != "text":
                warnings.append(f"no column {one_line(own, 40)} ({flag_of(kind + '_column')})")
    for used in dict.fromkeys(found.values()):
        if used is not None and (count := names.count(used)) > 1:
            warnings.append(f"{count} columns are named {one_line(used, 40)}: the first is read")
    return Columns(**found, warnings=tuple(warnings))


_find_columns_cached = functools.lru_cache(maxsize=4096)(_find_columns)


def _fold(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def no_text_column(names: Sequence[str], options: Options, what: str, usual: str | None = None) -> Trouble:
    """Says that no column holds the text, and which there are; ``what`` is a record or table.

    ``usual``: the column that holds it elsewhere in the file.
    """
    shown = ", ".join(one_line(name, 40) for name in names[:_NAMES_SHOWN])
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    wanted = options.text_column if options.text_column is not None else usual
    own = f" {one_line(wanted, 40)}" if wanted is not None else ""
    kind = "column" if own else "text column"
    return Trouble("no-text", f"no {kind}{own}; this {what} has: {shown or 'no columns'}{more}")


def article_row(origin: Origin, record: int | None, values: Sequence[object], warnings: Sequence[str]) -> Row:
    """The row of a record, or of a whole file; a skipped row if its text is no string or blank.

    ``values`` of the columns in the order of ``Columns.kinds``, null where there is none. No
    string in it may hold surrogates.
    """
    text, id_, url, title, published, source = values
    if not isinstance(text, str):
        return skipped_row(origin, record, _not_text(text))
    if not text or text.isspace():
        return skipped_row(origin, record, Trouble("empty", "no text"))
    label = as_label
    title = None if title is None else label(title)
    if not text.isascii() or "\0" in text:
        text, mended = mend(text)
        warnings = (*warnings, *mended)
        title = title and mend(title)[0]
    url = None if url is None else label(url)
    date, warning = read_date(published)
    return (
        row_number(origin.file, record),
        None if id_ is None else label(id_),
        origin.path,
        record,
        (None if source is None else label(source)) or host_of(url),
        url,
        title,
        date,
        text,
        [*warnings, warning] if warning else warnings,
        None,
        None,
        None,
    )


def _not_text(value: object) -> Trouble:
    if value is None:
        return Trouble("no-text", "the text is null")
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return Trouble("no-text", f"the text is {kinds.get(type(value), 'of another type')}, not a string")


def as_label(value: object) -> str | None:
    """A string or number as a string; null for all else, what is blank and what is too long to be a name."""
    if isinstance(value, str):
        return value if value and not value.isspace() and len(value) <= _LONGEST_LABEL else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _plain_int(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else _finite(value)
    return None


def _plain_int(value: int) -> str | None:
    return str(value) if value.bit_length() <= 1024 else None  # longer ones are no names, and slow


def _finite(value: float) -> str | None:
    return repr(value) if value - value == 0 else None


def host_of(url: str | None) -> str | None:
    """The host of an address, in lower case and without ``www.``; null: it has none."""
    match = _HOST.match(url) if url else None
    if not match:
        return None
    return (match[1] or match[2]).lower().rstrip(".").removeprefix("www.") or None
