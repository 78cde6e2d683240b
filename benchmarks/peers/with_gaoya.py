"""gaoya as its documentation shows it: MinHashStringIndex, all in Rust, with so many threads.

Texts go in as they are; its words are runs of letters and digits. ``par_bulk_insert_docs`` and then
``par_bulk_query``: it can't be asked by signature, so that each text is hashed twice. Its own
threshold is 0, for it drops what falls short of it by signatures. Texts are lower-cased here, which
takes a hundredth of the time that gaoya's own ``lowercase`` takes. "smallvec" is the container for
ids that its documentation names for few duplicates.
"""

from __future__ import annotations

import os

import shingles
from gaoya.minhash import MinHashStringIndex

BITS = 32


def main() -> None:
    given = shingles.parse(__doc__)
    os.environ["RAYON_NUM_THREADS"] = str(given.threads)
    articles = [article for batch in shingles.each_article_batch(given.docs) for article in batch]
    ids, texts = [name for name, _ in articles], [text.lower() for _, text in articles]
    index = make_index(given.bands, given.rows, given.shingle)
    index.par_bulk_insert_docs(list(range(len(ids))), texts)
    answers = enumerate(index.par_bulk_query(texts))
    shingles.write_pairs(
        given.pairs, ids, [(one, other) for one, found in answers for other in found if one < other]
    )


def make_index(bands: int, rows: int, shingle: int = shingles.SHINGLE) -> MinHashStringIndex:
    words = (shingle, shingle)
    return MinHashStringIndex(BITS, 0.0, bands, rows, None, "word", False, words, "smallvec")


if __name__ == "__main__":
    main()
