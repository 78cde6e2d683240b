"""Articles and pairs by source, as SQL over the result tables."""

from __future__ import annotations

# Pairs of two known sources, the later article's and the earlier one's. ``dated``: two dates say which
# that is; where they don't, an article with a date goes first, and then names decide. Most articles
# are in no such pair, so those that are come first.
_ACROSS = """
    WITH crossing AS MATERIALIZED (SELECT "left", "right" FROM pairs WHERE same_source IS NOT TRUE),
    known AS MATERIALIZED (
        SELECT article, source, published FROM articles
        WHERE source IS NOT NULL
        AND article IN (SELECT "left" FROM crossing UNION ALL SELECT "right" FROM crossing)
    )
    SELECT origins.article AS earlier, copies.article AS later, origins.source AS origin,
           copies.source AS source, coalesce(origins.published < copies.published, false) AS dated
    FROM crossing
    JOIN known AS origins ON origins.article = crossing."left"
    JOIN known AS copies ON copies.article = crossing."right"
    WHERE origins.source <> copies.source
"""

_WHOM = """
    SELECT source, origin, count(DISTINCT later) AS articles, count(*) AS pairs,
           count(*) FILTER (dated) AS dated
    FROM across
    GROUP BY source, origin
"""

WHO_COPIES_WHOM = f"""
    WITH across AS ({_ACROSS}) {_WHOM} ORDER BY articles DESC, pairs DESC, source, origin
"""

# ``schema.SOURCES``, numbered in its order.
SOURCES = f"""
    WITH across AS MATERIALIZED ({_ACROSS}),
    counted AS (
        SELECT source, count(*) AS articles, count(*) FILTER (spun) AS spun FROM articles GROUP BY source
    ),
    copying AS (
        SELECT source, count(DISTINCT later) AS copies, count(DISTINCT later) FILTER (dated) AS dated
        FROM across GROUP BY source
    ),
    copied AS (SELECT origin AS source, count(DISTINCT earlier) AS copied FROM across GROUP BY origin),
    whom AS (
        SELECT source, origin, articles AS from_origin
        FROM ({_WHOM}) AS whom
        QUALIFY row_number() OVER (PARTITION BY source ORDER BY articles DESC, pairs DESC, origin) = 1
    ),
    every AS (
        SELECT source, articles, coalesce(copies, 0) AS copies, coalesce(dated, 0) AS dated,
               coalesce(copied, 0) AS copied, spun, origin, from_origin
        FROM counted
        LEFT JOIN copying USING (source) LEFT JOIN copied USING (source) LEFT JOIN whom USING (source)
    )
    SELECT *, row_number() OVER (ORDER BY copies DESC, articles DESC, source NULLS LAST) AS place FROM every
"""
