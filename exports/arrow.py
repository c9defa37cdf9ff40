"""Streams projections from PostgreSQL into Parquet, no Python value per row; loads what was written as strangers do."""

# ruff: noqa: PLC0415 - these packages take seconds and 100 MB, and only building needs them.

import json
import os
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection
from psycopg.conninfo import make_conninfo

from exports.schema import MESSAGES, STRUCTS, Config

if TYPE_CHECKING:
    import pyarrow as pa

PROJECTIONS = Path(__file__).parent / "projections"
BATCH_BYTES = 8 << 20
"""Text in one batch, which becomes one row group: bounds memory whatever a row holds."""
BATCH_ROWS = 10_000
NESTED = "nested"
"""The column of a projection that holds one line of JSON with those columns that are lists."""
PLAN = (
    # The rows are wanted in the order of an index, and the texts are too wide to sort or hash.
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    "SET enable_sort = off",
    "SET jit = off",
    "SET max_parallel_workers_per_gather = 0",
    "SET default_transaction_read_only = on",
)


class NotLoadable(Exception):
    """`datasets` can't load what was written. The text is its last word."""


class Span(NamedTuple):
    """The rows of one file."""

    query: str
    """Names the file in `exports/projections`."""
    release: UUID
    split: str
    first: int
    last: int
    """Places in order, both included."""


class Written(NamedTuple):
    """What a file of Parquet holds; the size is that of its columns before compression."""

    rows: int
    plain_bytes: int


def load_libraries() -> None:
    """Import what writing needs, so that whoever measures doesn't measure imports."""
    for name in ("adbc_driver_manager", "adbc_driver_postgresql", "pyarrow.json", "pyarrow.parquet"):
        import_module(name)


def write_rows(config: Config, span: Span, path: Path) -> Written:
    """Write one file of one config, durably.

    The bytes depend on the frozen rows and on the versions of the libraries alone.

    Raises:
        OSError: the disk is full, or the file can't be written for another reason.
    """
    import pyarrow.parquet as pq

    schema = arrow_schema(config)
    rows = 0
    with path.open("wb") as file:
        with pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            compression_level=1,
            data_page_version="1.0",
            write_page_index=True,
            use_content_defined_chunking=True,
        ) as writer:
            for batch in read_ahead(batches(span)):
                rows += batch.num_rows
                writer.write_batch(shaped(batch, schema))
        file.flush()
        os.fsync(file.fileno())
    described = pq.read_metadata(path)
    groups = (described.row_group(number) for number in range(described.num_row_groups))
    return Written(rows, sum(group.total_byte_size for group in groups))


