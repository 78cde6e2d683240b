"""Which articles go and for which one, as CTEs over the tables of RESULTS.

First the clusters decide, and what the archive has (``decided``). Then copies that are left over are parted:
articles that a pair of exact copies joins with their first are one *text*, and of two texts that are a pair
and both stay one goes (``apart``, ``late``).
"""

from __future__ import annotations

from collections.abc import Sequence

from dedup.options import KINDS

_PARTING = ("exact", "copy")  # kinds of which no pair stays whole: either text has all that the other has

LATE = "late"  # a table of ``pair`` and ``left_goes``: texts that go though no cluster says so


def decided(kinds: Sequence[str], drop_spun: bool) -> str:
    """``decided``: every article, what is kept in its place, and whether it goes by what clusters say.

    An archived article never goes; a new one that is a pair with it does. Nothing goes for what goes itself.
    """
    wanted = _listed(kinds)
    inside = f"kind <> 'contains' OR inside OR {str('partial' in kinds).lower()}"
    spun = str(drop_spun).lower()
    return f"""
        WITH firsts AS (
            SELECT article, coalesce(exact_of, article) AS first, coalesce(spun, false) AS spun,
                   coalesce(archived, false) AS archived
            FROM articles
        ),
        ends AS (
            SELECT pair, "left" AS one, "right" AS other, kind, similarity, left_containment AS contained,
                   left_containment > right_containment AS inside
            FROM pairs
            UNION ALL
            SELECT pair, "right", "left", kind, similarity, right_containment,
                   right_containment > left_containment
            FROM pairs
        ),
        past AS (
            SELECT mine.article, ends.other AS keeper, ends.kind, ends.similarity, ends.contained
            FROM (SELECT article, first AS one FROM firsts WHERE NOT archived
                  UNION SELECT article, article FROM firsts WHERE NOT archived) AS mine
            JOIN ends ON ends.one = mine.one
            JOIN firsts AS theirs ON ends.other = theirs.article AND theirs.archived
            WHERE kind IN ({wanted}) AND ({inside}) AND NOT ({spun} AND theirs.spun)
            QUALIFY row_number() OVER (
                PARTITION BY mine.article
                ORDER BY list_position([{_listed(KINDS)}], kind), similarity DESC, keeper
            ) = 1
        ),
        members AS (
            SELECT clusters.article, clusters.keeper,
                   ({spun} AND keepers.spun) OR past.keeper IS NOT NULL AS keeper_goes,
                   mine.first = keepers.first AS same,
                   CASE WHEN same THEN 'exact' ELSE ends.kind END AS kind,
                   CASE WHEN same THEN 1.0 ELSE ends.similarity END AS similarity,
                   CASE WHEN same THEN 1.0 ELSE ends.contained END AS contained, ends.inside
            FROM clusters
            JOIN firsts AS mine ON clusters.article = mine.article
            JOIN firsts AS keepers ON clusters.keeper = keepers.article
            LEFT JOIN past ON clusters.keeper = past.article
            LEFT JOIN ends ON ends.one = mine.first AND ends.other = keepers.first
            WHERE clusters.article <> clusters.keeper AND NOT mine.archived
        ),
        chosen AS (
            SELECT article, keeper, kind, similarity, contained, true AS is_copy FROM past
            UNION ALL
            SELECT article, keeper, kind, similarity, contained,
                   coalesce(kind IN ({wanted}) AND ({inside}) AND NOT keeper_goes, false)
            FROM members WHERE article NOT IN (SELECT article FROM past)
        ),
        decided AS (
            SELECT articles.article, articles.part_, articles.row_, articles.exact_of, articles.published,
                   articles.words, articles.spun_score, firsts.spun, firsts.archived, chosen.keeper,
                   chosen.kind, chosen.similarity, chosen.contained,
                   coalesce(chosen.is_copy, false) AS is_copy,
                   coalesce(chosen.is_copy, false) OR ({spun} AND firsts.spun AND NOT firsts.archived) AS goes
            FROM articles
            JOIN firsts ON articles.article = firsts.article
            LEFT JOIN chosen ON articles.article = chosen.article
        )
    """


