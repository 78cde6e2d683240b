"""Rows of RESULTS that hold for a condition, by DuckDB over the Parquet parts themselves.

A condition comes from whoever calls the program, and may be pasted from anywhere: the database may read
those parts and nothing else, may write nothing and load nothing, and runs one SELECT.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from dedup.errors import DedupError, UsageError
from dedup.queries.sources import SOURCES as SOURCES_QUERY
from dedup.results.damage import one_line
from dedup.results.opened import Results, Row
from dedup.schema import PAIRS, RESULT_TABLES, SOURCES, ColumnType, Table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

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
_PLACE = ("part_", "row_")  # of a row in its table; together they sort in the table's order
_ROWS = 2048  # at a time
# What is known of the articles of a pair, beside the columns of the table.
OF_ENDS = ("left_source", "right_source", "left_published", "right_published")
_PAIRS_WITH_ENDS = """(
    SELECT rows_.*, one_.source AS left_source, other_.source AS right_source,
           one_.published AS left_published, other_.published AS right_published
    FROM pairs AS rows_
    LEFT JOIN articles AS one_ ON one_.article = rows_."left"
    LEFT JOIN articles AS other_ ON other_.article = rows_."right"
) AS pairs"""
_ONE_SELECT = "give one SELECT statement"


class Choice(NamedTuple):
    """Which rows of a table, and in which order.

    where  a condition in DuckDB's SQL over the table's columns; None: all rows
    sort   a column, or ``-`` and a column for the greatest first; None: the table's order, as among equals
    top    how many rows; None: all
    """

    where: str | None = None
    sort: str | None = None
    top: int | None = None


class Database:
    """A context manager: the tables of RESULTS, and ``sources``, in a database that reaches nothing else."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._connection = _connect(results)

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def add(self, name: str, table: pa.Table) -> None:
        """Put a small table beside those of RESULTS."""
        self._connection.register("given_", table)
        self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given_")
        self._connection.unregister("given_")

    def query(self, sql: str) -> Iterator[Row]:
        """The rows of one SELECT, as plain dicts.

        ``UsageError``: the SQL can't be carried out, or is something else than one SELECT.
        """
        with self._plain_errors("the query failed"):
            yield from self._rows(sql, _ONE_SELECT)

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The same as record batches, of which a few are in memory at a time."""
        with self._plain_errors("the query failed"):
            _check_select(self._connection, sql, _ONE_SELECT)
            yield from self._connection.sql(sql).to_arrow_reader(_ROWS)

    def select(self, table: Table, columns: tuple[str, ...], choice: Choice) -> Iterator[Row]:
        """Some columns of the rows of a table. ``UsageError``: the choice can't be made."""
        names = ", ".join(f'"{name}"' for name in columns)
        limit = "" if choice.top is None else f" LIMIT {int(choice.top)}"
        sql = (
            f"SELECT {names} FROM {_rows_of(table, choice)}{_condition(choice)}{_order(table, choice)}{limit}"
        )
        return self._chosen(table, sql, choice)

    def count(self, table: Table, choice: Choice) -> int:
        """How many rows there are to choose from."""
        if choice.where is None and table is not SOURCES:
            return self._results.count(table.name)
        sql = f"SELECT count(*) AS rows FROM {_rows_of(table, choice)}{_condition(choice)}"
        return int(next(self._chosen(table, sql, choice))["rows"])

    def _chosen(self, table: Table, sql: str, choice: Choice) -> Iterator[Row]:
        one = "--where takes one condition, and nothing else"
        what = "the query failed" if choice.where is None else "--where can't be carried out"
        with self._plain_errors(what, table, choice.where):
            if choice.where is not None:  # on its own, too, so that it is no more than a condition
                _check_select(self._connection, f"SELECT 1 WHERE\n{choice.where}\n", one)
            yield from self._rows(sql, one)

    def _rows(self, sql: str, otherwise: str) -> Iterator[Row]:
        _check_select(self._connection, sql, otherwise)
        cursor = self._connection.cursor().execute(sql)  # its own, for others may be read meanwhile
        names = [column[0] for column in cursor.description or ()]
        while some := cursor.fetchmany(_ROWS):
            yield from (dict(zip(names, row, strict=True)) for row in some)

    @contextlib.contextmanager
    def _plain_errors(
        self, what: str, table: Table | None = None, where: str | None = None
    ) -> Iterator[None]:
        import duckdb

        try:
            yield
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except duckdb.Error as error:
            if not isinstance(error, duckdb.BinderException | duckdb.ParserException | duckdb.DataError):
                self._results.refuse_damage()  # which is no fault of the SQL
            hint = _hint(table, where, error) if table and where else ""
            raise UsageError(f"{what}: {one_line(error)}{hint}") from None


