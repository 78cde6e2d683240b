"""What a scan has counted, loaded once a process: how rare stems are, and what templates there are."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedup import schema
from dedup.plan import Plan
from dedup.queries.band_join import (
    LEAST_IN_SERIES,
    LEAST_LASTING,
    LEAST_MONTHS,
    LEAST_STANDING,
    LEAST_STOCK,
    LEAST_TEMPLATE,
    LEAST_UNDATED,
)
from dedup.sketch.rarity import load_rarity
from dedup.stored import load_array
from dedup.tables.files import read_table
from dedup.verify.facts import Known


def load_known(plan: Plan) -> Known:
    """What the plan's files say of words; nothing, where there are none."""
    known = Known.nothing()._replace(rarity=load_rarity(plan.rarity))
    if plan.neighbours:
        known = known._replace(neighbours=load_array(plan.neighbours))
    if plan.templates:
        status = os.stat(plan.templates)
        templates, stock, series, standing = _load_keys(plan.templates, status.st_ino, status.st_mtime_ns)
        known = known._replace(templates=templates, stock=stock, series=series, standing=standing)
    return known


@functools.lru_cache(maxsize=1)
def _load_keys(path: str, inode: int, modified_ns: int) -> tuple[NDArray[np.int64], ...]:
    """The sorted keys of ``Known``.

    The folder is made anew by every scan that fills it.
    """
    table = read_table(Path(path), schema.TEMPLATES)
    keys, articles, everywhere = (table[name].to_numpy() for name in ("key", "articles", "everywhere"))
    months = table["months"].fill_null(-1).to_numpy()
    known_long = (everywhere >= LEAST_STOCK) & (months >= LEAST_MONTHS)
    are_stock = known_long | (everywhere >= LEAST_UNDATED) & (months < 0)
    lasting = (everywhere >= LEAST_STANDING) & (months >= LEAST_LASTING)
    # Of undated articles and none by name, many may be versions of one.
    are_standing = are_stock | lasting | (articles >= LEAST_TEMPLATE) & (months >= 0)
    found = (articles >= LEAST_TEMPLATE, are_stock, articles >= LEAST_IN_SERIES, are_standing)
    return tuple(np.sort(keys[some]) for some in found)
