"""text-dedup as its documentation shows it: the command ``text_dedup.minhash``, with so many processes.

xxh3 instead of SHA-1 and 32 bits instead of 64 are its faster choices. Its words are split at each
character that is none, with empty words between two of these, so that its shingles are its own. It
reports groups: all pairs within one.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict

# Before the import, which reads them: nothing is to be fetched, and progress is not to be drawn.
os.environ |= {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}

import shingles
import text_dedup.minhash


def main() -> None:
    given = shingles.parse(__doc__)
    ids, groups = find_groups(given)
    shingles.write(given.pairs, ids, *shingles.within_groups(groups))


def find_groups(given: shingles.Arguments) -> tuple[list[str], list[list[int]]]:
    """The ids of all articles, and the rows of each group."""
    ids = [name for batch in shingles.each_article_batch(given.docs) for name, _ in batch]
    with tempfile.TemporaryDirectory(dir=given.pairs.parent) as work:
        options = {
            "path": "json",
            "data_files": given.docs,
            "split": "train",
            "column": "text",
            "cache_dir": f"{work}/cache",
            "output": f"{work}/output",
            "num_proc": given.threads,
            "batch_size": 100_000,
            "ngram": given.shingle,
            "num_perm": shingles.PERMUTATIONS,
            "b": given.bands,
            "r": given.rows,
            "hash_func": "xxh3",
            "hash_bits": 32,
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        text_dedup.minhash.main(words, standalone_mode=False)
    groups: dict[int, list[int]] = defaultdict(list)
    for row in sorted(text_dedup.minhash.uf.parent):
        groups[text_dedup.minhash.uf.find(row)].append(row)
    return ids, list(groups.values())


if __name__ == "__main__":
    main()
