"""Reading inputs on Spark, a wave of groups of items at a time."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from dedup.chains import Stage, kept_tables
from dedup.engine import executors, fetching
from dedup.engine.columns_of_spark import columns_of
from dedup.engine.executors import BYTES_AT_ONCE
from dedup.engine.files_of_spark import escaped, is_whole, load, save
from dedup.places import Cluster, Folder
from dedup.plan import Plan
from dedup.read.items import ItemGroup

_GROUPS_AT_ONCE = 4_096  # that are given out together; so many items, and bytes of lines that were unpacked
_ITEMS_AT_ONCE = 100_000


class Waves:
    """Reads waves for a chain of stages; ``cluster`` knows the URLs of items, ``folder`` holds the tables."""

    def __init__(
        self, spark: Any, folder: Folder, chain: Sequence[Stage], plan: Plan, cluster: Cluster | None
    ) -> None:
        self._spark = spark
        self._folder = folder
        self._chain = chain
        self._plan = plan
        self._cluster = cluster

    def read(self, groups: Iterable[ItemGroup], advance: Callable[[int], None]) -> Iterator[Folder]:
        """The places of what the groups gave."""
        for number, wave in enumerate(_waves(groups)):
            key = hashlib.sha256("".join(group.key for group in wave).encode()).hexdigest()[:32]
            yield from self._read(f"read-{number}-{key}", wave)
            advance(sum(group.weight for group in wave))

    def _read(self, name: str, wave: Sequence[ItemGroup]) -> Iterator[Folder]:
        here, there = fetching.part(wave)
        if here:
            yield self._run(executors.reading, here, lambda: self._numbers(here), name)
        if there and self._cluster:
            pieces = functools.partial(self._pieces, there, self._cluster)
            place = self._run(fetching.reading_pieces, there, pieces, f"{name}-at-urls")
            yield place
            left = fetching.left_of(there, load(self._spark, columns_of(kept_tables(self._chain)), place))
            for given in fetching.fetch(left, self._cluster):
                numbers = functools.partial(self._numbers, given)
                # Not a number: when a run goes on, other files may be had, and they are parted otherwise.
                first, last = given[0].items[0].file, given[-1].items[-1].file
                yield self._run(fetching.reading_whole, given, numbers, f"{name}-fetched-{first}-{last}")

    def _numbers(self, given: Sequence[object]) -> Any:
        """Tasks with the numbers of what is given."""
        return self._spark.range(0, len(given), 1, min(len(given), _GROUPS_AT_ONCE))

    def _pieces(self, urls: Collection[str], cluster: Cluster) -> Any:
        from pyspark.errors import AnalysisException

        try:
            return fetching.in_pieces(self._spark, [escaped(url) for url in urls])
        except AnalysisException:  # it wants all of them to be there, and one was removed since it was listed
            still = [url for url in urls if cluster.folder(url).exists()]
            if len(still) == len(urls):
                raise
            return self._pieces(still, cluster)

    def _run(self, reading: Any, given: Any, rows: Callable[[], Any], name: str) -> Folder:
        """Let tasks read what is given, which they get with rows of theirs."""
        place: Any = self._folder / name
        folder: Folder = place
        if not is_whole(folder):
            shared = self._spark.sparkContext.broadcast(given)
            tables = kept_tables(self._chain)
            task = reading(shared, self._chain, tables, self._plan)
            save(rows().mapInArrow(task, columns_of(tables)), folder)
            shared.destroy()
        return folder


def _waves(groups: Iterable[ItemGroup]) -> Iterator[list[ItemGroup]]:
    """Groups that are given out together."""
    wave: list[ItemGroup] = []
    held = items = 0
    for group in groups:
        wave.append(group)
        held += sum(len(item.data or b"") for item in group.items)
        items += len(group.items)
        if len(wave) == _GROUPS_AT_ONCE or items >= _ITEMS_AT_ONCE or held >= BYTES_AT_ONCE:
            yield wave
            wave, held, items = [], 0, 0
    if wave:
        yield wave
