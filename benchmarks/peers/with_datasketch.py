"""datasketch as its documentation shows it: MinHash of shingles, and MinHashLSH.

MinHashes come from ``MinHash.generator``, in its default and fastest scheme, ``affine32``. Each is
looked up in the index, and then put in. datasketch has no threads.

--way xxhash  hashed by xxh32, as its documentation advises where speed matters
--way sha1    hashed by its default, SHA-1

Python's garbage collector would look through the index time and again, and is turned off.
"""

from __future__ import annotations

import gc
from typing import Any

import shingles
import xxhash
from datasketch import MinHash, MinHashLSH


def main() -> None:
    given = shingles.parse(__doc__, ["xxhash", "sha1"])
    gc.disable()
    ids: list[str] = []
    pairs: list[tuple[int, int]] = []
    options: dict[str, Any] = {"hashfunc": xxhash.xxh32_intdigest} if given.way == "xxhash" else {}
    index = MinHashLSH(num_perm=shingles.PERMUTATIONS, params=(given.bands, given.rows))
    for names, sets in shingles.each_batch(given.docs, given.shingle):
        made = MinHash.generator(sets, num_perm=shingles.PERMUTATIONS, **options)
        for row, minhash in enumerate(made, len(ids)):
            pairs += [(other, row) for other in index.query(minhash)]
            index.insert(row, minhash, check_duplication=False)
        ids += names
    shingles.write_pairs(given.pairs, ids, pairs)


if __name__ == "__main__":
    main()
