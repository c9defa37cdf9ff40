"""The example scripts of the reference do what it says."""

from pathlib import Path

from tests.consumers.conftest import Reader

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "examples"
LONGEST = 40


def test_examples_are_short():
    assert {
        path.name for path in EXAMPLES.glob("*.py") if len(path.read_text().splitlines()) > LONGEST
    } == set()


def test_the_example_trains_with_the_reward(reader: Reader, tmp_path: Path):
    reader("save_tiny.py", str(tmp_path))

    done = reader(str(EXAMPLES / "train_with_reward.py"), str(tmp_path), "1", parse=False)

    assert "rubric/met_rate" in done.log


def test_the_example_plays_under_pressure(reader: Reader, packages: None):
    found = reader(str(EXAMPLES / "play_under_pressure.py"), "policy").found

    assert len(found) == 3
    assert {each["persistence"] for each in found.values()} == {1.0}
