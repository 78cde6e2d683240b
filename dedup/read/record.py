"""The article row of a record of any format: one whose text is a page gives the article in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dedup.options import Options
from dedup.read.fields import article_row, as_label
from dedup.read.html import LONGEST_PAGE, page_row
from dedup.read.opening import too_large
from dedup.read.rows import Origin, Row, skipped_row
from dedup.schema import DOCS

_FIRST = "< \t\n\r\f\v\xa0\ufeff"  # what a page can begin with; looked at before anything else
_PAGE = re.compile(
    r"[\s\ufeff]*+<(?:!doctype\s+html|(?:html|head|body|article|div|section|main|p)(?=[\s>]))", re.I
)
_TEXT, _URL, _TITLE, _PUBLISHED, _WARNINGS = (
    DOCS.column_names.index(name) for name in ("text", "url", "title", "published", "warnings")
)


def record_row(
    origin: Origin, record: int, values: Sequence[object], warnings: Sequence[str], options: Options
) -> Row:
    """``article_row`` of a record; what its other columns say goes before what its page says."""
    text = values[0]
    if type(text) is str and text[:1] in _FIRST and _PAGE.match(text):
        return _row_of_page(origin, record, text, values, warnings, options)
    return article_row(origin, record, values, warnings)


def _row_of_page(
    origin: Origin,
    record: int,
    text: str,
    values: Sequence[object],
    warnings: Sequence[str],
    options: Options,
) -> Row:
    data = text.encode()
    if len(data) > LONGEST_PAGE:
        return skipped_row(origin, record, too_large("page", LONGEST_PAGE))
    page = page_row(origin, record, data, options, declared="utf-8")
    if page[_TEXT] is None:
        return page
    _, id_, url, title, published, source = values
    told: Sequence[str] = page[_WARNINGS]  # type: ignore[assignment]
    url, title = as_label(url) or page[_URL], as_label(title) or page[_TITLE]
    own = (page[_TEXT], id_, url, title, as_label(published) or page[_PUBLISHED], source)
    return article_row(origin, record, own, (*warnings, *told))
