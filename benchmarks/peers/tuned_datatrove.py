"""datatrove fed with hashes that we made: its first stage gets them in the place of texts."""

from __future__ import annotations

from typing import Any

import numpy as np
import shingles
from datatrove.data import Document
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from numpy.typing import NDArray
from with_datatrove import Split, run


class Signature(MinhashDedupSignature):
    """Stage 1 for documents whose "text" is an array of shingle hashes; its tokenizer has nothing to do."""

    def get_shingles(self, text: Any) -> NDArray[np.uint64]:
        hashes: NDArray[np.uint64] = text.reshape(-1, 1)
        return hashes


def main() -> None:
    run(shingles.parse(__doc__), read_documents, make_stage)


def read_documents(articles: list[shingles.Article]) -> tuple[list[str], list[Document]]:
    shingled = shingles.shingle(articles)
    return shingled.ids, [Document(hashes, "") for hashes in shingled.each()]


def make_stage(folder: str, config: MinhashConfig) -> MinhashDedupSignature:
    return Signature(folder, config, Split())


if __name__ == "__main__":
    main()
