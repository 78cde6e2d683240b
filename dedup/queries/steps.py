"""The relational steps, each one SQL text that DuckDB and Spark both run.

A query reads tables by the names of ``schema`` and gives the columns of the table it
fills. Only SQL that both engines know with one meaning is used: joins, grouping,
``min_by``, window functions, string concatenation; strings compare by bytes of UTF-8,
which is the order of code points.
"""

from __future__ import annotations

from dedup.options import Options
from dedup.queries.band_join import MET

# Own ids first; a later record with the same id, and one without, is named by its place.
NAMES = """
WITH repeated AS (
    SELECT id, min(row) AS first FROM heads WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1
)
SELECT heads.row,
       CASE WHEN heads.id IS NOT NULL AND coalesce(repeated.first, heads.row) = heads.row THEN heads.id
            WHEN heads.record IS NULL THEN heads.path
            ELSE concat(heads.path, '#', CAST(heads.record AS string)) END AS article
FROM heads LEFT JOIN repeated ON heads.id = repeated.id
"""

# An id may read like another record's place. Then the later of the two is numbered.
CLASHING_NAMES = "SELECT article FROM names GROUP BY article HAVING count(*) > 1"
RENAMED = """
WITH clashing AS (SELECT article, min(row) AS first FROM names GROUP BY article HAVING count(*) > 1)
SELECT names.row,
       CASE WHEN clashing.first IS NULL OR clashing.first = names.row THEN names.article
            ELSE concat(names.article, '#', CAST(names.row AS string)) END AS article
FROM names LEFT JOIN clashing ON names.article = clashing.article
"""

# Earlier first: by date of publication, unknown dates last, then by name. One string, so
# that it can be compared and minimised. '~' sorts after every digit.
_SENIORITY = "concat(coalesce({heads}.published, '~'), ' ', {names}.article)"

EXACT = f"""
WITH repeated AS (
    SELECT digest FROM heads WHERE digest IS NOT NULL GROUP BY digest HAVING count(*) > 1
), firsts AS (
    SELECT heads.digest, min_by(heads.row, {_SENIORITY.format(heads="heads", names="names")}) AS first
    FROM heads
    JOIN repeated ON heads.digest = repeated.digest
    JOIN names ON heads.row = names.row
    GROUP BY heads.digest
)
SELECT heads.row, firsts.first
FROM heads JOIN firsts ON heads.digest = firsts.digest
WHERE heads.row <> firsts.first
"""

# Puts the earlier article of each pair (one, other) on the left.
_ORIENTED = f"""
WITH met AS ({{met}}), placed AS (
    SELECT met.one, met.other, met.views, ah.body AS one_body, bh.body AS other_body,
           CASE WHEN {{series}} AND coalesce(ah.source, '') = coalesce(bh.source, '') THEN 2
                WHEN ah.source = bh.source THEN 1 ELSE 0 END AS kinship,
           abs(ah.day - bh.day) AS days,
           {_SENIORITY.format(heads="ah", names="an")}
               <= {_SENIORITY.format(heads="bh", names="bn")} AS in_order
    FROM met
    JOIN heads AS ah ON met.one = ah.row JOIN names AS an ON met.one = an.row
    JOIN heads AS bh ON met.other = bh.row JOIN names AS bn ON met.other = bn.row
    {{joined}} WHERE {{condition}}
)
SELECT CASE WHEN in_order THEN one ELSE other END AS left_row,
       CASE WHEN in_order THEN other ELSE one END AS right_row,
       views,
       CASE WHEN in_order THEN one_body ELSE other_body END AS left_body,
       CASE WHEN in_order THEN other_body ELSE one_body END AS right_body,
       kinship, days
FROM placed ORDER BY 1, 2
"""

# Leaves out pairs that were judged to be none.
_NOT_IGNORED = "NOT EXISTS (SELECT 1 FROM ignored WHERE ignored.one = {one} AND ignored.other = {other})"

_OTHER_SOURCE = "ah.source IS NULL OR bh.source IS NULL OR ah.source <> bh.source"


def candidates(options: Options) -> str:
    """Candidate pairs of the band join, the earlier article on the left, sorted."""
    return _oriented(MET, options)


def keeper_candidates(options: Options, since: int = 0) -> str:
    """Pairs of a keeper and a member that no alignment has joined yet; one has row ``since`` or a later."""
    unchecked = f"SELECT one, other, 'keeper' AS views FROM unchecked WHERE greatest(one, other) >= {since}"
    return _oriented(unchecked, options)