def read_ahead(found: Generator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    """Yield what the generator yields while a thread already fetches the next: PostgreSQL works beside us."""
    with ThreadPoolExecutor(1) as reader:
        try:
            pending = reader.submit(next, found, None)
            while (batch := pending.result()) is not None:
                pending = reader.submit(next, found, None)
                yield batch
        finally:
            reader.submit(found.close)


def batches(span: Span) -> Generator["pa.RecordBatch"]:
    """Yield the rows of a projection in batches of about BATCH_BYTES."""
    import adbc_driver_manager as driver
    import pyarrow as pa

    with connected() as session:
        with driver.AdbcStatement(session) as statement:
            for command in (*PLAN, *asked(span)):
                statement.set_sql_query(command)
                statement.execute_update()
        with driver.AdbcStatement(session) as statement:
            statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            statement.set_sql_query((PROJECTIONS / f"{span.query}.sql").read_text())
            stream, _ = statement.execute_query()
            with pa.RecordBatchReader._import_from_c(stream.address) as reader:
                yield from reader


def asked(span: Span) -> list[str]:
    """Return the settings by which a projection knows which rows it shall give."""
    wanted = {"release": span.release, "split": span.split, "first": span.first, "last": span.last}
    return [f"SET arete.{name} = '{value}'" for name, value in wanted.items()]


@contextmanager
def connected() -> Iterator[Any]:
    """Open a connection of ADBC's own to the database that Django uses."""
    # The package's `dbapi` module would also load pyarrow.dataset and pandas: 60 MB that nobody needs.
    import adbc_driver_manager as driver
    import adbc_driver_postgresql as postgresql

    values = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")
    address = make_conninfo("", **{name: values[name] for name in names if values.get(name)})
    with postgresql.connect(address) as database, driver.AdbcConnection(database) as session:
        yield session


def arrow_schema(config: Config) -> "pa.Schema":
    """Return the columns of a config as Arrow's types."""
    types = arrow_types()
    import pyarrow as pa

    return pa.schema([pa.field(column.name, types[column.type]) for column in config.columns])


def arrow_types() -> dict[str, "pa.DataType"]:
    """Return Arrow's types by the names that the schema uses."""
    import pyarrow as pa

    types: dict[str, pa.DataType] = {
        "string": pa.string(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us", "UTC"),
        "strings": pa.list_(pa.string()),
    }
    for name, described in STRUCTS.items():
        struct = pa.struct([pa.field(part, types[kind]) for part, kind in described.parts])
        types[name] = pa.list_(struct) if described.is_list else struct
    return types


def shaped(batch: "pa.RecordBatch", schema: "pa.Schema") -> "pa.RecordBatch":
    """Return the batch with exactly the columns and types of the schema."""
    import pyarrow as pa

    nested = from_json(batch, schema) if NESTED in batch.schema.names else {}
    messages = arrow_types()[MESSAGES]
    columns = []
    for field in schema:
        if field.name in nested:
            columns.append(nested[field.name])
        elif field.type == messages:
            columns.append(assistant_messages(batch.column(field.name), field.type))
        else:
            columns.append(batch.column(field.name).cast(field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def from_json(batch: "pa.RecordBatch", schema: "pa.Schema") -> dict[str, "pa.Array"]:
    """Parse the lines of JSON of a batch, all at once, into the list columns that the batch lacks."""
    import pyarrow as pa
    import pyarrow.json as pj

    wanted = pa.schema([field for field in schema if field.name not in batch.schema.names])
    # An Arrow column of text is its values one after the other; each ends with a line feed, so it is JSON lines.
    lines = batch.column(NESTED).buffers()[2]
    table = pj.read_json(
        pa.BufferReader(lines),
        read_options=pj.ReadOptions(use_threads=False, block_size=lines.size + 1),
        parse_options=pj.ParseOptions(explicit_schema=wanted, unexpected_field_behavior="ignore"),
    )
    return {name: table.column(name).combine_chunks() for name in wanted.names}


def assistant_messages(texts: "pa.Array", kind: "pa.DataType") -> "pa.Array":
    """Return each text as a conversation of one assistant message."""
    import pyarrow as pa

    count, role = len(texts), b"assistant"
    # From buffers, since pyarrow imports pandas as soon as it is given Python values.
    ends = pa.py_buffer(array("i", range(0, len(role) * (count + 1), len(role))))
    roles = pa.Array.from_buffers(pa.string(), count, [None, ends, pa.py_buffer(role * count)])
    messages = pa.StructArray.from_arrays([roles, texts], fields=list(kind.value_type))
    places = pa.py_buffer(array("i", range(count + 1)))
    return pa.Array.from_buffers(kind, count, [None, places], children=[messages])


def loaded_counts(folder: Path, configs: list[str]) -> dict[str, dict[str, int]]:
    """Load configs of a release with `datasets` and return the rows of each of their splits.

    Another process does it: `datasets` takes seconds to import and its memory stays.

    Raises:
        NotLoadable: one of them can't be loaded.
    """
    with tempfile.TemporaryDirectory() as home:
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "HUGGING"))}
        outcome = subprocess.run(
            [sys.executable, "-m", "exports.arrow", str(folder), *configs],
            env={**clean, "HF_HOME": home, "HF_HUB_OFFLINE": "1"},
            cwd=Path(__file__).resolve().parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )
    if outcome.returncode:
        raise NotLoadable(outcome.stderr.strip().rpartition("\n")[2])
    counts: dict[str, dict[str, int]] = json.loads(outcome.stdout.strip().rpartition("\n")[2])
    return counts


def main() -> None:
    """Count the rows of the configs given after the folder, streamed: python -m exports.arrow FOLDER CONFIG…"""
    from datasets import load_dataset

    folder, *configs = sys.argv[1:]
    counts = {}
    for config in configs:
        splits = load_dataset(folder, config, streaming=True)
        counts[config] = {
            str(name): sum(len(batch) for batch in rows.with_format("arrow").iter(BATCH_ROWS))
            for name, rows in splits.items()
        }
    sys.stdout.write(json.dumps(counts))


if __name__ == "__main__":
    main()
