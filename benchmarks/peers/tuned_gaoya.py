"""gaoya in processes of ours, its bands joined by us.

``bulk_hash_docs`` gives signatures, so that each text is hashed once, and ``join_bands`` joins the
bands. Words and shingles are its own.
"""

from __future__ import annotations

import os

import numpy as np
import shingles
from numpy.typing import NDArray
from with_gaoya import make_index


def main() -> None:
    given = shingles.parse(__doc__)
    os.environ["RAYON_NUM_THREADS"] = "1"  # a process
    ids, signatures = shingles.all_signatures(given.docs, sketch, given.threads)
    one, other = shingles.join_bands(signatures, given.rows)
    shingles.write(given.pairs, ids, one.tolist(), other.tolist())


def sketch(articles: list[shingles.Article]) -> tuple[list[str], NDArray[np.uint32]]:
    """Ids, and signatures of n articles, uint32[n, 128]."""
    texts = [text.lower() for _, text in articles]
    hashed = make_index(1, shingles.PERMUTATIONS).minhash_index.bulk_hash_docs(texts)
    return [name for name, _ in articles], np.array(hashed, np.uint32).reshape(-1, shingles.PERMUTATIONS)


if __name__ == "__main__":
    main()
