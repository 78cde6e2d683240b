"""The pairs of a scan as a graph: articles in the order in which they are kept, and what joins them."""

from __future__ import annotations


def nodes(verdicts: str) -> str:
    """The articles that stand in pairs, the one to be kept before all others first."""
    return f"""
        WITH ends AS (
            SELECT left_row AS row FROM aligned UNION SELECT right_row AS row FROM aligned
        )
        SELECT ends.row
        FROM ends
        JOIN heads ON ends.row = heads.row
        JOIN names ON ends.row = names.row
        JOIN {verdicts} AS verdicts ON ends.row = verdicts.row
        ORDER BY CASE WHEN verdicts.spun THEN 1 ELSE 0 END, coalesce(heads.published, '~'),
                 heads.words DESC, names.article
    """


def edges(*pair_tables: str) -> str:
    """Verified pairs with their similarities, and which end holds the other: 0 left, 1 right, -1 neither."""
    holder = """CASE WHEN kind <> 'contains' THEN -1
                     WHEN left_containment < right_containment THEN 0 ELSE 1 END AS holder"""
    every = " UNION ALL ".join(
        f"SELECT left_row, right_row, similarity, {holder} FROM {table}" for table in pair_tables
    )
    return f"SELECT * FROM ({every}) AS every_pair ORDER BY 1, 2"
