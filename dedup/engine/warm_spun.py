"""What the fork server does besides, if spun text is searched for."""

from __future__ import annotations

import gc

gc.disable()

from dedup import spun  # noqa: E402
from dedup.engine.warm import TEXT  # noqa: E402
from dedup.options import Options  # noqa: E402
from dedup.verify.pair import compare  # noqa: E402

compare(TEXT, TEXT.replace("first", "second"), Options())
spun.find_evidence(TEXT)
gc.enable()
gc.freeze()
