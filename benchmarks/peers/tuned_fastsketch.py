"""FastSketchLSH fed with hashes that we made, by ``batch_csr``.

Processes call it for a chunk each, with one thread each: reading takes longer than sketching, and
so nothing waits.

--way ours   joined by us
--way index  joined by its LSH, all articles queried at once, with so many threads
"""

from __future__ import annotations

import numpy as np
import shingles
from FastSketchLSH import LSH, FastSimilaritySketch
from numpy.typing import NDArray

SEED = 42


def main() -> None:
    given = shingles.parse(__doc__, ["ours", "index"])
    ids, signatures = shingles.all_signatures(given.docs, sketch, given.threads)
    if given.way == "ours":
        one, other = shingles.join_bands(signatures, given.rows)
    else:
        index = LSH(shingles.PERMUTATIONS, given.bands, num_threads=given.threads)
        index.insert(signatures)
        found, first = index.query(signatures, format="csr")
        one, other = np.repeat(np.arange(len(ids)), np.diff(first.astype(np.int64))), found.astype(np.int64)
        one, other = one[one < other], other[one < other]
    shingles.write(given.pairs, ids, one.tolist(), other.tolist())


def sketch(articles: list[shingles.Article]) -> tuple[list[str], NDArray[np.uint64]]:
    """Ids, and signatures of n articles, uint64[n, 128]."""
    ids, hashes, first = shingles.shingle(articles)
    sketcher = FastSimilaritySketch(shingles.PERMUTATIONS, SEED)
    return ids, sketcher.batch_csr(hashes, first, prehashed=True, num_threads=1)


if __name__ == "__main__":
    main()
