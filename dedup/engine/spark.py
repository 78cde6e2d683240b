"""The Spark engine: stages through ``mapInArrow``, queries by Spark's SQL, tables as Parquet.

Every table is written once, below the work folder, and read from there: what an executor takes with
it when it dies is read again, not worked out again. A table that is whole says so by the file that
Spark leaves in it, and an interrupted run goes on from there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from dedup.chains import Stage, kept_tables
from dedup.engine import blocks, components, counting, executors
from dedup.engine.cluster_session import given_folder, open_session, ship_package
from dedup.engine.columns_of_spark import columns_of, ddl, ddl_of, spark_type
from dedup.engine.counting import Counting
from dedup.engine.files_of_spark import is_whole, load, save, write_parts
from dedup.engine.protocol import Output, Progress
from dedup.engine.waves import Waves
from dedup.errors import DedupError
from dedup.places import Cluster, Folder, remove
from dedup.plan import Plan
from dedup.read.items import ItemGroup
from dedup.schema import Table
from dedup.tables.files import PartWriter, arrow_schema, write_part
from dedup.tables.parts import part_path
from dedup.work import written_folder

_FOLDER = "spark"  # of the tables, in the work folder
MOST_EDGES = 20_000_000  # verified pairs that are clustered on the driver, in about 2 GB
_MOST_COUNTERS = 256  # tasks that count, each in a table of its own


class SparkEngine:
    """Use as a context manager. ``work`` holds the work tables, ``results`` the result tables.

    Both lie at a URL, or are folders that this machine and all executors see. ``cluster`` knows the
    URLs of inputs.
    """

    spreads = True
    worker_peaks = 0  # they are Spark's to tell

    def __init__(
        self, work: Folder, results: Folder, plan: Plan, progress: Progress, cluster: Cluster | None
    ) -> None:
        self._work = work
        self._folder = work / _FOLDER
        self._results = results
        self._cluster = cluster
        self._plan = plan
        self._progress = progress
        self._open = ExitStack()
        self._spark: Any = None

    def __enter__(self) -> SparkEngine:
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            self._spark = opened.enter_context(open_session(self._plan.options))
            ship_package(self._spark)
            self._open = opened.pop_all()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._open.__exit__(*exception)

    # ------------------------------------------------------------------ chains

    def read(self, groups: Iterable[ItemGroup], chain: Sequence[Stage], total: int) -> None:
        tables = kept_tables(chain)
        self._progress.start("read", total, "bytes")
        waves = Waves(self._spark, self._folder, chain, self._plan, self._cluster)
        places = list(waves.read(groups, self._progress.advance))
        self._progress.end()
        self._part(places, tables)

    def run(self, source: Table, chain: Sequence[Stage]) -> None:
        self._run(self._spark.table(source.name), "-".join(stage.name for stage in chain), chain)

    def run_pairs(self, candidates: Table, chain: Sequence[Stage]) -> None:
        pairs = self._spark.sql(
            f"""SELECT pairs.*, lefts.text AS left_text, rights.text AS right_text
            FROM {candidates.name} AS pairs
            JOIN texts AS lefts ON pairs.left_row = lefts.row
            JOIN texts AS rights ON pairs.right_row = rights.row"""
        )
        self._run(pairs, f"aligned-{candidates.name}", chain)

    def _run(self, rows: Any, name: str, chain: Sequence[Stage]) -> None:
        tables = kept_tables(chain)
        place = self._place(name)
        if not is_whole(place):
            self._progress.start(name, None, "")
            task = executors.running(chain, tables, self._plan)
            save(rows.mapInArrow(task, columns_of(tables)), place)
            self._progress.end()
        self._part([place], tables)

    def _part(self, places: Sequence[Folder], tables: Sequence[Table]) -> None:
        """Let queries read the tables that a chain has filled together."""
        for table in tables:
            rows = load(self._spark, columns_of(tables), *places)
            rows.where(f"{table.name} IS NOT NULL").select(f"{table.name}.*").createOrReplaceTempView(
                table.name
            )

    # ------------------------------------------------------------------ what stages are told

    def use(self, table: Table) -> None:
        path = given_folder() / f"{table.name}-{uuid.uuid4().hex}.parquet"
        write_part(
            path, table, self.fetch(f"SELECT * FROM {table.name}").cast(arrow_schema(table)).to_batches()
        )
        self._tell(table.name, path)

    def find_frequent(self, articles: int) -> None:
        if articles > self._plan.options.bucket_cap:
            self._count("frequent", articles)

    def count_stems(self, articles: int) -> None:
        for what in ("rarity", "neighbours")[: 1 + (not self._plan.options.no_spun)]:
            self._count(what, articles)

    def _count(self, what: str, articles: int) -> None:
        """Count in tasks, add up by blocks, and keep what follows."""
        from dedup.stored import save_array

        self._progress.start(what, None, "")
        counted = Counting(what, articles, self._plan.options.bucket_cap)
        none = counting.count(counted, ())
        rows = self._spark.table(counted.source.name).coalesce(_MOST_COUNTERS)
        blocks = rows.mapInArrow(executors.counted(counted), ddl(executors.COUNTED)).groupBy("block")
        added = blocks.applyInArrow(executors.adding_up(str(none.dtype)), ddl(executors.COUNTED))
        for row in added.toLocalIterator():
            values = np.frombuffer(row.counts, none.dtype)
            none[row.block * executors.BLOCK_VALUES :][: len(values)] = values
        path = given_folder() / f"{what}-{uuid.uuid4().hex}.npy"
        save_array(path, counting.finish(counted, none))
        self._tell(what, path)
        self._progress.end()

    def _tell(self, what: str, path: Path) -> None:
        """Give executors a file, and tell the stages that follow its name."""
        self._spark.sparkContext.addFile(path.as_uri())
        self._plan = self._plan._replace(**{what: path.name})  # type: ignore[arg-type]

    # ------------------------------------------------------------------ queries

    def drop_lone(self, source: Table, target: Table) -> None:
        place = self._place(target.name)
        if not is_whole(place):
            self._progress.start(target.name, None, "")
            total = self._number(f"SELECT coalesce(sum(rows), 0) AS keys FROM {source.name}")
            rows = self._spark.sql(f"SELECT *, {blocks.part(total)} AS part FROM {source.name}")
            task = executors.dropping_lone(source, target, total)
            save(rows.repartition("part").mapInArrow(task, ddl_of(target)), place)
            self._progress.end()
        self._view(target, place)

    def sql(self, target: Table, *queries: str) -> None:
        place = self._place(target.name)
        if not is_whole(place):
            self._progress.start(target.name, None, "")
            save(self._ask(target, queries), place)
            self._progress.end()
        self._view(target, place)

    def number(self, target: Table, query: str, order: str) -> None:
        """Rows are sorted in partitions, and counted in each: a window would bring all of them into one."""
        *columns, number = target.column_names
        kept = ", ".join(columns)
        placed = self._fill(
            f"""SELECT {kept}, monotonically_increasing_id() AS place
            FROM (SELECT * FROM ({query}) AS every ORDER BY {order}) AS ordered"""
        )
        part = "shiftright(place, 33)"  # what the id is made of: the partition, and the place in it
        parts = self.fetch(f"SELECT {part} AS part, count(*) AS rows FROM {placed} GROUP BY 1 ORDER BY 1")
        before = np.cumsum(parts["rows"].to_numpy()) - parts["rows"].to_numpy()
        starts = pa.table({"part": parts["part"], "before": before})
        self._spark.createDataFrame(starts).createOrReplaceTempView("starts")
        self.sql(
            target,
            f"""SELECT {kept}, before + place - shiftleft(part, 33) + 1 AS {number}
            FROM {placed} JOIN starts ON {part} = starts.part""",
        )

    def put(self, target: Table, rows: pa.Table) -> None:
        self._keep(target, self._spark.createDataFrame(rows, ddl_of(target)))

    def refill(self, target: Table, query: str) -> None:
        place = self._place(f"{target.name}-{uuid.uuid4().hex}")
        save(self._ask(target, [query]), place)
        self._view(target, place)

    def cluster(self, target: Table, function: str, nodes: str, edges: str) -> None:
        count = self._number(f"SELECT count(*) AS edges FROM ({edges}) AS every")
        if count <= MOST_EDGES:
            self.put(target, executors.clustering(function)(self.fetch(nodes), self.fetch(edges)))
        else:
            self._cluster_apart(target, function, nodes, edges, count)

    def _cluster_apart(self, target: Table, function: str, nodes: str, edges: str, count: int) -> None:
        """Cluster components, many at a time."""
        pairs = self._fill(edges)
        placed = self._fill(f"SELECT row, monotonically_increasing_id() AS place FROM ({nodes}) AS ordered")
        roots = components.find_components(pairs, self._fill, self._number)
        graph, made = components.Graph(placed, pairs, roots), executors.clustering(function)
        self._keep(target, components.cluster_apart(self._spark, graph, count, made, ddl_of(target)))

    def _fill(self, query: str) -> str:
        """A table of a query's rows, by a name of its own."""
        name = f"filled_{uuid.uuid4().hex}"
        save(self._spark.sql(query), self._place(name))
        load(self._spark, None, self._place(name)).createOrReplaceTempView(name)
        return name

    def _number(self, query: str) -> int:
        return int(self.fetch(query).column(0)[0].as_py())

    def fetch(self, query: str) -> pa.Table:
        rows: pa.Table = self._spark.sql(query).toArrow()
        return rows

    def _ask(self, target: Table, queries: Sequence[str]) -> Any:
        """The rows of queries, in the types of a table."""
        every = [self._spark.sql(query) for query in queries]
        rows = every[0]
        for more in every[1:]:
            rows = rows.unionByName(more)
        types = {column.name: spark_type(column.type) for column in target.columns}
        return rows.selectExpr(*(f"CAST({name} AS {type_}) AS {name}" for name, type_ in types.items()))

    def _keep(self, table: Table, rows: Any) -> None:
        save(rows, self._place(table.name))
        self._view(table, self._place(table.name))

    def _view(self, table: Table, place: Folder) -> None:
        load(self._spark, ddl_of(table), place).createOrReplaceTempView(table.name)

    def _place(self, name: str) -> Folder:
        return self._folder / name

    # ------------------------------------------------------------------ results

    def write(self, outputs: Iterable[Output]) -> dict[str, int]:
        written: dict[str, int] = {}
        for output in outputs:
            self._progress.start(output.table.name, None, "rows")
            written[output.table.name] = self._write(output)
            self._progress.end()
        return written

    def _write(self, output: Output) -> int:
        directory = self._results / output.table.name
        for before in (written_folder(self._work, output.table.name), directory):  # by another engine, too
            remove(before)
        directory.mkdir(parents=True)
        (query,) = output.queries
        if output.texts:
            query = f"""SELECT rows.*, texts.text FROM ({query}) AS rows
                JOIN texts ON rows.row = texts.row ORDER BY rows.row"""
        rows = self._spark.sql(query).mapInArrow(executors.writing(output.table), ddl(executors.WRITTEN))
        written = write_parts(rows, self._place(f"written-{output.table.name}"))
        if written is None:
            raise DedupError(
                f"executors don't write to {directory}; RESULTS must lie where all of them see it"
            )
        parts, count = written
        for number, path in parts.items():
            path.replace(part_path(directory, number))
        if not parts:
            with TemporaryDirectory(prefix="dedup-") as folder:
                part = Path(folder, "part.parquet")
                with PartWriter(part, output.table, "zstd"):
                    pass
                part_path(directory, 0).write_bytes(part.read_bytes())
        return count
