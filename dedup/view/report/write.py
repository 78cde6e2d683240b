"""The pages of a report, from the first to the index, which is written last."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dedup.engine.protocol import Progress
from dedup.errors import DedupError
from dedup.results.opened import Results, Row
from dedup.results.run import Silence
from dedup.view import phrases
from dedup.view.report import figures, pages, plots
from dedup.view.report.fetched import Compared, compare_pairs
from dedup.view.report.find import Finder, finder
from dedup.view.report.page import render
from dedup.view.report.place import Folder, check, new_folder
from dedup.view.summary import dashboard_json

_LEADS = {
    "pairs": "First those with a spun side, then those most alike.",
    "clusters": "The largest.",
    "spun": "The plainest.",
}
_NONE = {
    "pairs": "No two articles share text.",
    "clusters": "No articles tell the same text.",
    "spun": "No article reads as if a synonym spinner wrote it.",
}


class Written(NamedTuple):
    """What was written: the page, how many parts beside it, how many bytes in all."""

    page: Path
    parts: int
    bytes: int


class _Part(NamedTuple):
    """A page of a section, as the index names it. ``first``: number of what it begins with."""

    file: str
    label: str
    begins: str
    first: int


class _Section(NamedTuple):
    """A table: what stands on the index, how much there is, and the parts that hold all."""

    rows: list[Any]
    total: int
    parts: list[_Part]


def write_report(
    results: Results, output: str | Path, overwrite: bool = False, progress: Progress | None = None
) -> Written:
    """Write a report of RESULTS as the page ``output``, with a folder of parts if one page isn't enough.

    A page that this function wrote is replaced, another file only with ``overwrite``. UsageError if there
    is something else; DedupError if it can't be written, or a text that RESULTS don't keep has changed.
    """
    page = Path(output)
    check(page, overwrite)
    progress = progress or Silence()
    progress.start("report", results.count("pairs"), "pairs")
    try:
        with new_folder(page) as folder:
            folder.finish(_Writer(results, folder).write(progress), overwrite)
            return Written(page, folder.files, folder.bytes)
    except OSError as error:
        raise DedupError(f"{page} can't be written: {error.strerror or error}") from None
    finally:
        progress.end()


class _Writer:
    """Writes the parts of one report."""

    def __init__(self, results: Results, folder: Folder) -> None:
        self.results = results
        self.folder = folder
        self.pairs: list[_Part] = []  # the parts that compare pairs

    def write(self, progress: Progress) -> str:
        """Write all parts; returns the index."""
        compared = _told(compare_pairs(self.results), progress)
        sections = {"pairs": self._section("pairs", pages.pair_pages(compared))}
        whole: list[Compared] = []
        if sections["pairs"].parts:
            rows = pages.first_pairs(self.results)
            sections["pairs"] = sections["pairs"]._replace(rows=rows)
        else:
            whole = sections["pairs"].rows
            sections["pairs"] = sections["pairs"]._replace(rows=pages.list_compared(whole))
        sections["clusters"] = self._section("clusters", pages.cluster_pages(self.results))
        sections["spun"] = self._section("spun", pages.spun_pages(self.results))
        return self._index(sections, whole)

    def href(self, pair: int, part: str | None = None) -> str:
        """Where a pair is compared, from a part or the index."""
        place = f"#pair-{pair}"
        if not self.pairs:
            return place if part is None else self.folder.up + place
        file = self.pairs[bisect_right([other.first for other in self.pairs], pair) - 1].file
        return f"{self.folder.down(file) if part is None else file}{place}"

    def _section(self, name: str, found: Iterator[list[Any]]) -> _Section:
        """One page of a section; or, if that isn't all, parts."""
        begin = list(itertools.islice(found, 2))
        if len(begin) < 2:
            rows = begin[0] if begin else []
            return _Section(rows, len(rows), [])
        parts: list[_Part] = []
        total = 0
        following = itertools.chain(begin, found)
        rows = next(following)
        every = Finder(self.folder, name, _title(name))
        for after in itertools.chain(following, [None]):
            parts.append(self._part(name, len(parts) + 1, total, rows, after is not None))
            every.add(parts[-1].file, pages.list_compared(rows) if name == "pairs" else rows, total)
            total += len(rows)
            rows = after or rows
        every.finish()
        if name == "pairs":
            self.pairs = parts
        return _Section(begin[0][: pages.FIRST], total, parts)

    def _part(self, name: str, number: int, before: int, rows: list[Any], more: bool) -> _Part:
        file = _file(name, number)
        label = f"{before + 1:,}–{before + len(rows):,}"
        compared = rows if name == "pairs" else []
        page = render(
            "part.html",
            title=f"{_title(name)} {label}",
            name=name,
            rows=pages.list_compared(rows) if compared else rows,
            compared=compared,
            finders={name: finder(name)},
            before_rows=before,
            href=(lambda pair: f"#pair-{pair}") if compared else (lambda pair: self.href(pair, file)),
            index=self.folder.up,
            before=_file(name, number - 1) if number > 1 else "",
            after=_file(name, number + 1) if more else "",
        )
        self.folder.write(file, page)
        return _Part(file, label, rows[0].row["left"] if compared else "", before + 1)

    def _index(self, sections: dict[str, _Section], compared: list[Compared]) -> str:
        facts = dashboard_json(self.results)
        return render(
            "index.html",
            title=f"Shared text in {phrases.count(facts['counts']['articles'], 'article')}",
            figures=facts,
            counts=list(_counts(facts)),
            plots=_plots(self.results, facts),
            compared=compared,
            href=self.href,
            finders={
                name: self.folder.down(finder(name)) if section.parts else ""
                for name, section in sections.items()
            },
            before_rows=0,
            parts=[
                {
                    "name": name,
                    "title": _title(name),
                    "lead": _LEADS[name],
                    "none": _NONE[name],
                    "rows": section.rows,
                    "total": section.total,
                    "pages": [
                        part._asdict() | {"href": self.folder.down(part.file)} for part in section.parts
                    ],
                }
                for name, section in sections.items()
            ],
        )


def _told(compared: Iterable[Compared], progress: Progress) -> Iterator[Compared]:
    for one in compared:
        yield one
        progress.advance(1)


def _file(name: str, number: int) -> str:
    return f"{name}-{number:04d}.html"


def _title(name: str) -> str:
    return "Spun articles" if name == "spun" else name.capitalize()


def _counts(facts: Row) -> Iterator[tuple[int, str, str]]:
    counts = facts["counts"]
    yield counts["articles"], "articles", ""
    yield counts["pairs"], "pairs", ""
    yield counts["clusters"], "clusters", ""
    yield counts["spun"], "spun", ""
    yield counts["skipped"], "not read", phrases.reasons(facts["skipped"], 3)


def _plots(results: Results, facts: Row) -> dict[str, Any]:
    steps = [(f"{step['from']:.1f}", [step["pairs"]]) for step in facts["similarity"]]
    sources = figures.matrix(results)
    unit, periods = figures.timeline(results)
    return {
        "kinds": plots.bars(list(facts["kinds"].items())),
        "similarity": plots.columns(steps, 10),
        "sizes": plots.bars(figures.cluster_sizes(results)),
        "unit": unit,
        "timeline": plots.columns([(period.label, period[1:]) for period in periods], 4),
        "matrix": plots.grid(sources),
        "left_out": sources.left_out,
    }
