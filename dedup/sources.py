"""Who copies whom: the pairs of RESULTS by the sources of their articles.

Of a pair the earlier article, the left one, counts as the origin. Where both dates are known and differ
they say which is earlier; else an article with a date comes before one without, and then names decide,
which proves nothing: ``dated`` counts what dates prove.
"""

from __future__ import annotations

from dedup.results import Results, Row
from dedup.selection import query

# Pairs of two known sources, the later article's and the earlier one's.
_ACROSS = """
    SELECT pairs."left" AS earlier, pairs."right" AS later, origins.source AS origin, copies.source AS source,
           coalesce(origins.published < copies.published, false) AS dated
    FROM pairs
    JOIN articles AS origins ON origins.article = pairs."left"
    JOIN articles AS copies ON copies.article = pairs."right"
    WHERE origins.source <> copies.source
"""


def who_copies_whom(results: Results, top: int | None = None) -> list[Row]:
    """Which source's articles are the later ones of pairs with which other source's, most articles first.

    Rows have ``source`` (of the later articles), ``origin`` (of the earlier ones), ``articles`` (different
    later articles), ``pairs``, and ``dated`` (pairs of which two dates say who was first). Exact copies
    count; pairs within a source, or of an article without one, don't.

    top  how many rows; None: all
    """
    limit = "" if top is None else f"LIMIT {int(top)}"
    return list(
        query(
            results,
            f"""
            SELECT source, origin, count(DISTINCT later) AS articles, count(*) AS pairs,
                   count(*) FILTER (dated) AS dated
            FROM ({_ACROSS}) GROUP BY source, origin
            ORDER BY articles DESC, pairs DESC, source, origin {limit}
            """,
        )
    )
