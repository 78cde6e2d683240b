"""What the fork server does once, so that no worker has to: imports, kernels, lookup tables."""

from __future__ import annotations

import sys

# numba looks for the BLAS of SciPy, which no kernel of ours uses, and imports a quarter of
# a second's worth of it. So it is hidden while numba sets itself up.
_hidden = {} if "scipy" in sys.modules else {"scipy": None}
sys.modules.update(_hidden)  # type: ignore[arg-type]

from dedup import spun, stages  # noqa: E402
from dedup.options import Options  # noqa: E402
from dedup.pair import compare  # noqa: E402
from dedup.read import reader  # noqa: E402

_TEXT = "The kernels are loaded from their cache when they are called for the first time, " * 2

compare(_TEXT, _TEXT.replace("first", "second"), Options())
spun.find_evidence(_TEXT)
for _name in _hidden:
    del sys.modules[_name]

__all__ = ["reader", "stages"]
