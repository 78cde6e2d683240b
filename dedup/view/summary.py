"""The dashboard: what a scan found, at a glance, and what to look at next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from dedup.options import KINDS
from dedup.results.opened import Results, Row
from dedup.results.selection import Choice, Database
from dedup.schema import SOURCES
from dedup.view import phrases
from dedup.view.console import is_wide
from dedup.view.parts import Bar, Name, heading, indent, plain
from dedup.view.safe import safe

_BINS = 10  # of the histogram of similarity; a pair of 1.00 stands in the last
_LARGEST = 5
# Of pairs of one kind and one step of similarity: how many, the first, and the first with a spun side.
_PAIRS = f"""
    SELECT kind, CAST(least(floor(similarity * {_BINS} + 1e-9), {_BINS - 1}) AS BIGINT) AS step,
           count(*) AS pairs, min(pair) AS pair, min(pair) FILTER (spun_side IS NOT NULL) AS spun_pair
    FROM pairs GROUP BY kind, step
"""
_CLUSTERS = f"""
    SELECT cluster, size, keeper, min(similarity_to_keeper) AS least_similarity
    FROM clusters WHERE cluster <= {_LARGEST} GROUP BY cluster, size, keeper ORDER BY cluster
"""
_COUNTS = """
    SELECT count(*) AS articles, count(*) FILTER (spun) AS spun,
           (SELECT count(*) FROM skipped) AS skipped, (SELECT count(*) FROM pairs) AS pairs,
           (SELECT count(DISTINCT cluster) FROM clusters) AS clusters,
           (SELECT count(*) FROM furniture) AS furniture
    FROM articles
"""
_SPUN = f"""
    SELECT article, spun_score FROM articles WHERE spun
    ORDER BY coalesce(spun_score, 0) DESC, part_, row_ LIMIT {_LARGEST}
