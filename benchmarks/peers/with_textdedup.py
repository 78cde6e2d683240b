"""text-dedup: the MinHash of its ``text_dedup.minhash``.

--join numpy    its ``embed_func`` takes texts and gives bands, processes call it, and ``join_bands``
                joins the bands: without the passes of its command over a dataset to load, filter,
                group and save
--join command  its whole command, in processes of its own. It reports groups: all pairs within one

xxh3 instead of SHA-1 and 32 bits instead of 64 are its faster choices. Its words are split at each
character that is none, with empty words between two of these, so that its shingles are its own.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict

# Before the import, which reads them: nothing is to be fetched, and progress is not to be drawn.
os.environ |= {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}

import numpy as np
import shingles
import text_dedup.minhash
from numpy.typing import NDArray
from text_dedup.utils import xxh3_32hash

MAX_HASH, PRIME = np.uint32(2**32 - 1), np.uint32(2**32 - 5)  # as its command has them for 32 bits
_CHANCE = np.random.RandomState(42)
FACTORS = tuple(_CHANCE.randint(least, PRIME, shingles.PERMUTATIONS, np.uint32) for least in (1, 0))
WHOLE = [(0, shingles.PERMUTATIONS)]  # one band of all values, to be cut up by the join


def main() -> None:
    given = shingles.parse(__doc__, ["numpy", "command"])
    if given.join == "numpy":
        ids, signatures = shingles.all_signatures(given.docs, sketch, given.threads)
        one, other = (rows.tolist() for rows in shingles.join_bands(signatures, given.rows))
    else:
        ids = [name for part in shingles.each_chunk(given.docs, ids_of, 1) for name in part]
        one, other = run_command(given)
    shingles.write(given.pairs, ids, one, other)


def sketch(articles: list[shingles.Article]) -> tuple[list[str], NDArray[np.uint32]]:
    """Ids, and signatures of n articles, uint32[n, 128] (their bytes swapped, as it keeps them)."""
    found = [
        text_dedup.minhash.embed_func(
            text,
            0,
            num_perm=shingles.PERMUTATIONS,
            ngram_size=shingles.SHINGLE,
            min_length=shingles.SHINGLE,
            hashranges=WHOLE,
            permutations=FACTORS,
            hash_func=xxh3_32hash,
            dtype=np.uint32,
            max_hash=MAX_HASH,
            modulo_prime=PRIME,
        )[text_dedup.minhash.SIGNATURE_COLUMN]
        for _, text in articles
    ]
    values = np.frombuffer(b"".join(band for bands in found for band in bands), np.uint32)
    return ids_of(articles), values.reshape(-1, shingles.PERMUTATIONS)


def run_command(given: shingles.Arguments) -> tuple[list[int], list[int]]:
    """Pairs of rows within the groups that its command finds."""
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
            "ngram": shingles.SHINGLE,
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
    return shingles.within_groups(groups.values())


def ids_of(articles: list[shingles.Article]) -> list[str]:
    return [name for name, _ in articles]


if __name__ == "__main__":
    main()
