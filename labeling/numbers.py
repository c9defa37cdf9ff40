"""Numbers as pages write them. Knows no Django."""

from config.wording import words


def written(value: float, low: float | None = None, high: float | None = None) -> str:
    """Return an estimate with its interval, where there is one."""
    shown = f"{value:.2f}"
    if low is None or high is None:
        return shown
    return words("{value} ({low} to {high})", value=shown, low=f"{low:.2f}", high=f"{high:.2f}")


def spoken(median_ms: int | None) -> str:
    """Return a length of time in words; empty for none."""
    if median_ms is None:
        return ""
    minutes, seconds = divmod(round(median_ms / 1000), 60)
    if not minutes:
        return words("{seconds} s", seconds=seconds)
    return words("{minutes} min {seconds} s", minutes=minutes, seconds=f"{seconds:02}")
