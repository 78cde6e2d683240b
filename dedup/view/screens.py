"""What of each table stands on the screen, under which titles."""

from __future__ import annotations

from typing import NamedTuple

from dedup.schema import ARTICLES, CLUSTERS, FURNITURE, PAIRS, SKIPPED, SOURCES, SPUN


class Column(NamedTuple):
    """A column on the screen. Shape: ``>`` right aligned, ``|`` never cut, ``~`` folded; else a name."""

    name: str
    title: str
    shape: str = ""
    only_wide: bool = False


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
            Column("left_containment", "left in right", ">", True),
            Column("right_containment", "right in left", ">", True),
            Column("longest_run", "longest run", ">", True),
            Column("swapped_words", "swaps", ">", True),
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
            Column("matched", "most similar to", "", True),
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
            Column("signal", "signal", "|", True),
            Column("partner", "partner", "", True),
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
            Column("dated", "by date", ">", True),
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
            Column("title", "title", "", True),
            Column("exact_of", "exact copy of", "", True),
        ),
    ),
}