def query(results: Results, sql: str) -> Iterator[Row]:
    """``Database.query`` with a database for this one."""
    with Database(results) as database:
        yield from database.query(sql)


def _condition(choice: Choice) -> str:
    return "" if choice.where is None else f" WHERE (\n{choice.where}\n)"


def _rows_of(table: Table, choice: Choice) -> str:
    """What is chosen from: articles are joined to pairs where the choice speaks of them."""
    asked = f"{choice.where} {choice.sort}".lower()
    return _PAIRS_WITH_ENDS if table == PAIRS and any(name in asked for name in OF_ENDS) else table.name


def _order(table: Table, choice: Choice) -> str:
    place = ", ".join(_PLACE)
    if choice.sort is None:
        in_order = _rows_of(table, choice) == table.name and table is not SOURCES  # as parts are read
        return "" if in_order else f" ORDER BY {place}"
    column = choice.sort.removeprefix("-")
    sortable = [name.name for name in table.columns if isinstance(name.type, str) and "<" not in name.type]
    sortable += OF_ENDS if table == PAIRS else ()
    if column not in sortable:
        raise UsageError(f"--sort {choice.sort}: {table.name} can be sorted by {', '.join(sortable)}")
    direction = "DESC" if choice.sort.startswith("-") else "ASC"
    return f' ORDER BY "{column}" {direction} NULLS LAST, {place}'


def _connect(results: Results) -> duckdb.DuckDBPyConnection:
    """A database in memory that knows the tables and can reach nothing else."""
    import duckdb  # here, for what shows a pair needs none of it

    parts = {table: [str(part) for part in results.parts(table.name)] for table in RESULT_TABLES}
    connection = duckdb.connect(config=dict(_SETTINGS))
    try:
        for table, some in parts.items():
            rows = f"read_parquet({_literal(some)}, filename = true, file_row_number = true)"
            there = connection.sql(f"SELECT * FROM {rows}").columns
            named = f"{_columns(table, there)}, filename AS part_, file_row_number AS row_"
            connection.execute(f"CREATE VIEW {table.name} AS SELECT {named} FROM {rows}")
        named = "* EXCLUDE (place), '' AS part_, place AS row_"
        connection.execute(f"CREATE VIEW {SOURCES.name} AS SELECT {named} FROM ({SOURCES_QUERY})")
        every = [part for some in parts.values() for part in some]
        connection.execute(f"SET allowed_paths = {_literal(every)}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except (duckdb.Error, OSError) as error:
        connection.close()
        results.refuse_damage()
        raise DedupError(f"{results.path} can't be read: {one_line(error)}") from None
    return connection


def _columns(table: Table, there: list[str]) -> str:
    """The table's columns; null: an earlier version did not write them."""
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


def _check_select(connection: duckdb.DuckDBPyConnection, sql: str, otherwise: str) -> None:
    import duckdb

    statements = connection.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise UsageError(otherwise)


def _hint(table: Table, where: str, error: duckdb.Error) -> str:
    import duckdb

    if isinstance(error, duckdb.ParserException) and re.search(r"\b(left|right)\b", where, re.IGNORECASE):
        return """; as columns "left" and "right" stand in double quotes"""
    if isinstance(error, duckdb.BinderException):
        names = (*table.column_names, *(OF_ENDS if table == PAIRS else ()))
        return f"; the columns of {table.name} are {', '.join(names)}"
    return ""
