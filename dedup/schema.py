"""Every table: its columns, their types, units and meaning.

RESULTS holds one directory of Parquet parts a *result table*; a run in progress keeps its
*work tables* in a folder of its own inside RESULTS. Types are names, so that this module
needs no library: ``int64``, ``float64``, ``bool``, ``string``, ``binary``, a list of these
(``list<int64>``), or a list of records (a tuple of columns).

Offsets are half-open, in Unicode code points of ``articles.text``. Scores are 0..1.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

ColumnType: TypeAlias = "str | tuple[Column, ...]"


class Column(NamedTuple):
    """One column. ``type`` is a type name, or the columns of the records of a list."""

    name: str
    type: ColumnType
    meaning: str


class Table(NamedTuple):
    """One table, in the order of its columns; ``order`` says how its rows stand."""

    name: str
    columns: tuple[Column, ...]
    order: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


RANGE = (
    Column("start", "int64", "first code point"),
    Column("end", "int64", "one past the last code point"),
)

SPAN = (
    Column("op", "string", "equal, replace, insert (right only) or delete (left only)"),
    Column("left_start", "int64", "first code point in the left text"),
    Column("left_end", "int64", "one past the last code point in the left text"),
    Column("right_start", "int64", "first code point in the right text"),
    Column("right_end", "int64", "one past the last code point in the right text"),
)

PASSAGE = (
    Column("what", "string", "copied, quoted, template (many articles of the source have it) or answer"),
    *SPAN[1:],
    Column("share", "float64", "words of it that match; of an answer: of its sentence, by rarity"),
)

# ------------------------------------------------------------------ result tables

_ORIGIN = (
    Column("path", "string", "file, relative to the scanned folder; undecodable bytes as \\xNN"),
    Column("record", "int64", "number of the record in its file, from 1; null: the whole file"),
)

_METADATA = (
    Column("source", "string", "who published it: the input's own source, or the host of url"),
    Column("url", "string", "address, as the input gives it"),
    Column("title", "string", "headline, as the input gives it"),
    Column("published", "string", "UTC, YYYY-MM-DDTHH:MM:SSZ; null: unknown"),
)

_CREDIT = Column(
    "credit", "string", "whom the text credits: an agency, or who published it first; null: nobody"
)

ARTICLES = Table(
    "articles",
    (
        Column("article", "string", "unique name: the record's own id, path, or path#record"),
        *_ORIGIN,
        *_METADATA,
        _CREDIT,
        Column("words", "int64", "number of words in the text, furniture and all"),
        Column("text", "string", "the text as read; null: scanned with --no-text"),
        Column("body", RANGE, "the article's own text without site furniture"),
        Column("exact_of", "string", "first article with the same words; null: none before it"),
        Column("spun_score", "float64", "evidence that a synonym spinner wrote it, 0..1"),
        Column("spun", "bool", "the evidence is enough to say so"),
        Column("warnings", "list<string>", "what was odd while reading it"),
        Column("archived", "bool", "it stands in the archive that was scanned against"),
    ),
    "input order: path bytes, then record",
)

PAIRS = Table(
    "pairs",
    (
        Column("pair", "int64", "number of the pair, from 1"),
        Column("left", "string", "the earlier article"),
        Column("right", "string", "the later article"),
        Column("kind", "string", "exact, copy, contains, partial or rewrite"),
        Column("similarity", "float64", "2 x matched words / (words left + words right)"),
        Column("left_containment", "float64", "matched words / words of the left body"),
        Column("right_containment", "float64", "matched words / words of the right body"),
        Column("jaccard", "float64", "shared word shingles / all word shingles of both"),
        Column("longest_run", "int64", "words of the longest equal stretch"),
        Column(
            "swapped_words",
            "int64",
            "replaced stretches that are spinner swaps; 0 where they are too few to tell",
        ),
        Column("spun_side", "string", "left or right: the side that was spun; null: neither"),
        Column("same_source", "bool", "both articles have the same source; null: unknown"),
        Column("views", "list<string>", "sketch views in which the two met"),
        Column("probability", "float64", "that one was made from the other, or both from a third"),
        Column("reason", "string", "why they are a pair, in a line"),
        Column("passages", PASSAGE, "copied passages, and sentences that answer one another"),
        Column("spans", SPAN, "the alignment, in order; covers both texts"),
    ),
    "left, then right, by code point; pair counts them",
)

CLUSTERS = Table(
    "clusters",
    (
        Column("cluster", "int64", "number of the cluster, from 1"),
        Column("article", "string", "a member"),
        Column("size", "int64", "number of members"),
        Column("keeper", "string", "the member to keep: unspun, earliest, longest"),
        Column("similarity_to_keeper", "float64", "of this member and the keeper; keeper: 1"),
        Column("matched", "string", "the other member it is most similar to, verified"),
    ),
    "cluster (largest first), keeper first, then article by code point",
)

SPUN = Table(
    "spun",
    (
        Column("article", "string", "the article that the evidence stands in"),
        Column("start", "int64", "first code point of the phrase"),
        Column("end", "int64", "one past its last code point"),
        Column("phrase", "string", "text[start:end]"),
        Column("natural", "string", "what a writer would have written"),
        Column(
            "signal",
            "string",
            "which signal found it",
        ),
        Column("weight", "float64", "how much it counts, in natural logarithms of odds"),
        Column("partner", "string", "the article that has the natural phrase; null: none needed"),
    ),
    "input order of the article, then start, end, signal, partner",
)

SKIPPED = Table(
    "skipped",
    (
        *_ORIGIN,
        Column("stage", "string", "which stage gave it up"),
        Column("reason", "string", "one word for counting: empty, encoding, truncated, ..."),
        Column("message", "string", "one line for the reader"),
    ),
    "input order: path bytes, then record",
)

FURNITURE = Table(
    "furniture",
    (
        Column("source", "string", "source whose articles carry it; null: files without one"),
        Column("text", "string", "the line or block that was left out of bodies"),
        Column("articles", "int64", "number of different articles that carry it"),
    ),
    "source, then articles (most first), then text",
)

SKETCHES = Table(
    "sketches",
    (
        Column("article", "string", "the article"),
        Column("view", "string", "which features were hashed: copy"),
        Column("signature", "binary", "MinHash values, uint32 little-endian, one a permutation"),
    ),
    "input order; only with --keep-sketches",
)

# Not kept, but told from articles and pairs (see ``queries.sources``).
SOURCES = Table(
    "sources",
    (
        Column("source", "string", "a source; null: the articles without one"),
        Column("articles", "int64", "its articles"),
        Column("copies", "int64", "of them, later ones of pairs with other sources' articles"),
        Column("dated", "int64", "of these copies, those with a date that is later than the other's"),
        Column("copied", "int64", "of them, earlier ones of such pairs"),
        Column("spun", "int64", "of them, spun ones"),
        Column(
            "origin", "string", "the source whose articles most of its copies come after; null: no copies"
        ),
        Column("from_origin", "int64", "how many of its articles come after one of those"),
    ),
    "copies (most first), then articles (most first), then source",
)

RESULT_TABLES = (ARTICLES, PAIRS, CLUSTERS, SPUN, SKIPPED, FURNITURE)
SHOWN_TABLES = (PAIRS, CLUSTERS, SPUN, SKIPPED, SOURCES, FURNITURE, ARTICLES)  # by ``dedup show``

# -------------------------------------------------------------------- work tables
# ``row`` numbers an article by its place in the input: file * 2**32 + record. It is the
# same at any number of jobs, and sorts in input order. Work tables come to be in this order.

_ROW = Column("row", "int64", "file * 2**32 + record: input order")
_ENDS = (
    Column("left_row", "int64", "row of the earlier article"),
    Column("right_row", "int64", "row of the later article"),
)
_VIEWS = Column("views", "string", "views in which the two met, by commas")

DOCS = Table(
    "docs",
    (
        _ROW,
        Column("id", "string", "the record's own id; null: none"),
        *_ORIGIN,
        *_METADATA,
        Column("text", "string", "the text; null: a skipped row"),
        Column("warnings", "list<string>", "what was odd"),
        Column("stage", "string", "skipped rows: which stage"),
        Column("reason", "string", "skipped rows: one word"),
        Column("message", "string", "skipped rows: one line"),
    ),
)
_OF_SKIPPED = ("stage", "reason", "message")

TEXTS = Table("texts", tuple(column for column in DOCS.columns if column.name not in _OF_SKIPPED))

EVERY_LINE = Table(
    "every_line",
    (
        _ROW,
        Column("key", "int64", "key of a line under its source"),
        Column("size", "int64", "bytes of the line"),
        Column("total", "int64", "bytes of all lines of the article"),
    ),
)
LINES = EVERY_LINE._replace(name="lines")  # of which another article may have the key

RECURRING = Table(
    "recurring",
    (
        Column("key", "int64", "key of a line under its source"),
        Column("units", "int64", "2**20 for each different article that carries it"),
    ),
)

SKIPPED_ROWS = Table("skipped_rows", (_ROW, *SKIPPED.columns))

UNREAD = SKIPPED._replace(name="unread")  # files that no reader was given

# As in SPUN, but with names that no SQL dialect reserves.
_EVIDENCE = tuple(
    column._replace(name=column.name + "_" if column.name in ("start", "end", "natural") else column.name)
    for column in SPUN.columns[1:-1]
)

HEADS = Table(
    "heads",
    (
        _ROW,
        Column("id", "string", "the record's own id; null: none"),
        *_ORIGIN,
        *_METADATA,
        _CREDIT,
        Column("day", "int64", "day of publication, counted from 1970 on; null: unknown"),
        Column("words", "int64", "number of words"),
        Column("length", "int64", "code points"),
        Column("body", "list<int64>", "start, end, start, end, ... of the body; null: the whole text"),
        Column("digest", "binary", "128-bit digest of the folded words; null: no words"),
        Column("spun_score", "float64", "0..1, from the text alone"),
        Column("spun", "bool", "whether that is enough"),
        Column("warnings", "list<string>", "what was odd"),
    ),
)

SHINGLES = Table(
    "shingles",
    (_ROW, Column("shingles", "binary", "32-bit hashes of the word shingles, each once; none: too short")),
)

SIGNED = Table("signed", (_ROW, Column("signature", "binary", "MinHash values, uint32")))
SIGNATURES = SIGNED._replace(name="signatures")

SKETCHED = Table(
    "sketched",
    (
        *HEADS.columns,
        SHINGLES.columns[1],
        Column("stems", "binary", "numbers of the stems of the words, uint32; none: not asked for"),
        Column("evidence", _EVIDENCE, "what speaks for a spinner, from the text alone"),
        Column("removed", "list<string>", "lines that are furniture"),
    ),
)

REMOVED = Table("removed", (_ROW, Column("text_", "string", "a line that is furniture")))

EVERY_BAND = Table("every_band", (_ROW, Column("key", "int64", "band key")))
BANDS = EVERY_BAND._replace(name="bands")  # of which another article may have the key

# Of the views passage and rewrite: keys of which two articles must share several.
EVERY_PASSAGE = EVERY_BAND._replace(name="every_passage")
PASSAGES = EVERY_BAND._replace(name="passages")
EVERY_RARE = EVERY_BAND._replace(name="every_rare")
RARE = EVERY_BAND._replace(name="rare")
STEMS = Table("stems", (_ROW, Column("stems", "binary", "numbers of the stems of the words, uint32")))
STEMS_PAIRED = Table("stems_paired", (_ROW, Column("keys", "list<int64>", "its keys of the rewrite view")))
RARE_KEYS = Table("rare_keys", (_ROW, Column("keys", "int64", "how many keys of the rewrite view it has")))
TEMPLATES = Table(
    "templates",
    (
        Column("key", "int64", "key of a passage that several articles of a source have"),
        Column("articles", "int64", "how many, of the source that has most"),
        Column("everywhere", "int64", "how many of all sources"),
        Column(
            "months", "int64", "from the first of them to the last; null: half of them or more are undated"
        ),
    ),
)
SERIES = Table("series", (Column("row", "int64", "an article that belongs to a series"),))

BUCKETS = Table(
    "buckets",
    (
        Column("key", "int64", "band key"),
        Column("articles", "int64", "how many articles have it, of identical ones the first only"),
        Column("first", "int64", "row of the first of them"),
    ),
)

LINKED = Table(
    "linked",
    (Column("one", "int64", "row of an article"), Column("other", "int64", "row of one that it met")),
)

PASSAGE_BUCKETS = BUCKETS._replace(name="passage_buckets")
RARE_BUCKETS = BUCKETS._replace(name="rare_buckets")
_SHARED = (*LINKED.columns, Column("shared", "int64", "how many keys the two share"))
PASSAGES_SHARED = Table("passages_shared", _SHARED)
RARE_SHARED = Table("rare_shared", _SHARED)

MET_IN_VIEW = Table(
    "met_in_view", (*LINKED.columns, Column("view_", "int64", "3: copy; 2: passage; 1: rewrite"))
)

EVIDENCE = Table("evidence", (_ROW, *_EVIDENCE, Column("partner", "int64", "row of the partner; null: none")))

NAMES = Table("names", (_ROW, Column("article", "string", "unique name")))

RULED_OUT = Table(
    "ruled_out",
    (Column("one", "string", "an article"), Column("other", "string", "one that it is no pair with")),
)
IGNORED = Table("ignored", LINKED.columns)  # the same by row, either way

EXACT = Table(
    "exact",
    (_ROW, Column("first", "int64", "row of the earliest article with the same words")),
)

EXACT_ENDS = Table(
    "exact_ends",
    (
        *_ENDS,
        Column("words", "int64", "words of either text"),
        Column("left_length", "int64", "code points of the left text"),
        Column("right_length", "int64", "code points of the right text"),
    ),
)

_BODIES = (
    Column("left_body", "list<int64>", "body of the left article, as in heads"),
    Column("right_body", "list<int64>", "body of the right article"),
)

CANDIDATES = Table(
    "candidates",
    (
        *_ENDS,
        _VIEWS,
        *_BODIES,
        Column(
            "kinship", "int64", "1: both are of one source; 2: of a series of one source, or of none; else 0"
        ),
        Column("days", "int64", "between the publication of the two; null: unknown"),
    ),
)

PAIR_TEXTS = Table(
    "pair_texts",
    (
        *CANDIDATES.columns,
        Column("left_text", "string", "text of the left article; may be dictionary-encoded"),
        Column("right_text", "string", "text of the right article; may be dictionary-encoded"),
    ),
)

_MEASURED = {
    "kind", "similarity", "left_containment", "right_containment", "jaccard", "longest_run",
    "swapped_words", "spun_side", "probability", "reason", "passages", "spans",
}  # fmt: skip

ALIGNED = Table(
    "aligned",
    (
        *_ENDS,
        _VIEWS,
        *(column for column in PAIRS.columns if column.name in _MEASURED),
        Column("spun_score", "float64", "0..1, of the spun side, from the swaps"),
        Column("left_evidence", _EVIDENCE, "swaps that speak against the left article"),
        Column("right_evidence", _EVIDENCE, "swaps that speak against the right article"),
    ),
)

EXACT_ALIGNED = ALIGNED._replace(name="exact_aligned")

PAIR_EVIDENCE = EVIDENCE._replace(name="pair_evidence")

NUMBERED = Table("numbered", (*_ENDS, Column("pair", "int64", "number of the pair, from 1")))

UNCHECKED = Table(
    "unchecked",
    (Column("one", "int64", "row of a keeper"), Column("other", "int64", "row of a member")),
)

VERDICTS = Table(
    "verdicts",
    (
        _ROW,
        Column("spun_score", "float64", "0..1, from the text and its partners"),
        Column("spun", "bool", "whether that is enough"),
    ),
)

EARLY_VERDICTS = VERDICTS._replace(name="early_verdicts")  # before keepers are aligned

# Articles that are looked at again by what the scrape says of words, each as a pair with itself: so that its
# text is attached as those of pairs are.
SUSPECTS = CANDIDATES._replace(name="suspects")
RECONSIDERED = Table(
    "reconsidered",
    (
        _ROW,
        *VERDICTS.columns[1:],
        Column("evidence", _EVIDENCE, "what speaks for a spinner, from the text and the scrape"),
    ),
)
SECOND_VERDICTS = VERDICTS._replace(name="second_verdicts")
SECOND_EVIDENCE = EVIDENCE._replace(name="second_evidence")

KEEPER_CANDIDATES = CANDIDATES._replace(name="keeper_candidates")
KEEPER_ALIGNED = ALIGNED._replace(name="keeper_aligned")
KEEPER_EVIDENCE = EVIDENCE._replace(name="keeper_evidence")

MEMBERS = Table(
    "members",
    (
        _ROW,
        Column("keeper", "int64", "row of the cluster's keeper"),
        Column("similarity", "float64", "of the two"),
        Column("matched", "int64", "row of the most similar other member"),
    ),
)

# ------------------------------------------------------------------------ archives
# What a later scan is told of earlier ones (see ``archive``), and its work tables that hold some of it.

ARCHIVED = Table(
    "archived",
    (
        *(
            column._replace(meaning="its unique name") if column.name == "id" else column
            for column in HEADS.columns
        ),
        Column("passage_keys", "int64", "how many keys of the passage view it shares"),
        Column("rare_keys", "int64", "how many keys of the rewrite view it has"),
        Column("in_series", "bool", "it belongs to a series"),
    ),
)

ARCHIVED_PAIRS = Table(
    "archived_pairs",
    (
        Column("number", "int64", "number of the pair in the archive, from 0"),
        *_ENDS,
        Column("similarity", "float64", "of the two"),
        Column(
            "holder",
            "int64",
            "which end holds the other whole: 0 left, 1 right, -1 neither; -2: exact copies",
        ),
    ),
)

# Pairs that an archive holds of articles that new ones are connected with.
KNOWN_PAIRS = Table("known_pairs", ARCHIVED_PAIRS.columns[1:])
PAST_PASSAGES = Table("past_passages", tuple(ARCHIVED.columns[place] for place in (0, -3, -1)))
