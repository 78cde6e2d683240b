"""The local engine: stages over a pool of processes, queries by DuckDB, tables as files.

Work tables lie in a folder, a directory each; the texts in a store of their own. A small file says that a
part is done, and a table that a query fills appears whole or not at all, so an interrupted run goes on from
what is finished. Parts that were read are named after what they were read from: unchanged inputs keep theirs.
"""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dedup import schema
from dedup.chains import Stage, kept_tables
from dedup.engine import tasks
from dedup.engine.counting import Counting
from dedup.engine.database import batches_of, connect, plain_errors
from dedup.engine.parts import cut_parts, drop_others, filling
from dedup.engine.pool import Pool
from dedup.engine.protocol import Output, Progress
from dedup.engine.slices import slices
from dedup.engine.texts import save_index
from dedup.plan import Plan
from dedup.read.items import ItemGroup
from dedup.schema import Table
from dedup.tables.files import read_batches, write_part
from dedup.tables.parts import UNPACKED, list_parts, part_path
from dedup.work import DONE, READ, SPILL, WORKERS, written_folder

HELD = {schema.HEADS.name, schema.NAMES.name, schema.EXACT.name}  # every other query reads them
BYTES_HELD = 8 * 2**20  # of one of these on disk, at most, if it is held in memory
PAIRS_A_TASK = 4_000  # at most: more share more texts; of few pairs an eighth, but so many:
FEWEST_A_TASK = 100


