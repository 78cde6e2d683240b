"""What the fork server does once, so that no worker has to: imports, kernels, lookup tables."""

from __future__ import annotations

import gc
import sys

# All that is made here stays; to look for garbage in it takes a fifth of the time.
gc.disable()

# numba looks for the BLAS of SciPy, which no kernel of ours uses, and imports a quarter of
# a second's worth of it. So it is hidden while numba sets itself up.
_hidden = {} if "scipy" in sys.modules else {"scipy": None}
sys.modules.update(_hidden)  # type: ignore[arg-type]

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402

from dedup import stages  # noqa: E402
from dedup.furniture.body import find_bodies  # noqa: E402
from dedup.furniture.credit_look import may_credit  # noqa: E402
from dedup.furniture.forms import forms  # noqa: E402
from dedup.furniture.lines import cut_lines, describe  # noqa: E402
from dedup.options import Options  # noqa: E402
from dedup.read import reader  # noqa: E402
from dedup.tables import columns  # noqa: E402
from dedup.text.words import split_words  # noqa: E402
from dedup.verify.pair import compare  # noqa: E402

TEXT = "The kernels are loaded from their cache when they are called for the first time, " * 2

compare(TEXT, TEXT.replace("first", "second"), Options(no_spun=True))
_texts = columns.string_buffers(pa.array([TEXT]))
_words, _lines = split_words(*_texts), cut_lines(*_texts)
_said = describe(_lines, *_texts, _words, forms())
_bodies = find_bodies(_lines, _said, np.zeros(1, np.uint8), _words.lengths)
may_credit(_words, *_texts)
for _name in _hidden:
    del sys.modules[_name]
gc.enable()
gc.freeze()  # nor are pages copied for it that processes share

__all__ = ["reader", "stages"]
