"""datasketch fed with hashes that we made.

One MinHash in the default and fastest scheme, ``affine32``, is cleared and filled by
``update_batch`` for each article, which takes less time than ``MinHash.generator`` and its copies.
The hash function gives back the number that it is given, for shingles come as hashes: that takes
less time than xxhash on shingles of joined words. datasketch has no threads, so processes sketch.

--way ours   joined by us
--way index  joined by MinHashLSH. Its tables are independent of one another: each process has an
             index of its own for a share of the bands. Pairs are read off the tables' buckets, in
             less time than a query an article takes.
"""

from __future__ import annotations

import functools
import operator
from itertools import combinations, pairwise

import numpy as np
import shingles
from datasketch import LeanMinHash, MinHash, MinHashLSH
from numpy.typing import NDArray

SCHEME = "affine32"


def main() -> None:
    given = shingles.parse(__doc__, ["ours", "index"])
    ids, signatures = shingles.all_signatures(given.docs, sketch, given.threads)
    if given.way == "ours":
        one, other = shingles.join_bands(signatures, given.rows)
    else:
        ends = [given.bands * share // given.threads * given.rows for share in range(given.threads + 1)]
        shares = [signatures[:, start:stop] for start, stop in pairwise(ends) if start < stop]
        parts = shingles.run(functools.partial(find, given.rows), shares, given.threads)
        found = np.unique(np.concatenate(list(parts)))
        one, other = np.divmod(found, len(ids))
    shingles.write(given.pairs, ids, one.tolist(), other.tolist())


def sketch(articles: list[shingles.Article]) -> tuple[list[str], NDArray[np.uint32]]:
    """Ids, and signatures of n articles, uint32[n, 128]."""
    shingled = shingles.shingle(articles)
    minhash = MinHash(shingles.PERMUTATIONS, hashfunc=operator.index, scheme=SCHEME)
    signatures = np.empty((len(shingled.ids), shingles.PERMUTATIONS), np.uint32)
    for row, hashes in enumerate(shingled.each()):
        minhash.clear()
        minhash.update_batch((hashes >> np.uint64(32)).tolist())  # it takes 32 bits
        signatures[row] = minhash.hashvalues
    return shingled.ids, signatures


def find(rows: int, signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The pairs of n articles in MinHashLSH of some columns of their signatures, as one * n + other."""
    count, columns = signatures.shape
    index = MinHashLSH(num_perm=columns, params=(columns // rows, rows))
    for row, values in enumerate(signatures):
        index.insert(row, LeanMinHash(seed=1, hashvalues=values, scheme=SCHEME), check_duplication=False)
    buckets = (table.get(key) for table in index.hashtables for key in table.keys())  # noqa: SIM118
    pairs = {pair for bucket in buckets if len(bucket) > 1 for pair in combinations(sorted(bucket), 2)}
    return np.array([one * count + other for one, other in pairs], np.int64)


if __name__ == "__main__":
    main()