def _oriented(pairs: str, options: Options) -> str:
    condition = _condition(options, "met.one", "met.other")
    if "passage" not in options.views:
        return _ORIENTED.format(met=pairs, condition=condition, series="FALSE", joined="")
    joined = """
        LEFT JOIN series AS one_in ON met.one = one_in.row
        LEFT JOIN series AS other_in ON met.other = other_in.row
    """
    series = "(one_in.row IS NOT NULL OR other_in.row IS NOT NULL)"
    return _ORIENTED.format(met=pairs, condition=condition, series=series, joined=joined)


def _condition(options: Options, one: str, other: str) -> str:
    """Which pairs may be reported, of heads ``ah`` and ``bh`` and rows by these names."""
    condition = f"({_OTHER_SOURCE})" if options.cross_source else "TRUE"
    if options.ignore is not None:
        condition += " AND " + _NOT_IGNORED.format(one=one, other=other)
    return condition


def suspects(since: int) -> str:
    """Articles from row ``since`` on that something speaks against, each as a pair with itself."""
    return f"""
        SELECT row AS left_row, row AS right_row, '' AS views, body AS left_body, body AS right_body,
               0 AS kinship, CAST(NULL AS BIGINT) AS days
        FROM heads WHERE spun_score > 0 AND row >= {since} ORDER BY row
    """


# Both ends of each exact pair, with what its row needs.
def exact_ends(options: Options, since: int = 0) -> str:
    """Pairs of an article and the first with the same words, of which one has the row ``since`` or more."""
    condition = _condition(options, "exact.first", "exact.row")
    condition += f" AND (exact.first >= {since} OR exact.row >= {since})"
    return f"""
        SELECT exact.first AS left_row, exact.row AS right_row, ah.words,
               ah.length AS left_length, bh.length AS right_length
        FROM exact JOIN heads AS ah ON exact.first = ah.row JOIN heads AS bh ON exact.row = bh.row
        WHERE {condition}
    """


# Of a source that has so many spun articles, and so great a share, an article that is more likely spun than
# not is spun: among 110,000 clean articles, of which none is accused, one in 7,000 is.
_FEWEST_SPUN, _SHARE_SPUN, LIKELY = 3, 0.25, 0.5


def verdicts(*pair_tables: str) -> str:
    """Each article's spun score and verdict, from its text, its partners in these tables, and its source."""
    convicted = " UNION ALL ".join(
        f"""
        SELECT CASE WHEN spun_side = 'left' THEN left_row ELSE right_row END AS row, spun_score
        FROM {table} WHERE spun_side IS NOT NULL
        """
        for table in pair_tables
    )
    return f"""
        WITH convicted AS (
            SELECT row, max(spun_score) AS spun_score FROM ({convicted}) AS every_pair GROUP BY row
        ), everyone AS (
            SELECT row, spun_score FROM convicted
            UNION ALL
            SELECT exact.row, convicted.spun_score
            FROM exact JOIN convicted ON exact.first = convicted.row
        ), judged AS (
            SELECT heads.row, heads.source,
                   greatest(heads.spun_score, coalesce(second.spun_score, 0),
                            coalesce(everyone.spun_score, 0)) AS spun_score,
                   heads.spun OR coalesce(second.spun, FALSE) OR everyone.row IS NOT NULL AS spun
            FROM heads
            LEFT JOIN second_verdicts AS second ON heads.row = second.row
            LEFT JOIN everyone ON heads.row = everyone.row
        ), spinning AS (
            SELECT source FROM judged WHERE source IS NOT NULL GROUP BY source
            HAVING count(CASE WHEN spun THEN 1 END) >= {_FEWEST_SPUN}
               AND count(CASE WHEN spun THEN 1 END) >= {_SHARE_SPUN} * count(*)
        )
        SELECT judged.row, judged.spun_score,
               judged.spun OR (spinning.source IS NOT NULL AND judged.spun_score >= {LIKELY}) AS spun
        FROM judged LEFT JOIN spinning ON judged.source = spinning.source
    """


_COUNTS = """
SELECT (SELECT count(*) FROM heads WHERE row >= {since}) + (SELECT count(*) FROM skipped_rows)
           + (SELECT count(*) FROM unread) AS records,
       (SELECT count(*) FROM skipped_rows) + (SELECT count(*) FROM unread) AS skipped,
       (SELECT count(*) FROM candidates) + (SELECT count(*) FROM keeper_candidates) AS candidates,
       (SELECT count(*) FROM verdicts WHERE spun AND row >= {since}) AS spun
"""


def counts(since: int = 0) -> str:
    """What is counted in a scan; ``since``: the least row of a new article."""
    return _COUNTS.format(since=since)


NEW = "SELECT count(*) AS articles FROM heads WHERE row >= {since}"

KINDS = """
WITH every_kind AS (
    SELECT kind FROM exact_aligned UNION ALL SELECT kind FROM aligned
    UNION ALL SELECT kind FROM keeper_aligned
)
SELECT kind, count(*) AS pairs FROM every_kind GROUP BY kind
"""

