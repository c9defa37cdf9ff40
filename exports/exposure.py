"""What may not be where anybody can read it. The files of held-out pools are known by their paths."""

HELD_OUT = ("data/benchmark/", "data/adversarial/")
"""Configs made of the pools EVAL, PRIVATE and ATTACK: a model that was trained on them can't be measured any more."""
MUST_BE_PRIVATE = (
    "{place} is public, and the destination says that it must be private. Nothing was sent. Make it private on the "
    "Hub, or change the destination."
)
MUST_BE_GATED = (
    "{place} is open to everybody, and the destination says that readers must accept terms. Nothing was sent. Turn "
    "gated access on in the repository's settings on the Hub, or change the destination."
)
IS_HELD_OUT = (
    "The release holds files of held-out pools ({paths}), and {place} is open to everybody. Nothing was sent. Make it "
    "private or gated, or publish to a place that is."
)


def held_out(paths: list[str]) -> list[str]:
    """Return those paths that hold what is kept out of training."""
    return [path for path in paths if path.startswith(HELD_OUT)]


def why_exposed(
    paths: list[str],
    place: str,
    *,
    is_private: bool,
    is_gated: bool,
    must_be_private: bool,
    must_be_gated: bool,
) -> str:
    """Return why files may not go to a place, in words for people; empty when they may.

    Args:
        paths: of the files.
        place: what people call it.
        is_private: only people who were let in see that it is there.
        is_gated: readers must accept terms.
        must_be_private: what was asked for.
        must_be_gated: what was asked for.
    """
    if is_private:
        return ""
    if must_be_private:
        return MUST_BE_PRIVATE.format(place=place)
    if must_be_gated and not is_gated:
        return MUST_BE_GATED.format(place=place)
    kept_out = held_out(paths)
    if kept_out and not is_gated:
        return IS_HELD_OUT.format(place=place, paths=", ".join(kept_out[:3]))
    return ""
