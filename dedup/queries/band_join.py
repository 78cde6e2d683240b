"""The band join: queries that find articles which agree on a band (see ``queries``).

A row a band is the longest table of a scan. So it is joined in ranges of the key, one after the
other, whose number follows from the number of bands alone: memory doesn't grow with the articles.
"""

from __future__ import annotations

from collections.abc import Sequence

from dedup.options import Options

LEAST_TEMPLATE = 8  # different articles of a source that have a template
LEAST_IN_SERIES = 3  # that have one in a series
# A stock phrase, what programmes, bills and firms say of themselves: so many articles of any sources have
# it, from one month to such a later one (a story that many tell is over sooner); so many, if none is dated.
LEAST_STOCK, LEAST_MONTHS, LEAST_UNDATED = 8, 2, 16
# A standing paragraph: so few articles have it, but from one month to such a later one.
LEAST_STANDING, LEAST_LASTING = 3, 6
# What makes a series: so many partners that share so many keys, so great a share of those of the longer,
# and on average less than so great a share of those of the shorter: copies of one text share more.
LEAST_PARTNERS, FEW_PARTNERS, LEAST_SHARED = 16, 3, 2
LEAST_SHARE, MOST_SHARED = 0.03, 0.6
_BANDS_A_PART = 2**22 + 2**21  # what a query can group in the memory of a small scan

# Keys that several articles have, exact copies left out.
_BUCKETS = """
SELECT met.key, count(*) AS articles, min(met.row) AS first
FROM {table} AS met LEFT JOIN exact ON met.row = exact.row
WHERE exact.row IS NULL AND {keys}
GROUP BY met.key HAVING count(*) > 1
"""

_FULL_BUCKETS = """
SELECT count(*) AS capped_buckets, coalesce(sum(articles), 0) AS capped_articles
FROM buckets WHERE articles > {cap}
"""

# Articles in one bucket of any band. A bucket of more than ``bucket_cap`` articles is linked
# as a star around its first: linear, not quadratic.
_MEMBERS = """
WITH members AS (
    SELECT met.row, buckets.key, buckets.articles, buckets.first
    FROM {table} AS met JOIN {buckets} AS buckets ON met.key = buckets.key
    LEFT JOIN exact ON met.row = exact.row
    WHERE exact.row IS NULL AND {keys} AND {bucket_keys}
)
"""

_LINKED = """
SELECT a.row AS one, b.row AS other
FROM members AS a JOIN members AS b ON a.key = b.key
WHERE a.row < b.row AND b.row >= {since} AND a.articles <= {cap} AND b.articles <= {cap}
UNION
SELECT first AS one, row AS other FROM members WHERE articles > {cap} AND row <> first AND row >= {since}
"""


# How many keys two articles share; of a bucket of more articles, with the first of them only.
_SHARED = """
SELECT one, other, count(*) AS shared FROM (
    SELECT a.row AS one, b.row AS other
    FROM members AS a JOIN members AS b ON a.key = b.key
    WHERE a.row < b.row AND b.row >= {since} AND a.articles <= {cap} AND b.articles <= {cap}
    UNION ALL
    SELECT first AS one, row AS other FROM members
    WHERE articles > {cap} AND row <> first AND row >= {since}
) AS met GROUP BY one, other
"""
SHARED_CAP = 50  # articles: more of them share a phrase, a name, a template

# Months are counted from the year 0.
_TEMPLATES = f"""
SELECT key, max(articles) AS articles, CAST(sum(articles) AS bigint) AS everywhere,
       CASE WHEN 2 * sum(dated) >= sum(articles) THEN CAST(max(last) - min(first) AS bigint) END AS months
FROM (
    SELECT key, count(*) AS articles, count(month_) AS dated, min(month_) AS first, max(month_) AS last
    FROM (
    SELECT met.key, heads.source,
           12 * CAST(substr(heads.published, 1, 4) AS int)
               + CAST(substr(heads.published, 6, 2) AS int) AS month_
    FROM passages AS met JOIN heads ON met.row = heads.row LEFT JOIN exact ON met.row = exact.row
    WHERE exact.row IS NULL AND {{keys}}
    ) AS dated
    GROUP BY key, source
) AS found
GROUP BY key
HAVING max(articles) >= {LEAST_IN_SERIES} OR sum(articles) >= {LEAST_STOCK}
       OR sum(articles) >= {LEAST_STANDING} AND max(last) - min(first) >= {LEAST_LASTING}
"""

