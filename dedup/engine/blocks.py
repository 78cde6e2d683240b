"""Keys in blocks: what Spark moves of a batch is a row a block, not a row a key.

The tables of all keys are the longest of a scan, and one step alone reads them: it drops the keys that one
article alone has (``drop_lone``). So their columns are kept as bytes, and keys that are equal share a block.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dedup import schema
from dedup.schema import Column, Table
from dedup.sketch.bands import slot_bits
from dedup.tables.columns import binary_lists
from dedup.tables.files import arrow_schema

BITS = 12  # upper ones of a key: its block. Always as many, so that a run may go on under other settings
_KEYED = {
    table.name for table in (schema.EVERY_LINE, schema.EVERY_BAND, schema.EVERY_PASSAGE, schema.EVERY_RARE)
}


def stored(table: Table) -> Table:
    """The columns in which a table is kept: int64 values of a block as bytes, if it is one of all keys."""
    if table.name not in _KEYED:
        return table
    values = (column._replace(type="binary") for column in table.columns)
    counted = Column("block", "int64", "number of the block"), Column("rows", "int64", "how many it has")
    return table._replace(columns=(*counted, *values))


def pack(batch: pa.RecordBatch, table: Table) -> pa.RecordBatch:
    """Rows of a table as they are kept."""
    if table.name not in _KEYED:
        return batch
    blocks = (batch["key"].to_numpy().view(np.uint64) >> np.uint64(64 - BITS)).astype(np.uint16)
    order = np.argsort(blocks, kind="stable")
    numbers, firsts = np.unique(blocks[order], return_index=True)
    bounds = np.append(firsts, len(order))
    columns = [binary_lists(batch[name].to_numpy()[order], bounds) for name in table.column_names]
    return pa.record_batch(
        [numbers.astype(np.int64), np.diff(bounds), *columns], schema=arrow_schema(stored(table))
    )


def part(total: int) -> str:
    """An expression of a block: blocks in which keys share slots, of ``total`` keys, have one value."""
    return f"shiftright(block, {max(0, BITS - slot_bits(total))})"


def unpack(packed: pa.RecordBatch, table: Table) -> pa.RecordBatch:
    """Rows of a table of all keys from blocks of it."""
    columns = [np.frombuffer(b"".join(packed[name].to_pylist()), np.int64) for name in table.column_names]
    return pa.record_batch(columns, schema=arrow_schema(table))
