import os
import signal

import pytest

from curation.marking import MarkerBeside, MarkerDied, marked, marking

TEXTS = [
    ["the nurse asks whether she may tell the brother", "not before the patient wakes up"],
    ["two words"],
    ["\ud800 a lone half of a pair among other words"],
]


@pytest.mark.parametrize("is_beside", [False, True])
def test_marks_are_the_same_wherever_they_are_made(is_beside: bool) -> None:
    with marking(is_beside=is_beside) as marker:
        marker.send(TEXTS)
        first = marker.receive()
        marker.send(TEXTS[1:])
        second = marker.receive()

    assert first == marked(TEXTS)
    assert second == first[1:]


def test_more_is_marked_than_a_pipe_holds() -> None:
    texts = [[f"the question of number {number} is whether to tell"] for number in range(2000)]

    with marking(is_beside=True) as marker:
        marker.send(texts)
        found = marker.receive()

    assert found == marked(texts)


def test_a_killed_marker_is_noticed() -> None:
    with marking(is_beside=True) as marker:
        assert isinstance(marker, MarkerBeside)
        os.kill(marker.pid, signal.SIGKILL)

        with pytest.raises(MarkerDied):
            exchange(marker)


def exchange(marker: MarkerBeside) -> None:
    marker.send(TEXTS)
    marker.receive()


def test_the_marker_ends_with_its_block() -> None:
    with marking(is_beside=True) as marker:
        assert isinstance(marker, MarkerBeside)
        pid = marker.pid

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