# ------------------------------------------------------------------ result tables

_ARTICLES = """
SELECT heads.row, names.article, heads.path, heads.record, heads.source, heads.url, heads.title,
       heads.published, heads.credit, heads.words, heads.length, heads.body, firsts.article AS exact_of,
       verdicts.spun_score, verdicts.spun, heads.warnings, heads.row < {since} AS archived
FROM heads
JOIN names ON heads.row = names.row
JOIN verdicts ON heads.row = verdicts.row
LEFT JOIN exact ON heads.row = exact.row
LEFT JOIN names AS firsts ON exact.first = firsts.row
WHERE {condition} ORDER BY heads.row
"""

_PAIR_TABLES = ("exact_aligned", "aligned", "keeper_aligned")
_EVERY_END = " UNION ALL ".join(f"SELECT left_row, right_row FROM {table}" for table in _PAIR_TABLES)
_EVERY_PAIR = " UNION ALL ".join(f"SELECT * FROM {table}" for table in _PAIR_TABLES)

_IN_PAIRS = " UNION ALL ".join(
    f"SELECT {side} FROM ({_EVERY_END} UNION ALL SELECT left_row, right_row FROM known_pairs) AS met"
    for side in ("left_row", "right_row")
)


def articles(since: int = 0) -> str:
    """The new articles, whose rows are ``since`` or more, and others that are connected with them."""
    condition = f"(heads.row >= {since} OR heads.row IN ({_IN_PAIRS}))" if since else "TRUE"
    return _ARTICLES.format(since=since, condition=condition)


# Pairs, with the names by whose order they are numbered.
ENDS = f"""
SELECT met.left_row, met.right_row, an.article AS left_article, bn.article AS right_article
FROM ({_EVERY_END}) AS met
JOIN names AS an ON met.left_row = an.row JOIN names AS bn ON met.right_row = bn.row
"""

_PAIRS = f"""
SELECT numbered.pair, an.article AS left_article, bn.article AS right_article, met.kind, met.similarity,
       met.left_containment, met.right_containment, met.jaccard, met.longest_run,
       met.swapped_words, met.spun_side,
       CASE WHEN ah.source IS NOT NULL AND bh.source IS NOT NULL
            THEN ah.source = bh.source END AS same_source,
       met.views, met.probability, met.reason, met.passages, met.spans
FROM ({_EVERY_PAIR}) AS met
JOIN (SELECT * FROM numbered WHERE pair > {{after}} AND pair <= {{last}}) AS numbered
  ON met.left_row = numbered.left_row AND met.right_row = numbered.right_row
JOIN heads AS ah ON met.left_row = ah.row JOIN names AS an ON met.left_row = an.row
JOIN heads AS bh ON met.right_row = bh.row JOIN names AS bn ON met.right_row = bn.row
ORDER BY numbered.pair
"""

_PAIRS_AT_ONCE = 2**16  # alignments are long, and sorting has to hold them


def pairs(count: int, at_once: int | None = None) -> list[str]:
    """So many pairs in the order of their numbers: queries that follow one another, of so many pairs each."""
    step = at_once or _PAIRS_AT_ONCE
    return [_PAIRS.format(after=after, last=after + step) for after in range(0, max(1, count), step)]


SPUN = """
WITH found AS (
    SELECT * FROM evidence WHERE row NOT IN (SELECT row FROM second_verdicts)
    UNION ALL SELECT * FROM second_evidence
    UNION ALL SELECT * FROM pair_evidence UNION ALL SELECT * FROM keeper_evidence
)
SELECT names.article, found.start_, found.end_, found.phrase, found.natural_, found.signal, found.weight,
       partners.article AS partner
FROM found
JOIN verdicts ON found.row = verdicts.row
JOIN names ON found.row = names.row
LEFT JOIN names AS partners ON found.partner = partners.row
WHERE verdicts.spun
ORDER BY found.row, found.start_, found.end_, found.signal, partners.article NULLS LAST
"""

SKIPPED = """
WITH everything AS (
    SELECT path, record, stage, reason, message FROM skipped_rows UNION ALL SELECT * FROM unread
)
SELECT * FROM everything ORDER BY path, coalesce(record, 0), reason, message
"""

FURNITURE = """
SELECT heads.source, removed.text_, count(DISTINCT removed.row) AS articles
FROM removed JOIN heads ON removed.row = heads.row
GROUP BY heads.source, removed.text_
ORDER BY CASE WHEN heads.source IS NULL THEN 0 ELSE 1 END, heads.source, 3 DESC, removed.text_
"""

SKETCHES = """
SELECT names.article, 'copy' AS view_, signatures.signature
FROM signatures JOIN names ON signatures.row = names.row
ORDER BY signatures.row
"""
