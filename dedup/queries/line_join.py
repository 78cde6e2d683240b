"""The line join: the query that finds lines which recur on different articles (see ``furniture.recurring``).

``met`` counts the articles that carry a line; ``usual`` is that count for the line in the middle of
an article's bytes, lines that are met most often first, where lines that one article alone has
count 1. An article then adds 1 / ``usual`` to the different articles of each of its lines.
"""

from __future__ import annotations

from dedup.furniture.recurring import LEAST_SELDOM, UNIT

RECURRING = f"""
WITH carried AS (
    SELECT row, key, max(size) AS size, max(total) AS total FROM lines GROUP BY row, key
), counted AS (
    SELECT key, count(*) AS met FROM carried GROUP BY key HAVING count(*) >= {LEAST_SELDOM}
), above AS (
    SELECT carried.row, carried.total, counted.met,
           sum(carried.size) OVER (PARTITION BY carried.row ORDER BY counted.met DESC) AS size
    FROM carried JOIN counted ON carried.key = counted.key
), typical AS (
    SELECT row, max(CASE WHEN 2 * size > total THEN met ELSE 1 END) AS usual FROM above GROUP BY row
)
SELECT carried.key, CAST(sum(floor({UNIT} / typical.usual)) AS bigint) AS units
FROM carried
JOIN counted ON carried.key = counted.key
JOIN typical ON carried.row = typical.row
GROUP BY carried.key
HAVING sum(floor({UNIT} / typical.usual)) >= {LEAST_SELDOM * UNIT}
"""
