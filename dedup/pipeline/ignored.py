"""Pairs that were judged to be none (``Options.ignore``): a scan doesn't report them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from dedup import schema
from dedup.engine.protocol import Engine
from dedup.options import Options
from dedup.results.judged import Ends, read_judged, ruled_out
from dedup.tables.files import arrow_schema

IGNORED = """
SELECT an.row AS one, bn.row AS other
FROM ruled_out JOIN names AS an ON ruled_out.one = an.article JOIN names AS bn ON ruled_out.other = bn.article
UNION ALL
SELECT bn.row AS one, an.row AS other
FROM ruled_out JOIN names AS an ON ruled_out.one = an.article JOIN names AS bn ON ruled_out.other = bn.article
"""
UNKNOWN = """
SELECT count(*) AS articles
FROM (SELECT one AS article FROM ruled_out UNION SELECT other AS article FROM ruled_out) AS ends
WHERE NOT EXISTS (SELECT 1 FROM names WHERE names.article = ends.article)
"""
LOG = logging.getLogger("dedup")


def read_ignored(options: Options) -> list[Ends]:
    """The pairs that the options rule out. ``UsageError``: their file can't be read."""
    return [] if options.ignore is None else ruled_out(read_judged(options.ignore))


def rule_out(engine: Engine, ignored: Sequence[Ends], options: Options) -> None:
    """Fill the table that candidates are checked against; say how many articles of the file there aren't."""
    if options.ignore is None:
        return
    ends: list[Any] = [[pair[side] for pair in ignored] for side in (0, 1)]
    engine.put(schema.RULED_OUT, pa.table(ends, schema=arrow_schema(schema.RULED_OUT)))
    engine.sql(schema.IGNORED, IGNORED)
    unknown = engine.fetch(UNKNOWN)["articles"][0].as_py()
    if unknown:
        LOG.warning("articles of %s that are not among those read: %d (--ignore)", options.ignore, unknown)
