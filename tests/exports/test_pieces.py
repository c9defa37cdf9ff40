"""How the files of a release are grouped on their way to a Hub."""

from exports.actions.pieces import BATCH_BYTES, BATCH_FILES, batches


def test_small_files_go_together_and_a_large_one_alone() -> None:
    sizes = {"README.md": 10, "data.parquet": BATCH_BYTES + 1, "a.json": 10, "b.json": 10}

    assert list(batches(sizes)) == [["README.md"], ["data.parquet"], ["a.json", "b.json"]]


def test_a_request_names_no_more_files_than_a_hub_takes() -> None:
    sizes = {f"{number}.svg": 1 for number in range(BATCH_FILES + 1)}

    assert [len(batch) for batch in batches(sizes)] == [BATCH_FILES, 1]


def test_nothing_is_sent_of_nothing() -> None:
    assert list(batches({})) == []
