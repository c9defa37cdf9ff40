"""Records of Parquet files: the one module of curation that imports pyarrow."""

import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.wording import words
from curation.sources.base import MB, Limits, Record, TooLarge, UnreadableFile
from curation.sources.opening import too_large

_BATCH_ROWS = 16
"""Few, because one value of a dictionary repeats for nothing in the file but not in memory."""
_STATM = Path("/proc/self/statm")


def parquet_records(
    path: Path, limits: Limits, columns: tuple[str, ...] | None = None, unread: Counter[str] | None = None
) -> Iterator[Record]:
    """Yield a record for each row, reading only `columns`; decoded bytes are counted, no header is trusted.

    Args:
        path: the file.
        limits: how much is read.
        columns: which columns; None for all.
        unread: filled with the columns that are there and not read.

    Raises:
        UnreadableFile: it is not a Parquet file, or damaged.
        TooLarge: the decoded rows pass the limit, or a few of them the memory.
    """
    import pyarrow as pa  # noqa: PLC0415 - half a second that only a worker should pay
    import pyarrow.parquet as pq  # noqa: PLC0415

    line = 0
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            present = [name for name in names if columns is None or name in columns]
            if unread is not None:
                unread.update(dict.fromkeys(set(names) - set(present), file.metadata.num_rows))
            batches = file.iter_batches(batch_size=_BATCH_ROWS, columns=present, use_threads=False)
            left = limits.max_decoded_bytes
            while (batch := _next_batch(batches, limits)) is not None:
                for place in range(batch.num_rows):
                    # Row by row: a batch of dictionary values is small until it is turned into texts.
                    (fields,) = batch.slice(place, 1).to_pylist()
                    left -= _size(fields)
                    if left < 0:
                        raise too_large(limits)
                    line += 1
                    yield Record(line, fields)
    except MemoryError as error:
        most = f"{limits.max_batch_bytes / MB:,.0f} MB of memory (max_batch_bytes)"
        raise TooLarge(
            words(
                "The rows from {number} on need more than {most}. Those before were read.",
                number=line + 1,
                most=most,
            )
        ) from error
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(
            words("{name} is not a Parquet file, or it is damaged.", name=path.name)
        ) from error


def _next_batch(batches: Any, limits: Limits) -> Any:  # pyarrow has no types
    with _bounded_memory(limits.max_batch_bytes):
        return next(batches, None)


def _size(value: object) -> int:
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, list) else 8


@contextmanager
def _bounded_memory(growth: int) -> Iterator[None]:
    """Let this process grow by that many bytes at most; past that an allocation fails and nothing else.

    What Arrow's allocator holds in reserve, up to a gigabyte, comes on top; with ARROW_DEFAULT_MEMORY_POOL=system in
    the environment it holds none.
    """
    if not _STATM.exists():
        # Not Linux, where the limit would bound nothing.
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    pages = int(_STATM.read_text().split()[5])
    bound = pages * resource.getpagesize() + growth
    if soft != resource.RLIM_INFINITY:
        bound = min(bound, soft)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
