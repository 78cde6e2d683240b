"""Single articles against an archive, in this process: what ``scan --against`` finds of each, without a scan.

Sketches, keys and verification are those of the stages, counts those of the archive. The rules by which
articles meet are those of ``band_join``, for one new article: of a key that many have only the first one is
met. Of articles with the same words the archive's first is told, and nothing else. Keepers are not looked
for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup import schema, stages
from dedup.archive.opened import VIEW_TABLES, digest_keys, locked
from dedup.engine.texts import TextStores
from dedup.options import Options
from dedup.plan import make_plan
from dedup.queries import band_join
from dedup.read.jsonl import read_records
from dedup.read.lines import LONGEST
from dedup.read.opening import too_large
from dedup.read.rows import Origin, Row, skipped_row, to_batches
from dedup.tables.columns import select
from dedup.tables.files import arrow_schema
from dedup.verify.verified import ONE_SOURCE, SERIES

STDIN = "stdin"  # the path of articles that come from there

_Rows = NDArray[np.int64]
_ALIGNED = [column.name for column in schema.ALIGNED.columns if not isinstance(column.type, tuple)]
_TOLD = ("kind", "similarity", "longest_run", "probability", "reason")


class Searcher:
    """An archive that articles are looked up in, one after the other.

    ``results``: the RESULTS that keep it. ``UsageError``: they keep none.
    """

    def __init__(self, results: str | Path) -> None:
        with locked(results, exclusive=False) as archive:
            told = archive.manifest["identity"]["options"]
            self.options = Options(**{**told, "lexicon": None})
            swaps = tuple(map(tuple, archive.manifest["swaps"]))
            self._plan = archive.freeze(make_plan(self.options, swaps))
            self._archive = archive
            self._texts = TextStores([archive.texts])
            self._articles, self._copies = archive.articles, archive.exact[0]
            names = ["digests", *(VIEW_TABLES[view][0] for view in self.options.views)]
            self._keys = {name: archive.keys(name) for name in names}

    @property
    def file(self) -> int:
        """A number for the files that articles come from: beyond those of the archive."""
        return self._archive.since >> 32

    def answer(self, row: Row) -> dict[str, Any]:
        """What is found of an article, as in ``view/schemas/query.json``; ``row``: as in ``schema.DOCS``."""
        given: dict[str, Any] = dict(zip(schema.DOCS.column_names, row, strict=True))
        place = given["path"] if given["record"] is None else f"{given['path']}#{given['record']}"
        name = given["id"] or place
        if given["text"] is None:
            return {"id": name, "error": given["message"]}
        (docs,) = to_batches([row])
        (sketched,) = stages.sketch(docs, self._plan)
        head = {**select(sketched, schema.HEADS).to_pylist()[0], "id": name}
        spun = {"score": head["spun_score"], "spun": head["spun"]}
        matches = self._find_exact(head)
        if not matches:
            views, head["in_series"] = self._meet(sketched, head)
            for found in self._align(docs, head, views):
                if found["spun_side"] == found["side"]:
                    spun = {"score": max(spun["score"], found["spun_score"]), "spun": True}
                matches.append(_match(found))
        return {"id": name, "matches": matches, "spun": spun}

    def _find_exact(self, head: dict[str, Any]) -> list[dict[str, Any]]:
        """The archive's first article with the same words, if it has one."""
        if head["digest"] is None:
            return []
        rows = self._keys["digests"].find(digest_keys([head["digest"]]), 1).rows
        for first in self._articles.take(self._archive.first_of(rows)).to_pylist():
            if first["digest"] == head["digest"]:
                told = dict.fromkeys(
                    ("similarity", "containment", "archived_containment", "probability"), 1.0
                )
                words = {"kind": "exact", "longest_run": head["words"], "reason": "the same words"}
                earlier = _seniority(first) <= _seniority(head)
                return [{"article": first["id"], "earlier": earlier, **words, **told, "views": []}]
        return []

    def _meet(self, sketched: pa.RecordBatch, head: dict[str, Any]) -> tuple[dict[int, str], bool]:
        """The archived articles that it meets, in which views, by commas; and whether it is of a series."""
        met: dict[int, str] = {}
        in_series = False
        if pc.binary_length(sketched["shingles"])[0].as_py():
            (signed,) = stages.sign_shingles(sketched, self._plan)
            (bands,) = stages.cut_bands(signed, self._plan)
            rows, _ = self._share("band", bands["key"], self.options.bucket_cap)
            met = dict.fromkeys(rows.tolist(), "copy")
            if "passage" in self.options.views:
                (passages,) = stages.sample_passages(sketched, self._plan)
                rows, shared = self._share("passage", passages["key"], band_join.SHARED_CAP)
                several = shared >= band_join.LEAST_PASSAGES
                rows, shared = rows[several], shared[several]
                in_series = self._is_of_series(head, rows, shared, len(passages["key"].unique()))
                _note(met, rows, "passage")
        if "rewrite" in self.options.views and pc.binary_length(sketched["stems"])[0].as_py():
            (paired,) = stages.pair_stems(sketched, self._plan)
            keys = paired["keys"].flatten()
            rows, shared = self._share("rare", keys, band_join.SHARED_CAP)
            rows, shared = (some[shared >= band_join.LEAST_RARE] for some in (rows, shared))
            theirs = self._articles.take(rows)["rare_keys"].to_numpy()
            least = band_join.RARE_SHARE * np.minimum(theirs, len(keys)) ** band_join.RARE_POWER
            _note(met, rows[shared >= least], "rewrite")
        return met, in_series

    def _share(self, name: str, keys: pa.Array, cap: int) -> tuple[_Rows, _Rows]:
        """The archived articles that have some of these keys, in order, and how many of them.

        Of a key that, with this one, more than ``cap`` articles have, the first one has it alone.
        """
        found = self._keys[name].find(np.unique(keys.to_numpy()), cap, self._copies)
        _, begins, counts = np.unique(found.keys, return_index=True, return_counts=True)
        kept = np.repeat(counts < cap, counts)
        kept[begins] = True
        return np.unique(found.rows[kept], return_counts=True)

    def _is_of_series(self, head: dict[str, Any], rows: _Rows, shared: _Rows, keys: int) -> bool:
        """As ``band_join.series`` tells of a new article and those that it shares passages with."""
        partners = self._articles.take(rows)
        theirs = np.maximum(partners["passage_keys"].to_numpy(), shared)
        source = pc.fill_null(partners["source"], "").to_pylist()
        akin = np.array([one == (head["source"] or "") for one in source], np.bool_)
        akin &= shared >= band_join.LEAST_SHARE * np.maximum(theirs, keys)
        shares = (shared / np.minimum(theirs, keys))[akin]
        if len(shares) >= band_join.LEAST_PARTNERS and shares.mean() < band_join.MOST_SHARED:
            return True
        known = partners["in_series"].to_numpy(zero_copy_only=False)[akin]
        return len(shares) >= band_join.FEW_PARTNERS and 3 * int(known.sum()) >= len(shares)

    def _align(
        self, docs: pa.RecordBatch, head: dict[str, Any], views: dict[int, str]
    ) -> Iterator[dict[str, Any]]:
        """Rows of ``schema.ALIGNED`` of the pairs that it is in, with its ``side``, and the ``other`` one."""
        if not views:
            return
        rows = np.array(sorted(views), np.int64)
        others = {row["row"]: row for row in self._articles.take(rows).to_pylist()}
        texts = dict(zip(rows.tolist(), self._texts.take(rows).to_pylist(), strict=True))
        texts[head["row"]] = docs["text"][0].as_py()
        pairs = []
        for row, other in others.items():
            left, right = (other, head) if _seniority(other) <= _seniority(head) else (head, other)
            days = None if None in (left["day"], right["day"]) else abs(left["day"] - right["day"])
            pairs.append(
                {
                    "left_row": left["row"],
                    "right_row": right["row"],
                    "views": views[row],
                    "left_body": left["body"],
                    "right_body": right["body"],
                    "kinship": _kinship(left, right),
                    "days": days,
                    "left_text": texts[left["row"]],
                    "right_text": texts[right["row"]],
                }
            )
        batch = pa.RecordBatch.from_pylist(pairs, arrow_schema(schema.PAIR_TEXTS))
        for aligned in stages.align(batch, self._plan):
            for found in aligned.select(_ALIGNED).to_pylist():
                side = "left" if found["left_row"] == head["row"] else "right"
                other = others[found["right_row" if side == "left" else "left_row"]]
                yield {**found, "side": side, "other": other}