"""
_REASONS = "SELECT reason, count(*) AS records FROM skipped GROUP BY reason ORDER BY records DESC, reason"
_NAMES = ("keeper", "article", "source", "most from")  # columns of names; others hold figures


def render_dashboard(results: Results) -> Dashboard:
    """What a scan found, at a glance."""
    return Dashboard(dashboard_json(results), str(results.path))


def dashboard_json(results: Results) -> Row:
    """The figures of the dashboard as plain values."""
    run = results.run
    with Database(results) as database:
        [counted] = database.query(_COUNTS)
        spun = list(database.query(_SPUN))
        pairs = list(database.query(_PAIRS))
        clusters = list(database.query(_CLUSTERS))
        reasons = list(database.query(_REASONS))
        copying = Choice(where="copies > 0", top=_LARGEST)
        sources = list(database.select(SOURCES, SOURCES.column_names, copying)) if pairs else []
    kinds = _sums(pairs, "kind")
    archived = _of(run, "counts", "archived_articles") or 0
    counts = {
        "records": _of(run, "counts", "records"),
        "articles": counted["articles"] - archived,
        "archived": archived,
        **{name: counted[name] for name in ("skipped", "pairs", "clusters", "spun", "furniture")},
        "candidates": _of(run, "counts", "candidates"),
        "capped_buckets": _of(run, "counts", "capped_buckets"),
    }
    seconds = run.get("seconds")
    return {
        "results": str(results.path),
        "dedup": _of(run, "dedup", "version"),
        "files": _of(run, "inputs", "files"),
        "threshold": _of(run, "options", "threshold"),
        "counts": counts,
        "kinds": {kind: kinds[kind] for kind in (*KINDS, *sorted(kinds.keys() - KINDS)) if kind in kinds},
        "similarity": _histogram(_sums(pairs, "step")),
        "largest_clusters": clusters,
        "sources": sources,
        "spun": spun,
        "skipped": {row["reason"]: row["records"] for row in reasons},
        "pair_to_see": _pair_to_see(pairs),
        "seconds": seconds if isinstance(seconds, dict) else {},
        "peak_memory_bytes": run.get("peak_memory_bytes"),
        "recut": _of(run, "recut", "from"),
    }


def _of(run: Row, group: str, name: str) -> Any:
    found = run.get(group)
    return found.get(name) if isinstance(found, dict) else None


def _sums(pairs: Iterable[Row], by: str) -> Counter[Any]:
    sums: Counter[Any] = Counter()
    for row in pairs:
        sums[row[by]] += row["pairs"]
    return sums


def _histogram(steps: Mapping[int, int]) -> list[Row]:
    """Pairs in steps of 0.1, from the lowest step that has any."""
    return [
        {"from": step / _BINS, "to": (step + 1) / _BINS, "pairs": steps.get(step, 0)}
        for step in range(min(steps, default=_BINS), _BINS)
    ]


def _pair_to_see(pairs: Sequence[Row]) -> int | None:
    """The number of a pair worth a look: one with a spun side, else one that is not exact."""
    spun = [row["spun_pair"] for row in pairs if row["spun_pair"] is not None]
    others = [row["pair"] for row in pairs if row["kind"] != "exact"]
    return min(spun or others or [row["pair"] for row in pairs], default=None)


class Dashboard:
    """The renderable that ``render_dashboard`` makes."""

    def __init__(self, figures: Row, path: str) -> None:
        self.figures = figures
        self.path = path

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Name(self.path, "title")
        yield Text("")
        yield indent(self._counts())
        plots = [plot for plot in (self._kinds(), self._similarity()) if plot]
        if len(plots) == 2 and is_wide(options):
            grid = Table.grid(padding=(0, 8, 0, 0))
            grid.add_row(*plots)
            plots = [grid]
        found = self._clusters(), self._sources(), self._spun()
        for block in (*plots, *found, self._run(), self._next()):
            if block is not None:
                yield Text("")
                yield block

    def _counts(self) -> Table:
        figures, counts = self.figures, self.figures["counts"]
        records, files = counts["records"], figures["files"]
        of = [phrases.count(records, "record") if records is not None else ""]
        of += [phrases.count(files, "file") if files is not None else ""]
        read = "from " + " in ".join(part for part in of if part) if any(of) else ""
        if counts["archived"]:
            read += f"; besides {counts['archived']:,} of the archive"
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(justify="right", style="title", no_wrap=True)
        grid.add_column(no_wrap=True)
        grid.add_column(style="note")
        for value, one, note in (
            (counts["articles"], "article", read),
            (counts["skipped"], "skipped", phrases.reasons(figures["skipped"], 4)),
            (counts["pairs"], "pair", self._capped()),
            (counts["clusters"], "cluster", ""),
            (counts["spun"], "spun", "reads as if a synonym spinner wrote it" if counts["spun"] else ""),
        ):
            many = one if one in ("skipped", "spun") or value == 1 else one + "s"
            grid.add_row(phrases.number(value), many, plain(note))
        return grid

    def _capped(self) -> str:
        capped = self.figures["counts"]["capped_buckets"]
        return (
            f"{phrases.count(capped, 'over-full bucket')} linked to the first article only" if capped else ""
        )

    def _kinds(self) -> RenderableType | None:
        kinds = self.figures["kinds"]
        return _plot("Kinds", [(safe(kind), n) for kind, n in kinds.items()]) if kinds else None

    def _similarity(self) -> RenderableType | None:
        steps = [
            (f"{step['from']:.1f} - {step['to']:.1f}", step["pairs"]) for step in self.figures["similarity"]
        ]
        return _plot("Similarity of the pairs", steps) if steps else None

    def _clusters(self) -> RenderableType | None:
        rows = (
            (phrases.number(row["size"]), phrases.score(row["least_similarity"]), row["keeper"])
            for row in self.figures["largest_clusters"]
        )
        return _ranking("Largest clusters", ("size", "least", "keeper"), rows)

    def _sources(self) -> RenderableType | None:
        sources = self.figures["sources"]
        undated = any(row["dated"] < row["copies"] for row in sources)
        columns = ("copies", *(("by date",) if undated else ()), "of", "source", "of these from", "most from")
        rows = (
            (
                phrases.number(row["copies"]),
                *((phrases.number(row["dated"]),) if undated else ()),
                phrases.number(row["articles"]),
                row["source"],
                phrases.number(row["from_origin"]),
                row["origin"],
            )
            for row in sources
        )
        return _ranking("Sources that copy most", columns, rows)

    def _spun(self) -> RenderableType | None:
        rows = ((phrases.score(row["spun_score"]), row["article"]) for row in self.figures["spun"])
        return _ranking("Most plainly spun", ("score", "article"), rows)

    def _run(self) -> RenderableType | None:
        seconds, peak = self.figures["seconds"], self.figures["peak_memory_bytes"]
        stages = {name: value for name, value in seconds.items() if name != "total" and value is not None}
        said = []
        if seconds:
            said.append("took " + phrases.duration(seconds.get("total") or sum(stages.values())))
        if stages:
            longest = sorted(stages.items(), key=lambda stage: -stage[1])[:4]
            said[-1] += f" ({', '.join(f'{name} {phrases.duration(value)}' for name, value in longest)})"
        said += [f"peak memory {phrases.size(peak)}"] if peak else []
        said += (
            [f"threshold {self.figures['threshold']:.2f}"] if self.figures["threshold"] is not None else []
        )
        said += [f"cut again from {self.figures['recut']}"] if self.figures["recut"] else []
        return plain("; ".join(said), "note") if said else None

    def _next(self) -> Group:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(overflow="fold", style="command")
        grid.add_column(style="note")
        for words, why in self._commands():
            grid.add_row(plain(phrases.command("dedup", words[0], self.path, *words[1:])), why)
        return Group(heading("Next"), indent(grid))

    def _commands(self) -> Iterator[tuple[tuple[object, ...], str]]:
        counts, pair = self.figures["counts"], self.figures["pair_to_see"]
        if pair is not None:
            yield ("show", "pairs"), "the pairs"
            yield ("show", "clusters"), "who keeps, who goes"
            yield ("diff", pair), "one pair word by word"
            yield ("explain", pair), "why it is a pair"
        if counts["spun"]:
            yield ("show", "spun"), "spun phrases"
        if self.figures["sources"]:
            yield ("show", "sources"), "who copies whom"
        if counts["furniture"]:
            yield ("show", "furniture"), "lines left out of bodies"
        if counts["skipped"] or pair is None:
            yield ("show", "skipped"), "what was not read, and why"
        if pair is not None:
            yield ("report", "-o", "report.html"), "all of it on a page"
            yield ("apply",), "what would go without copies"


def _plot(title: str, rows: list[tuple[str, int]]) -> Group:
    largest = max(n for _, n in rows)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    for label, n in rows:
        grid.add_row(label, phrases.number(n), Bar(n, largest))
    return Group(heading(title), indent(grid))


def _ranking(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType | None:
    """A short table: figures, and names, which may be cut; None without rows."""
    rows = list(rows)
    if not rows:
        return None
    grid = Table(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
    names = [column in _NAMES for column in columns]
    for column, name in zip(columns, names, strict=True):
        grid.add_column(column, justify="left" if name else "right", no_wrap=not name)
    for row in rows:
        grid.add_row(*(Name(cell) if name else cell for cell, name in zip(row, names, strict=True)))
    return Group(heading(title), indent(grid))
