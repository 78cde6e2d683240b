"""The relational steps of archives, as SQL texts (see ``queries``)."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.queries.graph import found

# Names, ids and places of new articles that an archived one may have, too.
NEW_NAMES = "SELECT article FROM names WHERE row >= {since}"
NEW_DIGESTS = "SELECT digest FROM heads WHERE row >= {since} AND digest IS NOT NULL"
COPIES = "SELECT row, first FROM exact ORDER BY row"


def archived(views: Sequence[str], since: int) -> str:
    """What an archive keeps of each article from a row on, in order."""
    joins, columns = [], []
    for view, keys in (
        ("passage", "SELECT row, count(*) AS keys FROM passages GROUP BY row"),
        ("rewrite", "SELECT row, keys FROM rare_keys"),
    ):
        if view in views:
            joins.append(f"LEFT JOIN ({keys}) AS {view}_ ON heads.row = {view}_.row")
        columns.append(f"coalesce({view}_.keys, 0)" if view in views else "CAST(0 AS bigint)")
    if "passage" in views:
        joins.append("LEFT JOIN series ON heads.row = series.row")
    in_series = "series.row IS NOT NULL" if "passage" in views else "FALSE"
    return f"""
        SELECT heads.row, names.article AS id, heads.path, heads.record, heads.source, heads.url, heads.title,
               heads.published, heads.credit, heads.day, heads.words, heads.length, heads.body, heads.digest,
               verdicts.spun_score, verdicts.spun, heads.warnings,
               {columns[0]} AS passage_keys, {columns[1]} AS rare_keys, {in_series} AS in_series
        FROM heads JOIN names ON heads.row = names.row JOIN verdicts ON heads.row = verdicts.row
        {" ".join(joins)}
        WHERE heads.row >= {since} ORDER BY heads.row
    """


def archived_pairs(first: int) -> str:
    """The pairs that a scan verified, numbered from ``first`` on."""
    return f"""
        SELECT {first} - 1 + row_number() OVER (ORDER BY left_row, right_row) AS number,
               left_row, right_row, similarity, CAST(holder AS bigint) AS holder
        FROM ({found("aligned", "keeper_aligned")}) AS every_pair ORDER BY 1
    """


def archived_ends(table: str, least: int, since: int) -> str:
    """The archived articles that share so many keys or more with a new one."""
    return f"""
        SELECT DISTINCT one AS row FROM (
            SELECT one, other FROM {table} WHERE one < {since}
            GROUP BY one, other HAVING sum(shared) >= {least}
        ) AS met ORDER BY 1
    """


def met_in_archive(met: str, since: int) -> str:
    """The archived articles that new ones met; ``met``: the query of all that met."""
    return f"SELECT DISTINCT one AS row FROM ({met}) AS met WHERE one < {since} ORDER BY 1"


def aligned_in_archive(since: int) -> str:
    """The archived articles of verified pairs, and those whose copies new ones are."""
    return f"""
        SELECT left_row AS row FROM aligned WHERE left_row < {since}
        UNION SELECT right_row AS row FROM aligned WHERE right_row < {since}
        UNION SELECT first AS row FROM exact WHERE first < {since} AND row >= {since}
        ORDER BY 1
    """
