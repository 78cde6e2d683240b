"""What of each table stands on the screen, under which titles."""

from __future__ import annotations

from typing import NamedTuple

from dedup.schema import ARTICLES, CLUSTERS, FURNITURE, PAIRS, SKIPPED, SOURCES, SPUN

LATER_BY = "later_by"  # how long after the left article of a pair the right one was published


class Column(NamedTuple):
    """A column on the screen.

    shape  ``>`` right aligned, ``|`` never cut, ``~`` folded; else a name
    least  columns that the screen must have for it
    """

    name: str
    title: str
    shape: str = ""
    least: int = 0


class Screen(NamedTuple):
    """How a table is shown: what one row is called, what is said of none, its columns, and its order."""

    one: str
    none: str
    columns: tuple[Column, ...]
    sort: str | None = None


SCREENS = {
    PAIRS.name: Screen(
        "pair",
        "No pair was found.",
        (
            Column("pair", "pair", ">"),
            Column("kind", "kind", "|"),
            Column("similarity", "similar", ">"),
            Column("left", "left (earlier)"),
            Column("right", "right (later)"),
            Column("left_source", "left source", "", 160),
            Column("right_source", "right source", "", 160),
            Column(LATER_BY, "later by", ">", 100),
            Column("left_containment", "left in right", ">", 120),
            Column("right_containment", "right in left", ">", 120),
            Column("longest_run", "longest run", ">", 200),
            Column("swapped_words", "swaps", ">", 200),
            Column("spun_side", "spun", "|"),
        ),
    ),
    CLUSTERS.name: Screen(
        "member",
        "No cluster was found.",
        (
            Column("cluster", "cluster", ">"),
            Column("size", "size", ">"),
            Column("similarity_to_keeper", "similar", ">"),
            Column("article", "article"),
            Column("keeper", "keeper"),
            Column("matched", "most similar to", "", 100),
        ),
    ),
    SPUN.name: Screen(
        "phrase",
        "No spun phrase was found.",
        (
            Column("weight", "weight", ">"),
            Column("phrase", "phrase", "~"),
            Column("natural", "for", "~"),
            Column("article", "article"),
            Column("signal", "signal", "|", 100),
            Column("partner", "partner", "", 100),
        ),
    ),
    SKIPPED.name: Screen(
        "skipped record",
        "Nothing was skipped.",
        (
            Column("path", "path"),
            Column("record", "record", ">"),
            Column("stage", "stage", "|"),
            Column("reason", "reason", "|"),
            Column("message", "message", "~"),
        ),
    ),
    SOURCES.name: Screen(
        "source",
        "No article was read.",
        (
            Column("source", "source"),
            Column("articles", "articles", ">"),
            Column("copies", "copies", ">"),
            Column("dated", "by date", ">", 100),
            Column("copied", "copied", ">"),
            Column("spun", "spun", ">"),
            Column("origin", "copies most from"),
            Column("from_origin", "of them", ">"),
        ),
    ),
    FURNITURE.name: Screen(
        "line",
        "No line was taken for furniture.",
        (
            Column("articles", "articles", ">"),
            Column("source", "source"),
            Column("text", "left out of bodies", "~"),
        ),
        "-articles",
    ),
    ARTICLES.name: Screen(
        "article",
        "No article was read.",
        (
            Column("article", "article"),
            Column("source", "source"),
            Column("published", "published", "|"),
            Column("words", "words", ">"),
            Column("spun", "spun", "|"),
            Column("title", "title", "", 100),
            Column("exact_of", "exact copy of", "", 100),
        ),
    ),
}
