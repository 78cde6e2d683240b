"""The columns of tables in Spark's words."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from dedup.engine.blocks import stored
from dedup.schema import ColumnType, Table

_TYPES = {
    "int64": "bigint",
    "float64": "double",
    "bool": "boolean",
    "string": "string",
    "binary": "binary",
    "list<string>": "array<string>",
    "list<int64>": "array<bigint>",
}


def columns_of(tables: Sequence[Table]) -> str:
    """The columns that a chain gives: a record for each table, as it is kept."""
    return ", ".join(f"`{table.name}` struct<{ddl_of(stored(table), ':')}>" for table in tables)


def ddl_of(table: Table, colon: str = "") -> str:
    """The columns of a table."""
    return ", ".join(f"`{column.name}`{colon} {spark_type(column.type)}" for column in table.columns)


def spark_type(type_: ColumnType) -> str:
    """A type of ``schema``."""
    if isinstance(type_, str):
        return _TYPES[type_]
    return f"array<struct<{', '.join(f'`{c.name}`: {spark_type(c.type)}' for c in type_)}>>"


def ddl(columns: pa.Schema) -> str:
    """The columns of an Arrow schema."""
    names = {pa.int64(): "bigint", pa.string(): "string", pa.binary(): "binary"}
    return ", ".join(f"`{field.name}` {names[field.type]}" for field in columns)
