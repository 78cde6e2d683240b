"""rensa fed with hashes that we made, joined by us.

``digest_matrix_from_flat_token_hashes`` sketches whole chunks from hashes, its fastest way to
sketches of full sets. Processes call it, for it has but one thread in that form.
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
