"""What the fork server does once, so that no worker has to: imports, kernels, lookup tables."""

from __future__ import annotations

from dedup import spun, stages
from dedup.options import Options
from dedup.pair import compare
from dedup.read import reader

_TEXT = "The kernels are loaded from their cache when they are called for the first time, " * 2

compare(_TEXT, _TEXT.replace("first", "second"), Options())
spun.find_evidence(_TEXT)

__all__ = ["reader", "stages"]
