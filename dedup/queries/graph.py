"""The pairs of a scan as a graph: articles in the order in which they are kept, what joins them, clusters."""

from __future__ import annotations


def nodes(verdicts: str) -> str:
    """The articles that stand in pairs, the one to be kept before all others first."""
    ends = " UNION ".join(
        f"SELECT {side} AS row FROM {table}"
        for table in ("aligned", f"({_KNOWN}) AS known")
        for side in ("left_row", "right_row")
    )
    return f"""
        SELECT ends.row
        FROM ({ends}) AS ends
        JOIN heads ON ends.row = heads.row
        JOIN names ON ends.row = names.row
        JOIN {verdicts} AS verdicts ON ends.row = verdicts.row
        ORDER BY CASE WHEN verdicts.spun THEN 1 ELSE 0 END, coalesce(heads.published, '~'),
                 heads.words DESC, names.article
    """


def edges(*pair_tables: str) -> str:
    """Verified pairs, and those known before, with their similarities, and which end holds the other:
    0 left, 1 right, -1 neither.
    """
    return f"SELECT * FROM ({found(*pair_tables)} UNION ALL {_KNOWN}) AS every_pair ORDER BY 1, 2"


def found(*pair_tables: str) -> str:
    """Verified pairs as in ``edges``, in no order."""
    holder = """CASE WHEN kind <> 'contains' THEN -1
                     WHEN left_containment < right_containment THEN 0 ELSE 1 END AS holder"""
    return " UNION ALL ".join(
        f"SELECT left_row, right_row, similarity, {holder} FROM {table}" for table in pair_tables
    )


_KNOWN = "SELECT left_row, right_row, similarity, holder FROM known_pairs WHERE holder >= -1"

# Exact copies join the cluster of their first, or make one with it.
_CLUSTERS = """
WITH every_copy AS (
    SELECT left_row, right_row FROM exact_aligned
    UNION ALL SELECT left_row, right_row FROM known_pairs WHERE holder = -2
), copied AS (
    SELECT left_row AS row, min_by(right_row, article) AS matched
    FROM every_copy JOIN names ON right_row = names.row GROUP BY left_row
), everyone AS (
    SELECT members.row, members.keeper, members.similarity,
           coalesce(copied.matched, members.matched) AS matched
    FROM members LEFT JOIN copied ON members.row = copied.row
    UNION ALL
    SELECT copied.row, copied.row AS keeper, 1.0 AS similarity, copied.matched
    FROM copied LEFT JOIN members ON copied.row = members.row WHERE members.row IS NULL
    UNION ALL
    SELECT every_copy.right_row AS row, coalesce(members.keeper, every_copy.left_row) AS keeper,
           coalesce(members.similarity, 1.0) AS similarity, every_copy.left_row AS matched
    FROM every_copy LEFT JOIN members ON every_copy.left_row = members.row
), sizes AS (
    SELECT everyone.keeper, names.article, count(*) AS size
    FROM everyone JOIN names ON everyone.keeper = names.row GROUP BY everyone.keeper, names.article
    HAVING max(everyone.row) >= {since}
), numbered AS (
    SELECT keeper, article, size, row_number() OVER (ORDER BY size DESC, article) AS cluster FROM sizes
)
SELECT numbered.cluster, names.article, numbered.size, numbered.article AS keeper,
       everyone.similarity AS similarity_to_keeper, matches.article AS matched
FROM everyone
JOIN numbered ON everyone.keeper = numbered.keeper
JOIN names ON everyone.row = names.row
LEFT JOIN names AS matches ON everyone.matched = matches.row
ORDER BY numbered.cluster, CASE WHEN everyone.row = everyone.keeper THEN 0 ELSE 1 END, names.article
"""


def clusters(since: int = 0) -> str:
    """The members of the clusters that hold a new article, whose row is ``since`` or more."""
    return _CLUSTERS.format(since=since)
