"""RESULTS, opened: the run's own report and its tables, read no further than is asked for.

Texts and alignment spans are most of its bytes: a look-up first reads the one column that names the
rows, then the wanted columns of only those row groups that hold them. Arrow is imported when that
happens, for a summary, which asks by queries, has no use for it and comes sooner.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup.errors import NoPair, UsageError
from dedup.options import Options
from dedup.places import RUN_FILE, WORK, refuse_url
from dedup.results.damage import damaged, find_damage, holds_tables, one_line, refused
from dedup.results.journal import finish
from dedup.schema import ARTICLES, CLUSTERS, PAIRS, RESULT_TABLES, SKETCHES, SPUN, Table
from dedup.tables.parts import list_parts

if TYPE_CHECKING:
    import pyarrow as pa

LAYOUT = 1  # counted up when a table changes so that older readers would misread it

_TABLES = {table.name: table for table in (*RESULT_TABLES, SKETCHES)}
_PLACE = ("path", "record", "words")  # where the text of an article can be read again
_LIKE = 60.0  # least likeness, 0..100, of a name that is offered for one that was not found

Row = dict[str, Any]
Selector = int | str | Sequence[str]


def open_results(path: str | Path) -> Results:
    """Open the RESULTS of a finished scan; ``UsageError`` says what it is instead."""
    refuse_url(path)
    place = Path(path)
    try:
        if not place.exists():
            raise UsageError(f"{path} does not exist; make it with: dedup scan PATH... -o {path}")
        if not place.is_dir():
            raise UsageError(f"{path} is a file; RESULTS is the directory that dedup scan -o wrote")
        finish(place)
        run = json.loads((place / RUN_FILE).read_text("utf-8"))
        if not isinstance(run, dict):
            raise ValueError("it is not the report of a scan")
    except FileNotFoundError:
        if holds_tables(place):
            raise damaged(place, f"its {RUN_FILE} is lost") from None
        what = "the scan there is not finished: the same command goes on" if (place / WORK).exists() else ""
        raise UsageError(f"{path} holds no finished scan ({what or f'it has no {RUN_FILE}'})") from None
    except (OSError, ValueError, RecursionError) as error:
        if holds_tables(place):
            raise damaged(place, f"its {RUN_FILE} can't be read: {one_line(error)}") from None
        raise UsageError(f"{place / RUN_FILE} can't be read: {one_line(error)}") from None
    if run.get("status", "done") != "done":
        raise UsageError(
            f"the scan in {path} is not finished; give the same dedup scan command again to go on"
        )
    _check_layout(path, run)
    return Results(place, run)


def _check_layout(path: str | Path, run: Row) -> None:
    made_by = run.get("dedup")
    made_by = made_by if isinstance(made_by, dict) else {}
    layout = made_by.get("layout", LAYOUT)
    if not isinstance(layout, int) or layout > LAYOUT:
        version = made_by.get("version", "a later version")
        raise UsageError(f"{path} was written by dedup {version}, whose tables this version can't read")


class Results:
    """The RESULTS of a finished scan. Make it with ``open_results``."""

    def __init__(self, path: Path, run: Row) -> None:
        self.path = path
        self.run = run

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A whole table, or some of its columns, in memory and in order."""
        from dedup.tables.files import read_table

        table = self._schema(name)
        with self.reading(name):
            found = read_table(self.path / name, table, _in_order(table, columns))
        return found if columns is None else found.select(list(columns))

    def rows(self, name: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
        """The rows of a table in order as plain dicts, a batch in memory at a time."""
        from dedup.tables.files import read_batches, with_every_column

        table = self._schema(name)
        wanted = list(columns or table.column_names)
        with self.reading(name):
            for batch in read_batches(self.path / name, _in_order(table, wanted)):
                yield from with_every_column(batch, table, wanted).select(wanted).to_pylist()

    def count(self, name: str) -> int:
        """Number of rows of a table, from the parts' footers."""
        from dedup.tables.files import count_rows

        self._schema(name)
        with self.reading(name):
            return count_rows(self.path / name)

    def parts(self, name: str) -> list[Path]:
        """The files of a table, in row order."""
        self._schema(name)
        return list_parts(self.path / name)

    def pair(self, selector: Selector) -> Row:
        """The row of a pair, by its number or by its two articles in either order.

        ``NoPair``: there are such articles, but they are no pair.
        """
        number = self.pair_number(selector)
        for row in self._hits(PAIRS, "pair", [number], PAIRS.column_names, unique=True):
            return row
        raise damaged(self.path, f"pair {number} is missing")

    def pair_number(self, selector: Selector) -> int:
        """The number of a pair that is known to exist."""
        words = [str(selector)] if isinstance(selector, int | str) else [str(word) for word in selector]
        if len(words) == 2:
            return self._number_of(*words)
        if len(words) != 1:
            raise UsageError("name a pair by its number, or by its two articles")
        if not (words[0].isascii() and words[0].isdigit()):
            raise UsageError(f"{words[0]!r} is not a pair number; give a number, or two articles")
        number, pairs = int(words[0]), self.count("pairs")
        if not 1 <= number <= pairs:
            last = f"its pairs are numbered 1 to {pairs:,}" if pairs else "no pair was found"
            raise UsageError(f"{self.path} has no pair {number}: {last}")
        return number

    def article(self, name: str, columns: Sequence[str] | None = None) -> Row:
        """One article's row."""
        return self.articles([name], columns)[name]

    def articles(self, names: Iterable[str], columns: Sequence[str] | None = None) -> dict[str, Row]:
        """Rows of the named articles, by name, in the order of ``names``.

        Texts that RESULTS doesn't keep are read from their files; DedupError if those have changed.
        """
        wanted = list(dict.fromkeys(names))
        columns = columns or ARTICLES.column_names
        needed = [*columns, *_PLACE] if "text" in columns else columns
        hits = self._hits(ARTICLES, "article", wanted, needed, unique=True)
        found = {row["article"]: row for row in hits}
        for name in wanted:
            if name not in found:
                raise UsageError(f"{self.path} has no article {name!r}{self._suggestion(name)}")
        if "text" in columns:
            self.read_texts([row for row in found.values() if row["text"] is None])
        kept = {"article", *columns}
        return {name: {key: found[name][key] for key in found[name] if key in kept} for name in wanted}

    def copies_of(self, name: str) -> list[Row]:
        """The exact copies of a first article: article and source."""
        return list(self._hits(ARTICLES, "exact_of", [name], ["article", "source"]))

    def pairs_of(self, name: str) -> list[Row]:
        """The pairs that an article is in, without their spans."""
        columns = PAIRS.column_names[:-1]
        rows = [row for key in ("left", "right") for row in self._hits(PAIRS, key, [name], columns)]
        return sorted(rows, key=lambda row: row["pair"])

    def cluster_of(self, name: str) -> list[Row]:
        """Every member of an article's cluster, keeper first; empty: it is in none."""
        own = [row["cluster"] for row in self._hits(CLUSTERS, "article", [name], ["cluster"])]
        return list(self._hits(CLUSTERS, "cluster", own, CLUSTERS.column_names))

    def cluster(self, number: int) -> list[Row]:
        """Every member of a cluster, keeper first."""
        members = list(self._hits(CLUSTERS, "cluster", [number], CLUSTERS.column_names))
        if not members:
            count = self.cluster_count()
            last = f"its clusters are numbered 1 to {count:,}" if count else "it has none"
            raise UsageError(f"{self.path} has no cluster {number}: {last}")
        return members

    def cluster_count(self) -> int:
        """Number of clusters."""
        return len(self.table("clusters", ["cluster"]).column("cluster").unique())

    def flagged(self) -> list[Row]:
        """Articles that are flagged as spun, by score: article and spun_score."""
        rows = self.table("articles", ["article", "spun_score", "spun"])
        flagged: list[Row] = rows.filter(rows.column("spun")).select(["article", "spun_score"]).to_pylist()
        return sorted(flagged, key=lambda row: -(row["spun_score"] or 0))

    def evidence_of(self, names: Iterable[str]) -> dict[str, list[Row]]:
        """Spun evidence in the named articles, in the order of the text."""
        found: dict[str, list[Row]] = {name: [] for name in names}
        for row in self._hits(SPUN, "article", list(found), SPUN.column_names):
            found[row["article"]].append(row)
        return found

    def read_texts(self, articles: Sequence[Row]) -> None:
        """Give articles, with path, record and words, their texts from the files that were scanned.

        Nothing is read unless the scan kept no texts; DedupError if a file has changed.
        """
        inputs, given = self.run.get("inputs"), self.run.get("options")
        if not articles or not isinstance(given, dict) or not given.get("no_text"):
            return
        roots = inputs.get("roots", []) if isinstance(inputs, dict) else []
        from dedup.read.again import Place, read_again  # here, for readers are of no use to others

        options = Options(**{name: given[name] for name in given if name.endswith("_column")})
        places = [Place(*(article[key] for key in _PLACE)) for article in articles]
        texts = read_again(places, roots, self.run.get("snapshot") or {}, options)
        for article, text in zip(articles, texts, strict=True):
            article["text"] = text

    def _schema(self, name: str) -> Table:
        table = _TABLES.get(name)
        if table is None:
            raise UsageError(f"{name!r} is not a table; the tables are {', '.join(_TABLES)}")
        if not list_parts(self.path / name):
            if table is SKETCHES:
                raise UsageError(f"{self.path} has no sketches; scan with --keep-sketches")
            raise damaged(self.path, f"its table {name} is missing")
        return table

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """Says in a line that a table is damaged, if that is what reading it raises."""
        from dedup.tables.files import UNREADABLE

        try:
            yield
        except UNREADABLE as error:
            raise refused(self.path, name, error) from None

    def refuse_damage(self) -> None:
        """``DedupError`` if any table is damaged; reads all of them."""
        damage = find_damage(self.path, RESULT_TABLES, {}, thorough=True)
        if damage is not None:
            raise damaged(self.path, damage)

    def _hits(
        self, table: Table, key: str, values: Sequence[Any], columns: Sequence[str], unique: bool = False
    ) -> Iterator[Row]:
        """Rows by the value of a key column, in order; see ``files.find_rows``."""
        from dedup.tables.files import find_rows

        self._schema(table.name)
        with self.reading(table.name):
            yield from find_rows(self.path / table.name, table, key, values, columns, unique)

    def _number_of(self, first: str, second: str) -> int:
        names = self.articles([first, second], ["exact_of"])
        for left, right in ((first, second), (second, first)):
            for row in self._hits(PAIRS, "left", [left], ["pair", "right"]):
                if row["right"] == right:
                    return int(row["pair"])
        if first == second:
            raise UsageError(f"{first!r} is one article; name two")
        firsts = [names[name]["exact_of"] or name for name in (first, second)]
        if firsts[0] == firsts[1] and firsts[0] in (first, second):  # a pair that the options leave out
            raise NoPair(first, second)
        if firsts != [first, second] and firsts[0] != firsts[1]:
            # Of articles with the same words only the first is paired with others.
            raise UsageError(
                f"{first!r} and {second!r} are no pair of their own, being exact copies;"
                f" see {firsts[0]!r} and {firsts[1]!r}"
            )
        if firsts[0] == firsts[1]:
            raise UsageError(f"{first!r} and {second!r} are exact copies of {firsts[0]!r}; name it as one")
        raise NoPair(first, second)

    def _suggestion(self, name: str) -> str:
        from rapidfuzz import fuzz, process

        names: list[str] = [row["article"] for row in self.rows("articles", ["article"])]
        ending = [other for other in names if other.endswith("/" + name)]
        best = process.extractOne(name, names, scorer=fuzz.ratio, score_cutoff=_LIKE)
        like = ending[0] if ending else best[0] if best else None
        return f"; did you mean {like!r}?" if like else ""


def _in_order(table: Table, columns: Sequence[str] | None) -> list[str] | None:
    """The columns as the table orders them, which is how a part yields them."""
    if columns is None:
        return None
    unknown = [name for name in columns if name not in table.column_names]
    if unknown:
        raise UsageError(f"the table {table.name} has no column {unknown[0]!r}")
    return [name for name in table.column_names if name in columns]
