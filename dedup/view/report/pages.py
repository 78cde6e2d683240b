"""What pages hold: pairs, clusters and spun articles, so many a page, in order and one batch in memory."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

from dedup.results.opened import Results, Row
from dedup.results.selection import query
from dedup.view.parts import distinct_evidence
from dedup.view.report.fetched import Compared

_T = TypeVar("_T")

_LONGEST_PAGE = 1_000_000  # characters
_PAIRS, _CLUSTERS, _SPUN = 250, 300, 200  # of a page, at most
_MEMBERS = 50  # of a cluster that are listed
FIRST = 100  # pairs that are worth a look before others
_BATCH = 4096

_CLUSTER_ROWS = """
    SELECT clusters.cluster, size, clusters.article AS name, keeper, similarity_to_keeper AS similarity,
           title, source, published, spun, coalesce(by_left.pair, by_right.pair) AS pair
    FROM clusters
    JOIN articles ON articles.article = clusters.article
    LEFT JOIN pairs AS by_left ON by_left."left" = keeper AND by_left."right" = clusters.article
    LEFT JOIN pairs AS by_right ON by_right."right" = keeper AND by_right."left" = clusters.article
    ORDER BY clusters.cluster, clusters.article <> keeper, clusters.article
"""
_FIRST_PAIRS = """
    SELECT pair, kind, similarity, "left", "right" FROM pairs
    ORDER BY spun_side IS NULL, kind = 'exact', similarity DESC, pair LIMIT {most}
"""
_SPUN_PAIRS = """
    SELECT CASE spun_side WHEN 'left' THEN "left" ELSE "right" END AS article, min(pair) AS pair
    FROM pairs WHERE spun_side IS NOT NULL GROUP BY article
"""


class About(NamedTuple):
    """What a table says of an article."""

    name: str
    title: str | None
    source: str | None
    published: str | None
    spun: bool


class Listed(NamedTuple):
    """A row of the table of pairs."""

    row: Row
    left: Any  # About, or anything that has what it has
    right: Any


class Member(NamedTuple):
    """An article of a cluster; ``pair``: the number of its pair with the keeper, None if there is none."""

    name: str
    title: str | None
    source: str | None
    published: str | None
    spun: bool
    similarity: float
    pair: int | None


class Cluster(NamedTuple):
    """A row of the table of clusters. ``others``: the first of them."""

    number: int
    size: int
    least: float
    keeper: Member
    others: list[Member]


class Phrase(NamedTuple):
    """A spun phrase, how often it stands in the article, and what a writer would have written."""

    phrase: str
    natural: str
    times: int


class SpunArticle(NamedTuple):
    """A row of the table of spun articles; ``pair``: one of which it is the spun side, None if none."""

    name: str
    title: str | None
    source: str | None
    published: str | None
    spun: bool
    score: float
    phrases: list[Phrase]
    pair: int | None


def pair_pages(compared: Iterable[Compared]) -> Iterator[list[Compared]]:
    """Comparisons in lists that fit a page."""
    page: list[Compared] = []
    size = 0
    for one in compared:
        if page and (len(page) == _PAIRS or size + one.size > _LONGEST_PAGE):
            yield page
            page, size = [], 0
        page.append(one)
        size += one.size
    if page:
        yield page


def list_compared(page: Iterable[Compared]) -> list[Listed]:
    """The table of the pairs that a page compares."""
    return [Listed(one.row, *one.sides) for one in page]


def first_pairs(results: Results) -> list[Listed]:
    """Pairs with a spun side, then those that are most alike without being the same."""
    rows = list(query(results, _FIRST_PAIRS.format(most=FIRST)))
    known = _about(results, (row[side] for row in rows for side in ("left", "right")))
    return [Listed(row, known[row["left"]], known[row["right"]]) for row in rows]


def cluster_pages(results: Results) -> Iterator[list[Cluster]]:
    """All clusters, the largest first."""
    groups = itertools.groupby(query(results, _CLUSTER_ROWS), key=lambda row: row["cluster"])
    return _pages((_cluster(number, rows) for number, rows in groups), _CLUSTERS)


def _cluster(number: int, rows: Iterator[Row]) -> Cluster:
    least, size = 1.0, 0
    members: list[Member] = []
    for row in rows:
        least, size = min(least, row["similarity"]), row["size"]
        if len(members) <= _MEMBERS:
            members.append(Member(*(row[field] for field in Member._fields)))
    return Cluster(number, size, least, members[0], members[1:])


def spun_pages(results: Results) -> Iterator[list[SpunArticle]]:
    """All articles that are flagged as spun, the plainest first."""
    return _pages(_spun(results), _SPUN)


def _spun(results: Results) -> Iterator[SpunArticle]:
    pairs = {row["article"]: row["pair"] for row in query(results, _SPUN_PAIRS)}
    for batch in _pages(results.flagged(), _BATCH):
        names = [row["article"] for row in batch]
        known, evidence = _about(results, names), results.evidence_of(names)
        for row in batch:
            name = row["article"]
            yield SpunArticle(
                *known[name], row["spun_score"] or 0.0, _phrases(evidence[name]), pairs.get(name)
            )


def _phrases(evidence: Iterable[Row]) -> list[Phrase]:
    said = [(" ".join(row["phrase"].split()), row["natural"] or "") for row in distinct_evidence(evidence)]
    times = Counter((phrase.casefold(), natural.casefold()) for phrase, natural in said)
    first = {(phrase.casefold(), natural.casefold()): (phrase, natural) for phrase, natural in reversed(said)}
    return [Phrase(*first[key], times[key]) for key in dict.fromkeys(times)]


def _about(results: Results, names: Iterable[str]) -> dict[str, About]:
    rows = results.articles(names, ["title", "source", "published", "spun"])
    return {
        name: About(name, row["title"], row["source"], row["published"], bool(row["spun"]))
        for name, row in rows.items()
    }


def _pages(rows: Iterable[_T], most: int) -> Iterator[list[_T]]:
    rows = iter(rows)
    while page := list(itertools.islice(rows, most)):
        yield page
