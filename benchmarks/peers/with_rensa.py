"""rensa: R-MinHash, a sketch that takes few hashes a shingle, and bands joined by ``join_bands``.

``digest_matrix_from_flat_token_hashes`` sketches whole chunks from hashes, its fastest way to
sketches of full sets. Processes call it, for it has but one thread in that form. Its own index
(RMinHashLSH) says of a matrix only which rows have a duplicate, not which one; candidates it gives
for sketch objects alone, which it makes of strings. Its "rho" sketch is faster still and of no use
here: it fills but 48 of 128 values from an article's shingles, and bands of empty values are equal
between strangers (half of all pairs of articles).
"""

from __future__ import annotations

import os

import numpy as np
import shingles
from numpy.typing import NDArray
from rensa import RMinHash

SEED = 42


def main() -> None:
    given = shingles.parse(__doc__)
    os.environ["RAYON_NUM_THREADS"] = "1"  # a process
    ids, signatures = shingles.all_signatures(given.docs, sketch, given.threads)
    one, other = shingles.join_bands(signatures, given.rows)
    shingles.write(given.pairs, ids, one.tolist(), other.tolist())


def sketch(articles: list[shingles.Article]) -> tuple[list[str], NDArray[np.uint32]]:
    """Ids, and signatures of n articles, uint32[n, 128]."""
    ids, hashes, first = shingles.shingle(articles)
    digests = RMinHash.digest_matrix_from_flat_token_hashes(hashes, first, shingles.PERMUTATIONS, SEED)
    return ids, np.array(digests.to_rows(), np.uint32).reshape(-1, shingles.PERMUTATIONS)


if __name__ == "__main__":
    main()
