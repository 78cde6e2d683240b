"""Rows of RESULTS that hold for a condition, by DuckDB over the Parquet parts themselves.

A condition comes from whoever calls the program, and may be pasted from anywhere: the database may read
those parts and nothing else, may write nothing and load nothing, and runs one SELECT.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from dedup.errors import DedupError, UsageError
from dedup.results import Results, Row, one_line
from dedup.schema import RESULT_TABLES, ColumnType, Table

if TYPE_CHECKING:
    import duckdb

_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",  # names in the SQL are no variables of ours
    "temp_directory": "",  # which a database may read and write, whatever else it may not
}
_SQL_TYPES = {
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "string": "VARCHAR",
    "binary": "BLOB",
    "list<string>": "VARCHAR[]",
    "list<int64>": "BIGINT[]",
}


def query(results: Results, sql: str) -> Iterator[Row]:
    """The rows of one SELECT over the result tables, a few thousand in memory at a time.

    ``UsageError``: the SQL can't be carried out, or is something else than one SELECT.
    """
    with _connect(results) as connection, _plain_errors():
        found = connection.execute(_one_select(connection, sql))
        names = [column[0] for column in found.description]
        while rows := found.fetchmany(4096):
            yield from (dict(zip(names, row, strict=True)) for row in rows)


def _connect(results: Results) -> duckdb.DuckDBPyConnection:
    """A database in memory that knows the result tables and can reach nothing else."""
    import duckdb  # here, for what shows a pair needs none of it

    parts = {table: [str(part) for part in results.parts(table.name)] for table in RESULT_TABLES}
    connection = duckdb.connect(config=dict(_SETTINGS))
    try:
        for table, some in parts.items():
            rows = f"SELECT {_columns(table, some[0])} FROM read_parquet({_literal(some)})"
            connection.execute(f"CREATE VIEW {table.name} AS {rows}")
        every = [part for some in parts.values() for part in some]
        connection.execute(f"SET allowed_paths = {_literal(every)}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except (duckdb.Error, OSError, ValueError) as error:
        connection.close()
        raise DedupError(f"{results.path} can't be read: {one_line(error)}") from None
    return connection


def _columns(table: Table, part: str) -> str:
    """The table's columns; null: an earlier version did not write them."""
    there = set(pq.read_schema(part).names)
    return ", ".join(
        f'"{column.name}"' if column.name in there else f'NULL::{_sql_type(column.type)} AS "{column.name}"'
        for column in table.columns
    )


def _sql_type(type_: ColumnType) -> str:
    if isinstance(type_, str):
        return _SQL_TYPES[type_]
    return "STRUCT(" + ", ".join(f'"{part.name}" {_sql_type(part.type)}' for part in type_) + ")[]"


def _literal(texts: list[str]) -> str:
    return "[" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + "]"


def _one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    import duckdb

    statements = connection.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise UsageError("give one SELECT statement")
    return statements[0]


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        raise UsageError(f"the query failed: {one_line(error)}") from None
