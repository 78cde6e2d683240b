"""Which stages follow one another, by name: what the pipeline asks for and an engine runs.

A stage's function stands in ``stages``, which brings the kernels along; a process that
only hands out the work does without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dedup import schema
from dedup.schema import Table


class Stage(NamedTuple):
    """A stage: the name of its function, the table it reads, and the table it fills."""

    name: str
    source: Table
    target: Table


_TRANSIENT = {
    table.name for table in (schema.SKETCHED, schema.SIGNED, schema.STEMS_PAIRED, schema.RECONSIDERED)
}  # never written


def kept_tables(chain: Sequence[Stage]) -> tuple[Table, ...]:
    """The tables that a chain fills and that are written."""
    return tuple(stage.target for stage in chain if stage.target.name not in _TRANSIENT)


READ = (
    Stage("keep_texts", schema.DOCS, schema.TEXTS),
    Stage("keep_skipped", schema.DOCS, schema.SKIPPED_ROWS),
    Stage("key_lines", schema.TEXTS, schema.EVERY_LINE),
)
SKETCH = (
    Stage("sketch", schema.TEXTS, schema.SKETCHED),
    Stage("keep_heads", schema.SKETCHED, schema.HEADS),
    Stage("keep_shingles", schema.SKETCHED, schema.SHINGLES),
    Stage("unfold_evidence", schema.SKETCHED, schema.EVIDENCE),
    Stage("unfold_removed", schema.SKETCHED, schema.REMOVED),
)
SIGN = (
    Stage("sign_shingles", schema.SHINGLES, schema.SIGNED),
    Stage("cut_bands", schema.SIGNED, schema.EVERY_BAND),
)
KEEP_SIGNATURES = (Stage("keep_signatures", schema.SIGNED, schema.SIGNATURES),)
KEEP_STEMS = (Stage("keep_stems", schema.SKETCHED, schema.STEMS),)
SAMPLE_PASSAGES = (Stage("sample_passages", schema.SHINGLES, schema.EVERY_PASSAGE),)
PAIR_STEMS = (
    Stage("pair_stems", schema.STEMS, schema.STEMS_PAIRED),
    Stage("unfold_keys", schema.STEMS_PAIRED, schema.EVERY_RARE),
    Stage("count_keys", schema.STEMS_PAIRED, schema.RARE_KEYS),
)
RECONSIDER = (
    Stage("reconsider", schema.PAIR_TEXTS, schema.RECONSIDERED),
    Stage("keep_second_verdicts", schema.RECONSIDERED, schema.SECOND_VERDICTS),
    Stage("unfold_evidence", schema.RECONSIDERED, schema.SECOND_EVIDENCE),
)
EXACT = (Stage("align_exact", schema.EXACT_ENDS, schema.EXACT_ALIGNED),)
ALIGN = (
    Stage("align", schema.PAIR_TEXTS, schema.ALIGNED),
    Stage("unfold_pair_evidence", schema.ALIGNED, schema.PAIR_EVIDENCE),
)
ALIGN_KEEPERS = (
    Stage("align", schema.PAIR_TEXTS, schema.KEEPER_ALIGNED),
    Stage("unfold_pair_evidence", schema.KEEPER_ALIGNED, schema.KEEPER_EVIDENCE),
)
