"""The turns of a scenario, as the editor shows them and gets them back."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from curation.drafting import ASSISTANT, USER, TurnWords
from curation.forms.boxes import flat
from curation.models import Scenario
from curation.warnings import Remark

LONGEST_TURN = 100_000
LONGEST_NOTE = 300


class Row(NamedTuple):
    """One turn as the editor shows it."""

    number: int
    turn: TurnWords
    is_first: bool
    is_last: bool
    is_planted: bool
    errors: list[str]
    remarks: list[Remark]


def read_turn(data: Mapping[str, str], number: int) -> TurnWords:
    """Return one turn as it was sent."""
    sent = {
        name: flat(data.get(f"turn-{number}-{name}", "")) for name in ("role", "content", "pressure", "note")
    }
    role = sent["role"] if sent["role"] == ASSISTANT else USER
    pressure = sent["pressure"] if sent["pressure"] in Scenario.Pressure.values else ""
    return TurnWords(role, sent["content"], pressure, " ".join(sent["note"].split()))


def problems_of(turn: TurnWords, number: int) -> list[str]:
    """Return what keeps a turn from being stored."""
    found = []
    if len(turn.content) > LONGEST_TURN:
        found.append(
            _("Turn %(number)s has more than %(longest)s characters. Shorten it")
            % {"number": number, "longest": f"{LONGEST_TURN:,}"}
        )
    if len(turn.note) > LONGEST_NOTE:
        found.append(
            _("The note of turn %(number)s has more than %(longest)s characters. Shorten it")
            % {"number": number, "longest": LONGEST_NOTE}
        )
    return found


def planted(sent: str, turns: tuple[TurnWords, ...]) -> int | None:
    """Return the index of the turn with the planted fault, if an assistant turn was chosen."""
    index = int(sent) - 1 if sent.isdecimal() and len(sent) < 4 else -1
    is_fault = 0 <= index < len(turns) and turns[index].role == ASSISTANT
    return index if is_fault else None