# Articles of a series: they share passages with many others of their source, with each some of them;
# and those a third of whose partners do. Of archived articles it is known. That the sources are equal stands
# in a CASE: no database may take it for a way to join, as where sources are unknown all are equal.
_SERIES = f"""
WITH every_pair AS (
    SELECT one, other, sum(shared) AS shared FROM passages_shared
    GROUP BY one, other HAVING sum(shared) >= {LEAST_SHARED}
), every_end AS (
    SELECT one AS row, other, shared FROM every_pair
    UNION ALL SELECT other AS row, one AS other, shared FROM every_pair
), sizes AS (
    SELECT row, count(*) AS keys FROM passages WHERE row >= {{since}} GROUP BY row
    UNION ALL SELECT row, passage_keys AS keys FROM past_passages
), known AS (
    SELECT row FROM past_passages WHERE in_series
), partners AS (
    SELECT every_end.row, every_end.other, every_end.shared / least(a.keys, b.keys) AS share
    FROM every_end
    JOIN heads AS ah ON every_end.row = ah.row JOIN heads AS bh ON every_end.other = bh.row
    JOIN sizes AS a ON every_end.row = a.row JOIN sizes AS b ON every_end.other = b.row
    WHERE CASE WHEN coalesce(ah.source, '') = coalesce(bh.source, '') THEN TRUE ELSE FALSE END
      AND every_end.shared >= {LEAST_SHARE} * greatest(a.keys, b.keys)
), evident AS (
    SELECT row FROM partners WHERE row >= {{since}} GROUP BY row
    HAVING count(*) >= {LEAST_PARTNERS} AND avg(share) < {MOST_SHARED}
    UNION ALL SELECT row FROM known
)
SELECT row FROM evident
UNION
SELECT partners.row FROM partners LEFT JOIN evident ON partners.other = evident.row
WHERE partners.row >= {{since}}
GROUP BY partners.row HAVING count(*) >= {FEW_PARTNERS} AND 3 * count(evident.row) >= count(*)
"""


# Articles that met in a view, numbered from the view with the weakest bond: those of the views
# passage and rewrite share so many keys. Long articles share some by chance, so that what is asked for
# grows with the keys of the shorter one, but less than they do.
LEAST_PASSAGES, LEAST_RARE = 2, 2
RARE_SHARE, RARE_POWER = 0.2, 0.75
_MET = {
    "copy": "SELECT DISTINCT one, other, 3 AS view_ FROM linked",
    "passage": f"""
        SELECT one, other, 2 AS view_ FROM passages_shared
        GROUP BY one, other HAVING sum(shared) >= {LEAST_PASSAGES}
    """,
    "rewrite": f"""
        SELECT shared.one, shared.other, 1 AS view_
        FROM (
            SELECT one, other, sum(shared) AS keys FROM rare_shared
            GROUP BY one, other HAVING sum(shared) >= {LEAST_RARE}
        ) AS shared
        JOIN rare_keys AS a ON shared.one = a.row JOIN rare_keys AS b ON shared.other = b.row
        WHERE shared.keys >= {RARE_SHARE} * power(least(a.keys, b.keys), {RARE_POWER})
    """,
}

# Articles that met in any view, and in which, by commas.
MET = """
SELECT one, other,
       concat_ws(',', CASE WHEN max(view_) = 3 THEN 'copy' END,
                 CASE WHEN max(CASE WHEN view_ = 2 THEN 1 END) = 1 THEN 'passage' END,
                 CASE WHEN min(view_) = 1 THEN 'rewrite' END) AS views
FROM met_in_view GROUP BY one, other
"""


def key_ranges(bands: int) -> list[str]:
    """Conditions on ``key`` that cut so many bands into parts of bounded size, one after the other.

    Articles that agree on a band stand in one part.
    """
    bits = (max(0, bands - 1) // _BANDS_A_PART).bit_length()
    bounds = [(number << (64 - bits)) - 2**63 for number in range(1, 2**bits)]
    over = ["TRUE", *(f"{{key}} >= {bound}" for bound in bounds)]
    under = [*(f"{{key}} < {bound}" for bound in bounds), "TRUE"]
    return [f"({low} AND {high})" for low, high in zip(over, under, strict=True)]


def buckets(table: str, ranges: Sequence[str]) -> list[str]:
    """Keys of a table that several articles have: a query for each range of keys."""
    return [_BUCKETS.format(table=table, keys=keys.format(key="met.key")) for keys in ranges]


def full_buckets(options: Options) -> str:
    """How many buckets are over the cap, and how many articles stand in them."""
    return _FULL_BUCKETS.format(cap=options.bucket_cap)


def linked(cap: int, ranges: Sequence[str], since: int = 0) -> list[str]:
    """Articles (one, other) that meet in a bucket, one before other: a query for each range of keys.

    ``since``: the least row of a new article; others, of an archive, are known to one another.
    """
    return [_members("bands", "buckets", keys) + _LINKED.format(cap=cap, since=since) for keys in ranges]


def shared(table: str, buckets: str, ranges: Sequence[str], since: int = 0) -> list[str]:
    """Articles (one, other) and how many keys they share, by range of keys; ``since``: as in ``linked``."""
    return [_members(table, buckets, keys) + _SHARED.format(cap=SHARED_CAP, since=since) for keys in ranges]


def series(since: int = 0) -> str:
    """The articles of series; ``since``: as in ``linked``."""
    return _SERIES.format(since=since)


def templates(ranges: Sequence[str]) -> list[str]:
    """Keys of passages that several articles of one source have: a query for each range of keys."""
    return [_TEMPLATES.format(keys=keys.format(key="met.key")) for keys in ranges]


def _members(table: str, buckets: str, keys: str) -> str:
    return _MEMBERS.format(
        table=table,
        buckets=buckets,
        keys=keys.format(key="met.key"),
        bucket_keys=keys.format(key="buckets.key"),
    )


def met_in_view(views: Sequence[str]) -> list[str]:
    """Articles (one, other) that met in each of these views: a query for each, as each holds a great many."""
    return [_MET[view] for view in views]
