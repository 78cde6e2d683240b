"""Pages that search all of a section whose tables fill several pages.

A page may ask for nothing, not even for its neighbours. So each of these brings along what the tables of
a section say, as data that its script looks through, and leads to the rows that it finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from dedup.view import phrases
from dedup.view.report.page import render
from dedup.view.report.place import Folder
from dedup.view.safe import safe

_LONGEST = 24_000_000  # characters of a page: what a browser reads in a second or so
_COLUMNS = {
    "pairs": ("Pair", "Kind", "Similarity", "Left (earlier)", "Right (later)"),
    "clusters": ("Cluster", "Size", "Least similarity", "Article to keep", "The others"),
    "spun": ("Place", "Score", "Article", "What it says, and what a writer would have written"),
}
_ONE = {"pairs": "pair", "clusters": "cluster", "spun": "spun article"}
_ANCHORS = {"pairs": "pair", "clusters": "cluster", "spun": "spun"}  # ids of rows begin so


def finder(name: str, number: int = 1) -> str:
    """The file of a section's nth page of this sort."""
    return f"find-{name}-{number:04d}.html"


class Finder:
    """Gathers what the tables of a section say, and writes it in pages."""

    def __init__(self, folder: Folder, name: str, title: str) -> None:
        self.folder = folder
        self.name = name
        self.title = title
        self._pages = 0
        self._begin()

    def _begin(self) -> None:
        self._files: list[str] = []
        self._rows: list[str] = []
        self._size = 0

    def add(self, file: str, rows: Iterable[Any], before: int) -> None:
        """The rows of a part; ``before``: how many stand in parts before it."""
        if self._size > _LONGEST:
            self._write(more=True)
        self._files.append(file)
        for place, row in enumerate(rows, before + 1):
            values = [len(self._files) - 1, *_SAID[self.name](row, place)]
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
            self._rows.append(line)
            self._size += len(line)

    def finish(self) -> None:
        """Write what is left."""
        if self._rows:
            self._write(more=False)

    def _write(self, more: bool) -> None:
        self._pages += 1
        rows = ",\n".join(self._rows)
        data = f'{{"files":{json.dumps(self._files)},"anchor":"{_ANCHORS[self.name]}","rows":[\n{rows}]}}'
        for character in "<>&":  # so that nothing ends the element that holds it
            data = data.replace(character, f"\\u{ord(character):04x}")
        page = render(
            "find.html",
            title=f"Search {self.title.lower()}",
            name=self.name,
            total=len(self._rows),
            one=_ONE[self.name],
            columns=_COLUMNS[self.name],
            data=Markup(data),  # noqa: S704  JSON without a character of markup
            index=self.folder.up,
            before=finder(self.name, self._pages - 1) if self._pages > 1 else "",
            after=finder(self.name, self._pages + 1) if more else "",
        )
        self.folder.write(finder(self.name, self._pages), page)
        self._begin()


def _pair(listed: Any, _place: int) -> Sequence[object]:
    row = listed.row
    return (
        row["pair"],
        row["kind"],
        phrases.score(row["similarity"]),
        _about(listed.left),
        _about(listed.right),
    )


def _cluster(cluster: Any, _place: int) -> Sequence[object]:
    others = "; ".join(map(_about, cluster.others))
    least = phrases.score(cluster.least)
    return cluster.number, phrases.number(cluster.size), least, _about(cluster.keeper), others


def _spun(article: Any, place: int) -> Sequence[object]:
    said = "; ".join(
        safe(f"{one.phrase} for {one.natural}" if one.natural else one.phrase) for one in article.phrases
    )
    return place, phrases.score(article.score), _about(article), said


_SAID = {"pairs": _pair, "clusters": _cluster, "spun": _spun}


def _about(side: Any) -> str:
    """What a table says of an article, on one line."""
    known = (
        safe(side.title or side.name),
        "spun" if side.spun else "",
        safe(side.source) if side.source else "",
        phrases.date(side.published) if side.published else "",
        safe(side.name) if side.title else "",
    )
    return " · ".join(fact for fact in known if fact)
