"""Files of a release are written several at once, and come back in their order."""

from functools import partial
from threading import Barrier

import pytest

from exports.actions.writing import Job, all_written
from exports.papers.facts import DataFile


def file(number: int) -> DataFile:
    return DataFile(f"data/{number}.parquet", "preference", "train", number, 0, 0, "")


def test_several_workers_begin_with_the_longest_and_files_come_back_in_order():
    begun: list[int] = []
    both = Barrier(2, timeout=10)

    def write(number: int, *, waits: bool) -> DataFile:
        begun.append(number)
        if waits:
            both.wait()
        return file(number)

    jobs = [Job(rows, partial(write, number, waits=rows > 1)) for number, rows in enumerate([1, 9, 5, 1])]
    told: list[str] = []

    found = all_written(jobs, 2, lambda rows, path: told.append(path))

    assert set(begun[:2]) == {1, 2}
    assert found == [file(number) for number in range(4)]
    assert sorted(told) == [each.path for each in found]


def test_what_turned_out_empty_is_no_file_and_an_error_is_raised():
    def broken() -> DataFile:
        raise OSError("full")

    assert all_written([Job(1, lambda: None), Job(1, partial(file, 1))], 1, lambda *_: None) == [file(1)]
    with pytest.raises(OSError, match="full"):
        all_written([Job(1, broken), Job(1, partial(file, 1))], 2, lambda *_: None)
