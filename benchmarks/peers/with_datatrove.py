"""datatrove: the first two stages of its MinHash pipeline, signatures and buckets.

Stage 1 gets the shingle hashes of our reader in the place of text: its own words take spaCy, and
far longer. Stage 2 sorts and merges the files of each bucket and writes
every article with the one before it in the same bucket; all pairs of such a run are reported. The
stages after that group and filter: they are left out, and so is their time.

Tasks run in forked processes, for otherwise each would import everything anew.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shingles
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.utils.hashing import HashConfig
from datatrove.utils.word_tokenizers import WordTokenizer
from numpy.typing import NDArray

BUFFERED = 1 << 14  # lines of a bucket's file read at once; its default of 5 is slower


class NoWords(WordTokenizer):
    """The custom tokenizer that keeps stage 1 from loading its own."""

    def word_tokenize(self, text: str) -> list[str]:
        raise NotImplementedError

    sent_tokenize = span_tokenize = word_tokenize


class Signature(MinhashDedupSignature):
    """Stage 1 for documents whose "text" is an array of shingle hashes."""

    def get_shingles(self, text: Any) -> NDArray[np.uint64]:
        hashes: NDArray[np.uint64] = text.reshape(-1, 1)
        return hashes


def main() -> None:
    given = shingles.parse(__doc__)
    config = MinhashConfig(
        n_grams=shingles.SHINGLE,
        num_buckets=given.bands,
        hashes_per_bucket=given.rows,
        hash_config=HashConfig(precision=32),
    )
    with tempfile.TemporaryDirectory(dir=given.pairs.parent) as folder:
        work = Path(folder)

        def read(_: Any, task: int, tasks: int) -> Iterator[Document]:
            """The documents of one task, their ids written beside."""
            ids = []
            for part in shingles.each_chunk(given.docs, shingles.shingle, 1, task, tasks):
                ids += part.ids
                yield from (Document(hashes, "") for hashes in part.each())
            (work / f"ids-{task}").write_text("\n".join(ids), "utf-8")

        def execute(name: str, steps: list[Any], tasks: int) -> None:
            LocalPipelineExecutor(
                steps, tasks, given.threads, logging_dir=str(work / name), start_method="fork"
            ).run()

        signatures, buckets = str(work / "signatures"), str(work / "buckets")
        execute("log-1", [read, Signature(signatures, config, NoWords())], given.threads)
        execute(
            "log-2",
            [MinhashDedupBuckets(signatures, buckets, config=config, lines_to_buffer=BUFFERED)],
            given.bands,
        )
        ids = [(work / f"ids-{task}").read_text("utf-8").splitlines() for task in range(given.threads)]
        begins = np.cumsum([0, *map(len, ids)]).tolist()
        found = {pair for path in Path(buckets).glob("*.dups") for pair in read_pairs(path, begins)}
    rows = sorted(found)
    flat = [name for part in ids for name in part]
    shingles.write(given.pairs, flat, [one for one, _ in rows], [other for _, other in rows])


def read_pairs(path: Path, begins: list[int]) -> Iterator[tuple[int, int]]:
    """All pairs of each run of a bucket, one < other; ``begins``: the first row of each task."""
    run: list[int] = []
    for task, number, other_task, other_number in struct.iter_unpack("<4I", path.read_bytes()):
        last, row = begins[task] + number, begins[other_task] + other_number
        if not run or run[-1] != last:
            run = [last]
        yield from ((min(row, member), max(row, member)) for member in run)
        run.append(row)


if __name__ == "__main__":
    main()
