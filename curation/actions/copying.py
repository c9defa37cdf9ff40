"""Many rows into one table at the speed of COPY, and many keys looked up at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection, models
from psycopg import sql

from curation.copy_format import Layout, blocks, encoded

Row = TypeVar("Row", bound=models.Model)

LENGTH = re.compile(r"\(\d+\)")


def copy_in(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    constants: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows with one COPY, inside the transaction of the caller. No default of the model applies.

    Args:
        model: whose table receives the rows.
        columns: names of its columns, in the order of each row's values.
        rows: values as their columns want them: text, numbers, UUIDs or their bytes, JSON as bytes …, or None.
        constants: columns that hold the same in every row.

    Raises:
        IntegrityError: a row is already there, or breaks another rule of the table.
    """
    layout = layout_of(model, columns, constants or {})
    copy_rows(model, layout, map(layout.encoder(), rows))


def layout_of(model: type[models.Model], columns: Sequence[str], constants: Mapping[str, Any]) -> Layout:
    """Return how rows of a table go over; they can then be encoded where there is no Django."""
    types = {field.column: column_type(field) for field in model._meta.concrete_fields}
    return Layout(
        (*columns, *constants),
        tuple(types[column] for column in columns),
        b"".join(encoded(types[column], value) for column, value in constants.items()),
    )


def copy_rows(model: type[models.Model], layout: Layout, rows: Iterable[bytes]) -> None:
    """Insert encoded rows with one COPY, inside the transaction of the caller.

    Raises:
        IntegrityError: a row is already there, or breaks another rule of the table.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, layout.columns))
    )
    with connection.cursor() as cursor, connection.wrap_database_errors:
        raw: Any = cursor.cursor
        with raw.copy(statement) as copy:
            for block in blocks(rows):
                copy.write(block)


def column_type(field: "models.Field[Any, Any]") -> str:
    """Return the name of a column's type without its length."""
    return LENGTH.sub("", field.db_type(connection) or "")


class EqualsAny(models.Lookup):
    """`column = ANY(array)`: thousands of hashes or ids go over as one value."""

    lookup_name = "equals_any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Return the condition and its parameters."""
        column, parameters = self.process_lhs(compiler, connection)
        kind = column_type(self.lhs.output_field)
        # Neither hashes nor ids hold anything that an array would have to quote.
        return f"{column} = ANY(%s::{kind}[])", (*parameters, "{" + ",".join(map(str, self.rhs)) + "}")


def rows_with(model: type[Row], column: str, values: Iterable[object]) -> "models.QuerySet[Row]":
    """Return the rows whose column holds one of many hashes or ids."""
    return model._default_manager.filter(EqualsAny(models.F(column), list(values)))
