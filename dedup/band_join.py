"""The band join: queries that find articles which agree on a band (see ``queries``).

A row a band is the longest table of a scan. So it is joined in ranges of the key, one after the
other, whose number follows from the number of bands alone: memory doesn't grow with the articles.
"""

from __future__ import annotations

from collections.abc import Sequence

from dedup.options import Options

_BANDS_A_PART = 2**22 + 2**21  # what a query can group in the memory of a small scan

# Bands that several articles agree on, exact copies left out.
_BUCKETS = """
SELECT bands.key, count(*) AS articles, min(bands.row) AS first
FROM bands LEFT JOIN exact ON bands.row = exact.row
WHERE exact.row IS NULL AND {keys}
GROUP BY bands.key HAVING count(*) > 1
"""

_FULL_BUCKETS = """
SELECT count(*) AS capped_buckets, coalesce(sum(articles), 0) AS capped_articles
FROM buckets WHERE articles > {cap}
"""

# Articles in one bucket of any band. A bucket of more than ``bucket_cap`` articles is linked
# as a star around its first: linear, not quadratic.
_LINKED = """
WITH members AS (
    SELECT bands.row, buckets.key, buckets.articles, buckets.first
    FROM bands JOIN buckets ON bands.key = buckets.key LEFT JOIN exact ON bands.row = exact.row
    WHERE exact.row IS NULL AND {keys} AND {bucket_keys}
)
SELECT a.row AS one, b.row AS other
FROM members AS a JOIN members AS b ON a.key = b.key
WHERE a.row < b.row AND a.articles <= {cap} AND b.articles <= {cap}
UNION
SELECT first AS one, row AS other FROM members WHERE articles > {cap} AND row <> first
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


def buckets(ranges: Sequence[str]) -> list[str]:
    """Bands that several articles agree on: a query for each range of keys."""
    return [_BUCKETS.format(keys=keys.format(key="bands.key")) for keys in ranges]


def full_buckets(options: Options) -> str:
    """How many buckets are over the cap, and how many articles stand in them."""
    return _FULL_BUCKETS.format(cap=options.bucket_cap)


def linked(cap: int, ranges: Sequence[str]) -> list[str]:
    """Articles (one, other) that meet in a bucket, one before other: a query for each range of keys."""
    return [
        _LINKED.format(cap=cap, keys=keys.format(key="bands.key"), bucket_keys=keys.format(key="buckets.key"))
        for keys in ranges
    ]
