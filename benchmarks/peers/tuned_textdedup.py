"""text-dedup in processes of ours, its bands joined by us.

The ``embed_func`` of its ``text_dedup.minhash`` takes texts and gives bands, and ``join_bands``
joins these: without the passes of its command over a dataset to load, filter, group and save. Words
and shingles are its own. xxh3 instead of SHA-1 and 32 bits instead of 64 are its faster choices.
"""

from __future__ import annotations

import os

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
    given = shingles.parse(__doc__)
    ids, signatures = shingles.all_signatures(given.docs, sketch, given.threads)
    one, other = shingles.join_bands(signatures, given.rows)
    shingles.write(given.pairs, ids, one.tolist(), other.tolist())


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
    return [name for name, _ in articles], values.reshape(-1, shingles.PERMUTATIONS)


if __name__ == "__main__":
    main()