def read_stream(source: BinaryIO, options: Options, file: int) -> Iterator[Row]:
    """The rows of ``schema.DOCS`` of JSON lines, each as soon as its line is there."""
    origin = Origin(file, STDIN)
    read = read_records(origin, options)
    number = 0
    while line := source.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            while line and not line.endswith(b"\n"):
                line = source.readline(LONGEST)
            yield skipped_row(origin, number, too_large("line", LONGEST))
        else:
            yield from read([(number, line)])


def _match(found: dict[str, Any]) -> dict[str, Any]:
    own, other = ("left", "right") if found["side"] == "left" else ("right", "left")
    return {
        "article": found["other"]["id"],
        "earlier": other == "left",
        **{name: found[name] for name in _TOLD},
        "containment": found[f"{own}_containment"],
        "archived_containment": found[f"{other}_containment"],
        "views": found["views"].split(","),
    }


def _note(met: dict[int, str], rows: _Rows, view: str) -> None:
    for row in rows.tolist():
        met[row] = f"{met[row]},{view}" if row in met else view


def _seniority(head: dict[str, Any]) -> tuple[str, str]:
    """What the earlier of two articles has the lesser one of (see ``queries``)."""
    return head["published"] or "~", head["id"]


def _kinship(one: dict[str, Any], other: dict[str, Any]) -> int:
    if (one["in_series"] or other["in_series"]) and (one["source"] or "") == (other["source"] or ""):
        return SERIES
    return ONE_SOURCE if one["source"] is not None and one["source"] == other["source"] else 0
