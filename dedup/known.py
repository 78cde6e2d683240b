"""What a scan has counted, loaded once a process: how rare stems are, and what templates there are."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedup import schema
from dedup.band_join import LEAST_TEMPLATE
from dedup.plan import Plan
from dedup.sketch.rarity import load_rarity
from dedup.tables import read_table
from dedup.verify import Known


def load_known(plan: Plan) -> Known:
    """What the plan's files say of words; nothing, where there are none."""
    if not plan.templates:
        return Known(load_rarity(plan.rarity), *2 * (np.empty(0, np.int64),))
    status = os.stat(plan.templates)
    return Known(load_rarity(plan.rarity), *_load_keys(plan.templates, status.st_ino, status.st_mtime_ns))


@functools.lru_cache(maxsize=1)
def _load_keys(path: str, inode: int, modified_ns: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The sorted keys of templates, and of those of series; the folder is made anew by every scan that fills it."""
    table = read_table(Path(path), schema.TEMPLATES)
    keys, articles = (table[name].to_numpy() for name in ("key", "articles"))
    order = np.argsort(keys)
    keys, articles = keys[order], articles[order]
    return keys[articles >= LEAST_TEMPLATE], keys
