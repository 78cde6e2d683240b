"""datasketch as its documentation shows it, each pair with datasketch's own estimate of its Jaccard index.

MinHashLSH is asked for the threshold with its weights towards recall, 0.1 for wrong candidates and
0.9 for missed ones. Candidates of an estimate below the threshold are dropped. A line a pair: two
ids, and the estimate.
"""

from __future__ import annotations

import gc

import shingles
import xxhash
from datasketch import MinHash, MinHashLSH

WEIGHTS = (0.1, 0.9)


def main() -> None:
    given = shingles.parse(__doc__)
    gc.disable()
    made: dict[str, MinHash] = {}
    index = MinHashLSH(given.threshold, shingles.PERMUTATIONS, WEIGHTS)
    with given.pairs.open("w", encoding="utf-8") as output:
        for names, sets in shingles.each_batch(given.docs, given.shingle):
            batch = MinHash.generator(sets, num_perm=shingles.PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
            for name, minhash in zip(names, batch, strict=True):
                for other in index.query(minhash):
                    estimate = minhash.jaccard(made[other])
                    if estimate >= given.threshold:
                        output.write(f"{other} {name} {estimate:.4f}\n")
                index.insert(name, minhash, check_duplication=False)
                made[name] = minhash


if __name__ == "__main__":
    main()
