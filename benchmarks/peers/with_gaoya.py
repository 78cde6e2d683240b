"""gaoya: texts go in as they are, words, shingles and MinHash are made in Rust.

Its words are runs of letters and digits, as ours are. Texts are lower-cased here, which takes a
hundredth of the time that gaoya's own ``lowercase`` takes.

--join numpy  ``bulk_hash_docs`` gives signatures, processes call it, and ``join_bands`` joins the
              bands: each text is hashed once
--join index  MinHashStringIndex does, by ``par_bulk_insert_docs`` and ``par_bulk_query`` with so
              many threads; it can't be asked by signature, so that each text is hashed twice.
              Its own threshold is 0, for it drops what falls short of it by signatures.
"""

from __future__ import annotations

import os

import numpy as np
import shingles
from gaoya.minhash import MinHashStringIndex
from numpy.typing import NDArray

BITS = 32


def main() -> None:
    given = shingles.parse(__doc__, ["numpy", "index"])
    os.environ["RAYON_NUM_THREADS"] = str(1 if given.join == "numpy" else given.threads)
    if given.join == "numpy":
        ids, signatures = shingles.all_signatures(given.docs, sketch, given.threads)
        one, other = shingles.join_bands(signatures, given.rows)
        shingles.write(given.pairs, ids, one.tolist(), other.tolist())
        return
    articles = [article for part in shingles.each_chunk(given.docs, lower, 1) for article in part]
    ids, texts = [name for name, _ in articles], [text for _, text in articles]
    index = make_index(given.bands, given.rows)
    index.par_bulk_insert_docs(list(range(len(ids))), texts)
    answers = index.par_bulk_query(texts)
    pairs = [(one, other) for one, found in enumerate(answers) for other in found if one < other]
    shingles.write(given.pairs, ids, [one for one, _ in pairs], [other for _, other in pairs])


def make_index(bands: int, rows: int) -> MinHashStringIndex:
    """An index; "smallvec" is the container for ids that its documentation names for few duplicates."""
    words = (shingles.SHINGLE, shingles.SHINGLE)
    return MinHashStringIndex(BITS, 0.0, bands, rows, None, "word", False, words, "smallvec")


def sketch(articles: list[shingles.Article]) -> tuple[list[str], NDArray[np.uint32]]:
    """Ids, and signatures of n articles, uint32[n, 128]."""
    lowered = lower(articles)
    hashed = make_index(1, shingles.PERMUTATIONS).minhash_index.bulk_hash_docs([text for _, text in lowered])
    return [name for name, _ in lowered], np.array(hashed, np.uint32).reshape(-1, shingles.PERMUTATIONS)


def lower(articles: list[shingles.Article]) -> list[shingles.Article]:
    """The articles in lower case."""
    return [(name, text.lower()) for name, text in articles]


if __name__ == "__main__":
    main()
