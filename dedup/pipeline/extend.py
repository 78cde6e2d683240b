"""Adding the articles of a scan against an archive to it: the index, and the tables of its RESULTS.

What was written of archived articles stays as it is; parts with new rows follow those that are there.
Pairs are numbered on, so that they stand in the order of extensions, then of their articles. Clusters are
made anew of all pairs, by the rules of a scan, and furniture is counted together. All of it takes its place
at once (see ``results.journal``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup import schema
from dedup.archive.keep import count_pairs, digest_of, write_json
from dedup.archive.opened import EXACT, TEXTS, Archive, indexes
from dedup.archive.write import write_index
from dedup.engine.local import LocalEngine
from dedup.engine.texts import files_beside
from dedup.places import RUN_FILE
from dedup.results import journal
from dedup.results.damage import INDEX, MANIFEST, sizes_of
from dedup.results.graph import ARTICLE_COLUMNS, PAIR_COLUMNS, Graph
from dedup.results.opened import Results, open_results
from dedup.results.recut import cluster_rows, write_table
from dedup.results.run import Report, Run
from dedup.schema import Table
from dedup.stored import save_array
from dedup.tables.files import arrow_schema, read_part
from dedup.tables.parts import list_parts

_APPENDED = (schema.ARTICLES, schema.PAIRS, schema.SPUN, schema.SKIPPED, schema.SKETCHES)


def extend(engine: LocalEngine, archive: Archive, run: Run, report: Report, files: int) -> None:
    """Add what a scan found, of so many files, to the archive: all of it, or nothing if the process dies."""
    home = archive.folder.parent
    folder = journal.stage(home)
    removed = _extend_index(engine, archive, run, files, folder / INDEX)
    removed += _extend_tables(open_results(home), Results(engine.results, report.run), run, folder)
    journal.commit(home, removed)


def _extend_index(engine: LocalEngine, archive: Archive, run: Run, files: int, folder: Path) -> list[str]:
    """Write the parts of the index that are new or change; those that go, by their paths below RESULTS."""
    old = archive.manifest
    part = f"{len(old['additions']) + 1:06d}"
    write_index(engine, engine.work, folder, run.options, part, archive.since, old["pairs"])
    _join_texts(archive.folder, folder)
    _join_exact(archive, folder)
    runs, removed = {}, []
    for name in indexes(run.options.views):
        before = [] if name == "copies" else old["runs"][name]
        runs[name], gone = engine.call(
            "dedup.archive.keys", "add_run", archive.folder / name, before, folder / name, part
        )
        gone += old["runs"][name] if name == "copies" else []
        removed += [f"{INDEX}/{name}/{one}.{ending}" for one in gone for ending in ("keys", "rows")]
    kept = {name: size for name, size in old.get("sizes", {}).items() if f"{INDEX}/{name}" not in removed}
    before = {name: old[name] for name in ("files", "state")}
    given = run.identity["fingerprint"]
    manifest = {
        **old,
        "files": old["files"] + files,
        "pairs": old["pairs"] + count_pairs(engine),
        "state": digest_of([old["state"], given]),
        "runs": runs,
        "sizes": {**kept, **sizes_of(folder)},
        "additions": [*old["additions"], {**before, "fingerprint": given}],
    }
    write_json(folder / MANIFEST, manifest)
    return removed


def _join_texts(old: Path, new: Path) -> None:
    """Let the index of new texts begin with that of the old ones."""
    index = [json.loads((folder / TEXTS).read_text("utf-8")) for folder in (old, new)]
    places = zip(files_beside(old / TEXTS), files_beside(new / TEXTS), strict=True)
    for before, after in places:
        own = after.read_bytes()
        after.unlink()  # a link to the scan's own
        with before.open("rb") as source, after.open("wb") as target:
            while piece := source.read(2**24):
                target.write(piece)
            target.write(own)
    (new / TEXTS).unlink()
    (new / TEXTS).write_text(json.dumps([*index[0], *index[1]]), "utf-8")


def _join_exact(archive: Archive, folder: Path) -> None:
    """All copies word for word: those of the archive may be copies of other ones now."""
    new: NDArray[np.int64] = np.load(folder / EXACT, allow_pickle=False)
    old = archive.exact[:, ~np.isin(archive.exact[0], new[0])]
    both = np.concatenate([old, new], axis=1)
    save_array(folder / EXACT, both[:, np.argsort(both[0])])


def _extend_tables(old: Results, new: Results, run: Run, folder: Path) -> list[str]:
    """Write the parts of tables, and ``run.json``; the parts that go, by their paths below RESULTS."""
    counts = {name: old.run["counts"][name] + new.run["counts"].get(name, 0) for name in old.run["counts"]}
    for table in _APPENDED:
        if list_parts(old.path / table.name) and list_parts(new.path / table.name):
            first = int(list_parts(old.path / table.name)[-1].stem.removeprefix("part-")) + 1
            added = write_table(folder / table.name, table, _added(old, new, table), first)
            counts[f"{table.name}_rows"] = old.count(table.name) + added
    for name in ("articles", "pairs"):
        counts[name] = counts.pop(f"{name}_rows")
    furniture = iter(_join_furniture(old, new).to_batches())
    counts["furniture_rows"] = write_table(folder / schema.FURNITURE.name, schema.FURNITURE, furniture)
    clusters = iter([_join_clusters(old, new)])
    counts["clusters_rows"] = write_table(folder / schema.CLUSTERS.name, schema.CLUSTERS, clusters)
    write_json(folder / RUN_FILE, _report(old, run, counts))
    return [
        f"{table.name}/{part.name}"
        for table in (schema.FURNITURE, schema.CLUSTERS)
        for part in list_parts(old.path / table.name)
        if not (folder / table.name / part.name).exists()
    ]


def _added(old: Results, new: Results, table: Table) -> Iterator[pa.RecordBatch]:
    """The rows of a table that are of new articles alone, or of pairs with them."""
    archived = new.table("articles", ["article", "archived"])
    names = archived["article"].filter(archived["archived"])
    number = old.count("pairs") + 1
    for part in list_parts(new.path / table.name):
        for batch in read_part(part):
            rows = batch.cast(arrow_schema(table))
            if table == schema.PAIRS:
                numbers = pa.array(np.arange(number, number + rows.num_rows))
                number += rows.num_rows
                rows = rows.set_column(0, rows.schema.field(0), numbers)
            elif table != schema.SKIPPED:
                rows = rows.filter(pc.invert(pc.is_in(rows["article"], value_set=names)))
            yield rows


def _join_furniture(old: Results, new: Results) -> pa.Table:
    both = pa.concat_tables([results.table("furniture") for results in (old, new)])
    counted = both.group_by(["source", "text"]).aggregate([("articles", "sum")])
    table = counted.rename_columns(["source", "text", "articles"]).cast(arrow_schema(schema.FURNITURE))
    keyed = table.append_column("named", table["source"].is_valid())
    order = ("named", "ascending"), ("source", "ascending"), ("articles", "descending"), ("text", "ascending")
    return table.take(pc.sort_indices(keyed, sort_keys=order))


def _join_clusters(old: Results, new: Results) -> pa.RecordBatch:
    """The clusters of all pairs, but those of articles that are copies of other ones now."""
    articles, pairs = (
        pa.concat_tables([results.table(name, columns) for results in (old, new)])
        for name, columns in (("articles", [*ARTICLE_COLUMNS, "archived"]), ("pairs", PAIR_COLUMNS))
    )
    articles = articles.filter(pc.invert(pc.fill_null(articles["archived"], False)))
    graph = Graph(float(old.run["options"]["threshold"]), articles, pairs)
    exact = graph.kinds == "exact"
    copies = np.isin(np.arange(len(graph.names)), graph.right[exact])
    kept = ~copies[graph.left] & (exact | ~copies[graph.right])
    return cluster_rows(graph, graph.clusters(kept))


def _report(old: Results, run: Run, counts: dict[str, Any]) -> dict[str, Any]:
    """``run.json``, of all the scans together."""
    identity = old.run["identity"]
    inputs = old.run["inputs"]
    return {
        **old.run,
        "counts": counts,
        "inputs": {
            **inputs,
            "paths": [*inputs["paths"], *run.inputs["paths"]],
            **{name: inputs[name] + run.inputs[name] for name in ("files", "bytes")},
            "roots": [*inputs.get("roots", []), *run.inputs["roots"]],
            "fingerprint": "",
        },
        "identity": {**identity, "extended": identity.get("extended", 0) + 1},
        "snapshot": {**old.run["snapshot"], **run.snapshot},
    }
