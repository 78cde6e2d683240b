"""datatrove as its documentation shows it: the first two stages of its MinHash pipeline.

So many tasks at a time, as its LocalPipelineExecutor runs them. Stage 1 takes punctuation out of
texts, splits them into words and writes signatures. Stage 2 sorts and merges the files of each
bucket and writes every article with the one before it in the same bucket; all pairs of such a run
are reported. The stages after that group and filter: they are left out, and so is their time.

--way split  words by a custom tokenizer, as it lets one give: at spaces, for no punctuation is left
--way spacy  words by its default for English, spaCy, which takes many times as long as all the rest

Tasks run in forked processes, for otherwise each would import everything anew.
"""

from __future__ import annotations

import functools
import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shingles
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.utils.hashing import HashConfig
from datatrove.utils.typeshelper import Languages
from datatrove.utils.word_tokenizers import WordTokenizer

BUFFERED = 1 << 14  # lines of a bucket's file read at once; its default of 5 is slower

# From the lines of a chunk: the ids, and the documents.
Reader = Callable[[list[shingles.Article]], tuple[list[str], list[Document]]]
Stage = Callable[[str, MinhashConfig], MinhashDedupSignature]


class Split(WordTokenizer):
    """Words at spaces; it is asked for nothing else."""

    def word_tokenize(self, text: str) -> list[str]:
        return text.split()

    sent_tokenize = span_tokenize = word_tokenize


def main() -> None:
    given = shingles.parse(__doc__, ["split", "spacy"])
    words = Languages.english if given.way == "spacy" else Split()
    run(given, read_documents, functools.partial(MinhashDedupSignature, language=words))


def read_documents(articles: list[shingles.Article]) -> tuple[list[str], list[Document]]:
    return [name for name, _ in articles], [Document(text, name) for name, text in articles]


def run(given: shingles.Arguments, reader: Reader, stage: Stage) -> None:
    """Both stages, the first one as given; ids are written beside."""
    config = MinhashConfig(
        n_grams=given.shingle,
        num_buckets=given.bands,
        hashes_per_bucket=given.rows,
        hash_config=HashConfig(precision=32),
    )
    with tempfile.TemporaryDirectory(dir=given.pairs.parent) as folder:
        work = Path(folder)

        def read(_: Any, task: int, tasks: int) -> Iterator[Document]:
            ids = []
            for names, documents in shingles.each_chunk(given.docs, reader, 1, task, tasks):
                ids += names
                yield from documents
            (work / f"ids-{task}").write_text("\n".join(ids), "utf-8")

        def execute(name: str, steps: list[Any], tasks: int) -> None:
            LocalPipelineExecutor(
                steps, tasks, given.threads, logging_dir=str(work / name), start_method="fork"
            ).run()

        signatures, buckets = str(work / "signatures"), str(work / "buckets")
        execute("log-1", [read, stage(signatures, config)], given.threads)
        execute(
            "log-2",
            [MinhashDedupBuckets(signatures, buckets, config=config, lines_to_buffer=BUFFERED)],
            given.bands,
        )
        ids = [(work / f"ids-{task}").read_text("utf-8").splitlines() for task in range(given.threads)]
        begins = np.cumsum([0, *map(len, ids)]).tolist()
        found = {pair for path in Path(buckets).glob("*.dups") for pair in read_pairs(path, begins)}
    shingles.write_pairs(given.pairs, [name for part in ids for name in part], sorted(found))


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