class LocalEngine:
    """Use as a context manager. ``work`` holds the work tables, ``results`` the result tables."""

    spreads = False

    def __init__(
        self, work: Path, results: Path, plan: Plan, progress: Progress, texts: Sequence[Path] = ()
    ) -> None:
        """``texts``: stores of earlier articles, by their indexes."""
        options = plan.options
        self.work = work
        self.results = results
        self._stores = (*texts, work / "texts.json")
        self.plan = plan
        self._progress = progress
        self._pool = Pool(options.workers, work / WORKERS, not options.no_spun)
        self._peaks: dict[int, int] = {}
        self._kinds: dict[str, str] = {}  # of tables in the database: TABLE or VIEW
        self._counted: Callable[[], None] | None = None  # waits for frequent shingles to be found
        work.mkdir(parents=True, exist_ok=True)
        self._database = connect(options, work / SPILL)

    def __enter__(self) -> LocalEngine:
        self._pool.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._pool.__exit__(*exception)
        self._database.close()

    @property
    def worker_peaks(self) -> int:
        return sum(self._peaks.values())

    # ------------------------------------------------------------------ chains

    def read(self, groups: Iterable[ItemGroup], chain: Sequence[Stage], total: int) -> None:
        def task(group: ItemGroup, target: tasks.Target) -> tasks.ReadTask:
            return tasks.ReadTask(group.items, chain, self.plan, target)

        keyed = ((group.key, group, group.weight) for group in groups)
        outcomes = self._run(READ, keyed, tasks.read, task, chain, total, "bytes")
        index = [
            (outcome.first, str(part_path(self.work / schema.TEXTS.name, part)))
            for part, outcome in outcomes.items()
            if outcome.first >= 0
        ]
        save_index(self._stores[-1], sorted(index))

    def find_frequent(self, articles: int) -> None:
        if articles > self.plan.options.bucket_cap:
            self._counted = self._begin_counting("frequent", articles)

    def run(self, source: Table, chain: Sequence[Stage]) -> None:
        def task(part: Path, target: tasks.Target) -> tasks.TableTask:
            return tasks.TableTask(part, chain, self.plan, target)

        self._await_frequent()
        parts = [(part.stem.removeprefix("part-"), part, 1) for part in list_parts(self.work / source.name)]
        self._run(source.name, parts, tasks.run_table, task, chain, len(parts), "parts")

    def _await_frequent(self) -> None:
        if self._counted is not None:
            self._progress.start("frequent", None, "")
            self._counted()
            self._counted = None
            self._progress.end()

    def use(self, table: Table) -> None:
        self.plan = self.plan._replace(**{table.name: str(self.work / table.name)})  # type: ignore[arg-type]

    def count_stems(self, articles: int) -> None:
        counted = ("rarity", "neighbours")[: 1 + (not self.plan.options.no_spun)]
        for wait in [self._begin_counting(what, articles) for what in counted]:
            wait()

    def _begin_counting(self, what: str, articles: int) -> Callable[[], None]:
        """Begin to count; gives what waits for it."""
        counting = Counting(what, articles, self.plan.options.bucket_cap)
        task = tasks.CountTask(counting, self.work / counting.source.name, self.work / f"{what}.npy")
        self.plan = self.plan._replace(**{what: str(task.path)})  # type: ignore[arg-type]
        return self._pool.begin(tasks.count, task)

    def drop_lone(self, source: Table, target: Table) -> None:
        def write(folder: Path) -> None:
            self.call(tasks.__name__, "drop_lone", tasks.LoneTask(self.work / source.name, target, folder))

        self.fill(target, write)

    def fill(self, target: Table, write: Callable[[Path], Any]) -> None:
        """Fill a table with the parts that a function writes into a folder."""
        directory = self.work / target.name
        if not directory.exists():
            with filling(directory) as unfinished:
                write(unfinished)
        self._view(target)

    def drop_added(self, *tables: Table) -> None:
        """Remove what an interrupted run added to tables."""
        for part in (part for table in tables for part in (self.work / table.name).glob("part-archived*")):
            part.unlink()

    def add(self, target: Table, part: int | str, rows: pa.Table) -> None:
        """Add rows to a table that is filled, or replace those added under the same name."""
        write_part(part_path(self.work / target.name, part), target, rows.to_batches())
        self._view(target)

    def run_pairs(self, candidates: Table, chain: Sequence[Stage], a_task: int | None = None) -> None:
        def task(pairs: pa.RecordBatch, target: tasks.Target) -> tasks.PairTask:
            return tasks.PairTask(pairs, self._stores, chain, self.plan, target)

        total = self._count(candidates)
        usual = min(PAIRS_A_TASK, max(FEWEST_A_TASK, -(-total // 8)))  # the same at any number of jobs
        cut = slices(read_batches(self.work / candidates.name), a_task or usual)
        batches = ((part, batch, batch.num_rows) for part, batch in enumerate(cut))
        self._run(f"aligning {candidates.name}", batches, tasks.align_pairs, task, chain, total, "pairs")

    def _run(
        self,
        name: str,
        sources: Iterable[tuple[int | str, Any, int]],
        function: Callable[[Any], tasks.Outcome],
        task_of: Callable[[Any, tasks.Target], Any],
        chain: Sequence[Stage],
        total: int | None,
        unit: str,
    ) -> dict[int | str, tasks.Outcome]:
        """One task for each source, those that are done left out; outcomes by the parts' names.

        ``sources``: each with its part's number or name, and with its share of ``total``.
        """
        tables = kept_tables(chain)
        done = self.work / DONE / name
        outcomes: dict[int | str, tasks.Outcome] = {}

        def missing() -> Iterator[Any]:
            for part, source, amount in sources:
                target = tasks.Target(self.work, tables, part, done / f"{part}.json")
                if target.done.exists():
                    outcomes[part] = tasks.read_outcome(target.done)
                    self._progress.advance(amount)
                    continue
                order.append((part, amount))
                yield task_of(source, target)

        order: list[tuple[int | str, int]] = []
        self._progress.start(name, total, unit)
        for place, outcome in enumerate(self._pool.map(function, missing())):
            part, amount = order[place]
            outcomes[part] = outcome
            self._note(outcome)
            self._progress.advance(amount)
        self._progress.end()
        drop_others(self.work, done, tables, outcomes)
        for table in tables:
            if not outcomes:
                write_part(part_path(self.work / table.name, 0), table, ())
            self._view(table)
        return outcomes

    def _note(self, outcome: tasks.Outcome) -> None:
        if outcome.process != os.getpid():
            self._peaks[outcome.process] = max(self._peaks.get(outcome.process, 0), outcome.peak_bytes)

    # ------------------------------------------------------------------ queries

    def sql(self, target: Table, *queries: str) -> None:
        def write(folder: Path) -> None:
            self._progress.start(target.name, None, "")
            for part, query in enumerate(queries):
                path = str(part_path(folder, part)).replace("'", "''")
                with plain_errors():
                    self._database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION snappy)")
            self._progress.end()

        self.fill(target, write)

    def number(self, target: Table, query: str, order: str) -> None:
        *columns, number = target.column_names
        numbered = f"{', '.join(columns)}, row_number() OVER (ORDER BY {order}) AS {number}"
        self.sql(target, f"SELECT {numbered} FROM ({query}) AS every")

    def put(self, target: Table, rows: pa.Table) -> None:
        self.add(target, 0, rows)

    def refill(self, target: Table, query: str) -> None:
        self.put(target, self.fetch(query))

    def fetch(self, query: str) -> pa.Table:
        with plain_errors():
            result: pa.Table = self._database.sql(query).to_arrow_table()
        return result

    def cluster(self, target: Table, function: str, nodes: str, edges: str) -> None:
        self.put(target, self.call(tasks.MEMBERS, function, self.fetch(nodes), self.fetch(edges)))

    def _view(self, table: Table) -> None:
        """Let queries read a table: its files, or a copy in memory if it is small and in much use."""
        if table.name in UNPACKED:
            return
        size = sum(part.stat().st_size for part in list_parts(self.work / table.name))
        kind = "TABLE" if table.name in HELD and size <= BYTES_HELD else "VIEW"
        before = self._kinds.get(table.name, kind)
        if before != kind:
            self._database.execute(f"DROP {before} {table.name}")
        self._kinds[table.name] = kind
        files = glob.escape(str(self.work / table.name)).replace("'", "''") + "/*.parquet"
        self._database.execute(
            f"CREATE OR REPLACE {kind} {table.name} AS SELECT * FROM read_parquet('{files}')"
        )

    def _count(self, table: Table) -> int:
        return sum(pq.read_metadata(part).num_rows for part in list_parts(self.work / table.name))

    # ------------------------------------------------------------------ results

    def write(self, outputs: Iterable[Output]) -> dict[str, int]:
        rows: dict[str, int] = {}

        def tables() -> Iterator[tasks.WriteTask]:
            for output in outputs:
                rows[output.table.name] = 0
                self._progress.start(output.table.name, None, "rows")
                stores = self._stores if output.texts else ()
                done = written_folder(self.work, output.table.name)
                for task in cut_parts(output.table, self._rows(output), self.results, done, stores):
                    if task.is_done():
                        rows[output.table.name] += task.rows.num_rows
                    else:
                        yield task
                self._progress.end()

        for outcome in self._pool.map(tasks.write, tables()):
            self._note(outcome)
            for name, written in outcome.rows.items():
                rows[name] += written
        return rows

    def _rows(self, output: Output) -> Iterator[pa.RecordBatch]:
        for query in output.queries:
            yield from self.batches(query)

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """The rows of a query, in order."""
        with plain_errors():
            reader = self._database.sql(query).to_arrow_reader(tasks.ROWS_A_GROUP)
        yield from batches_of(reader)

    def write_anew(self, target: Table) -> None:
        """Forget what is written of a result table."""
        shutil.rmtree(written_folder(self.work, target.name), ignore_errors=True)

    def call(self, module: str, function: str, *arguments: Any) -> Any:
        return self.call_all(module, [(function, *arguments)])[0]

    def call_all(self, module: str, calls: Iterable[tuple[Any, ...]]) -> list[Any]:
        """The values of functions, each with its arguments, worked out side by side."""
        return list(self._pool.map(tasks.call, (tasks.CallTask(module, f, tuple(a)) for f, *a in calls)))