def apart(kinds: Sequence[str], drop_spun: bool) -> str:
    """Pairs of texts that both stay: ``later`` and ``earlier``, numbers of the two by rank, ``pair`` and
    ``left_goes``, whether the later one is the left; by their ranks.
    """
    parting = _listed([kind for kind in _PARTING if kind in kinds])
    return f"""{decided(kinds, drop_spun)}, {_texts(kinds, drop_spun)}
        SELECT greatest(lefts.rank, rights.rank) AS later, least(lefts.rank, rights.rank) AS earlier,
               pairs.pair, lefts.rank > rights.rank AS left_goes
        FROM pairs
        JOIN roots AS left_roots ON pairs."left" = left_roots.article
        JOIN roots AS right_roots ON pairs."right" = right_roots.article
        JOIN texts AS lefts ON left_roots.root = lefts.root
        JOIN texts AS rights ON right_roots.root = rights.root
        WHERE pairs.kind IN ({parting}) AND lefts.root <> rights.root
              AND NOT (lefts.archived AND rights.archived)
        ORDER BY later, earlier, pair
    """


def fates(kinds: Sequence[str], drop_spun: bool) -> str:
    """``fates``: as ``decided``, with the copies that were left over; asks for the table ``late``."""
    twins = str("exact" in kinds).lower()
    return f"""{decided(kinds, drop_spun)}, {_texts(kinds, drop_spun)},
        lost AS (
            SELECT losers.root, texts.kept AS keeper, ends.kind, ends.similarity, ends.contained
            FROM {LATE} AS late
            JOIN pairs ON late.pair = pairs.pair
            JOIN ends ON late.pair = ends.pair
                 AND ends.one = CASE WHEN late.left_goes THEN pairs."left" ELSE pairs."right" END
            JOIN roots AS losers ON ends.one = losers.article
            JOIN roots AS winners ON ends.other = winners.article
            JOIN texts ON winners.root = texts.root
        ),
        parted AS (
            SELECT staying.article, lost.keeper, lost.kind, lost.similarity, lost.contained
            FROM staying JOIN lost ON staying.root = lost.root
            UNION ALL
            SELECT staying.article, texts.kept, 'exact', 1.0, 1.0
            FROM staying JOIN texts ON staying.root = texts.root
            WHERE {twins} AND staying.article <> texts.kept AND NOT staying.archived
                  AND staying.root NOT IN (SELECT root FROM lost)
        ),
        fates AS (
            SELECT decided.* REPLACE (
                       coalesce(parted.keeper, decided.keeper) AS keeper,
                       coalesce(parted.kind, decided.kind) AS kind,
                       CASE WHEN parted.kind IS NULL THEN decided.similarity ELSE parted.similarity END
                           AS similarity,
                       CASE WHEN parted.kind IS NULL THEN decided.contained ELSE parted.contained END
                           AS contained,
                       decided.is_copy OR parted.kind IS NOT NULL AS is_copy,
                       decided.goes OR parted.kind IS NOT NULL AS goes
                   )
            FROM decided LEFT JOIN parted ON decided.article = parted.article
        )
    """


def _texts(kinds: Sequence[str], drop_spun: bool) -> str:
    """``roots``: what text an article of a pair is; ``texts``: those that stay, and which article is kept.

    They rank as keepers do, but first archived ones, which never go, and those for which others went.
    """
    return f"""
        roots AS (
            SELECT articles.article,
                   CASE WHEN ends.one IS NULL THEN articles.article ELSE articles.exact_of END AS root
            FROM articles
            LEFT JOIN ends ON ends.one = articles.article AND ends.other = articles.exact_of
                 AND ends.kind = 'exact'
            WHERE articles.article IN (SELECT one FROM ends WHERE kind IN ({_listed(_PARTING)}))
        ),
        staying AS (
            SELECT decided.article, roots.root, decided.archived,
                   row_number() OVER (
                       ORDER BY decided.archived DESC, needed.keeper IS NULL, decided.spun,
                                coalesce(decided.published, '~'), decided.words DESC, decided.article
                   ) AS rank
            FROM decided
            JOIN roots ON decided.article = roots.article
            LEFT JOIN (SELECT DISTINCT keeper FROM decided WHERE is_copy) AS needed
                 ON decided.article = needed.keeper
            WHERE NOT (decided.goes OR ({str(drop_spun).lower()} AND decided.spun))
        ),
        texts AS (
            SELECT root, min(rank) AS rank, arg_min(article, rank) AS kept, bool_or(archived) AS archived
            FROM staying GROUP BY root
        )
    """


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names) or "NULL"
