"""How far people hold to the reference labels, and whether that drifts, from a stored measurement."""

from typing import Any, NamedTuple

from accounts.models import User
from labeling.charts import Axis, Whisker, axis_over, whisker
from labeling.comparing import Share, share_of
from labeling.models import GoldStanding, Measurement

ENOUGH = 10
"""Of fewer answers nothing is said about drift."""
MOST = 100


class Standing(NamedTuple):
    """What a lead sees of one person."""

    user: User
    share: Share
    recent: Share
    drift: str
    """Falls, rises or steady; empty where too few answers say anything."""
    whisker: Whisker

    @property
    def sentence(self) -> str:
        """What the chart of it says."""
        return (
            f"{self.user}: {self.share.percent}%, {self.share.low_percent}% to {self.share.high_percent}%, "
            f"of {self.share.total} answers"
        )


def gold_figures(measurement: Measurement) -> dict[str, Any]:
    """Return everyone who answered a gold item, those who agree least with it first, along one axis."""
    rows = list(measurement.gold_standings.select_related("annotator"))
    shares = {row.pk: share_of(row.same, row.answers) for row in rows}
    axis = axis_over([each.low for each in shares.values()], least=Axis(0.4, 1), step=0.2)
    rows.sort(key=lambda row: (shares[row.pk].high, str(row.annotator)))
    return {
        "rows": [standing_of(row, shares[row.pk], axis) for row in rows[:MOST]],
        "label": f"{axis.begin:.0%} to {axis.end:.0%}",
        "more": max(0, len(rows) - MOST),
    }


def standing_of(row: GoldStanding, share: Share, axis: Axis) -> Standing:
    """Return one person's agreement with gold, and where it stands along an axis."""
    recent = share_of(row.recent_same, row.recent)
    earlier = share_of(row.same - row.recent_same, row.answers - row.recent)
    value = row.same / row.answers
    return Standing(
        row.annotator, share, recent, drift_of(earlier, recent), whisker(value, share.low, share.high, axis)
    )


def drift_of(earlier: Share, recent: Share) -> str:
    """Return where somebody is heading; only what the intervals bear out counts as drift."""
    if min(earlier.total, recent.total) < ENOUGH:
        return ""
    if recent.high < earlier.low:
        return "falls"
    return "rises" if recent.low > earlier.high else "steady"
