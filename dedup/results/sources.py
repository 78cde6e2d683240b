"""Who copies whom: the pairs of RESULTS by the sources of their articles.

Of a pair the earlier article, the left one, counts as the origin. Where two dates say which is earlier, they
are ``dated``; else an article with a date comes before one without, and then names decide, which proves
nothing.
"""

from __future__ import annotations

from dedup.queries.sources import WHO_COPIES_WHOM
from dedup.results.opened import Results, Row
from dedup.results.selection import query


def who_copies_whom(results: Results, top: int | None = None) -> list[Row]:
    """Which source's articles are the later ones of pairs with which other source's, most articles first.

    Rows have ``source`` (of the later articles), ``origin`` (of the earlier ones), ``articles`` (different
    later articles), ``pairs``, and ``dated`` (pairs of which two dates say who was first). Exact copies
    count; pairs within a source, or of an article without one, don't.

    top  how many rows; None: all
    """
    limit = "" if top is None else f"LIMIT {int(top)}"
    return list(query(results, f"{WHO_COPIES_WHOM} {limit}"))
