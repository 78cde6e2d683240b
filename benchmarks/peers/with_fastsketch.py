"""FastSketchLSH as its documentation shows it: FastSimilaritySketch of shingles in batches, and LSH.

Both with so many threads. The index is asked for all articles at once.
"""

from __future__ import annotations

import numpy as np
import shingles
from FastSketchLSH import LSH, FastSimilaritySketch

SEED = 42


def main() -> None:
    given = shingles.parse(__doc__)
    ids: list[str] = []
    parts = [np.zeros((0, shingles.PERMUTATIONS), np.uint64)]
    sketcher = FastSimilaritySketch(shingles.PERMUTATIONS, SEED)
    for names, sets in shingles.each_batch(given.docs, given.shingle):
        ids += names
        parts.append(sketcher.batch(sets, num_threads=given.threads))
    sketches = np.concatenate(parts)
    index = LSH(shingles.PERMUTATIONS, given.bands, num_threads=given.threads)
    index.insert(sketches)
    found, first = index.query(sketches, format="csr")
    one, other = np.repeat(np.arange(len(ids)), np.diff(first.astype(np.int64))), found.astype(np.int64)
    one, other = one[one < other], other[one < other]
    shingles.write(given.pairs, ids, one.tolist(), other.tolist())


if __name__ == "__main__":
    main()
