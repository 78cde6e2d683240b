"""rensa as its documentation shows it: RMinHash of shingles in batches, and RMinHashLSH.

It sketches a batch with so many threads. Of the ways to sketch full sets it is ``from_token_sets``
that gives what its index can name candidates for: of a matrix of digests the index says only which
rows have a duplicate. Its "rho" sketch is faster still and of no use here: it fills but 48 of 128
values from an article's shingles, and bands of empty values are equal between strangers (half of
all pairs of articles).
"""

from __future__ import annotations

import os

import shingles

SEED = 42


def main() -> None:
    given = shingles.parse(__doc__)
    os.environ["RAYON_NUM_THREADS"] = str(given.threads)
    from rensa import RMinHash, RMinHashLSH

    ids: list[str] = []
    sketches: list[RMinHash] = []
    for names, sets in shingles.each_batch(given.docs, given.shingle):
        ids += names
        sketches += RMinHash.from_token_sets(sets, shingles.PERMUTATIONS, SEED)
    index = RMinHashLSH(given.threshold, shingles.PERMUTATIONS, given.bands)
    index.insert_many(sketches)
    answers = enumerate(index.query_all(sketches))
    shingles.write_pairs(
        given.pairs, ids, [(one, other) for one, found in answers for other in found if one < other]
    )


if __name__ == "__main__":
    main()
