"""HTML and XHTML: a page is one article, whose text is found by ``page`` in a guarded process."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.options import Options
from dedup.read.dates import read_date
from dedup.read.fields import article_row, host_of
from dedup.read.guard import GUARD
from dedup.read.opening import MEGABYTE, Stream
from dedup.read.rows import Origin, Row, Trouble, skipped_row

LONGEST_PAGE = 32 * MEGABYTE


def read_html(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """One row; a skipped one if the page can't be taken apart."""
    yield page_row(origin, None, stream.read_whole(LONGEST_PAGE, "page"), options)


def page_row(
    origin: Origin,
    record: int | None,
    data: bytes,
    options: Options,
    declared: str | None = None,
    id_: str | None = None,
    url: str | None = None,
    published: str | None = None,
) -> Row:
    """The row of a page that stands somewhere.

    declared             the encoding that came with it
    id_, url, published  what is known of it from outside; the page's own date goes before that if it
                         is understood, its own address does not
    """
    answer = GUARD.run({"declared": declared, "extractor": options.extractor}, data)
    if isinstance(answer, Trouble):
        return skipped_row(origin, record, answer)
    page, text = answer
    if "trouble" in page:
        return skipped_row(origin, record, Trouble(*page["trouble"]))
    address = url or page["url"]
    own = page["published"]
    date = published if published and not read_date(own)[0] else own
    values = (text.decode(), id_, address, page["title"], date, host_of(address))
    return article_row(origin, record, values, page["warnings"])
