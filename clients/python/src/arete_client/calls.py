"""Things to do that take more than one request: written once, driven by the client that waits and the one that doesn't.

Each is a generator: it yields a request, or a number of seconds to wait, and gets the answer.
"""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from arete_client.asking import Ask, Json, creating

Result = TypeVar("Result")
Steps = Generator[Ask | float, Any, Result]
Watch = Callable[[Json], None]
POLL_S = 1.0
LONGEST_POLL_S = 10.0
OF_THE_SERVER = frozenset({"slug", "is_demo", "created_at"})
"""What a server says of a recipe, and nobody can change."""


class Failed(Exception):
    """A run ended otherwise than it should.

    Attributes:
        run: as the server told of it.
    """

    def __init__(self, run: Json) -> None:
        super().__init__(f"The run ended as {run['state']}. {run['error']}".strip())
        self.run = run


class TooDear(Exception):
    """A sampling could cost more than it may. Nothing was asked.

    Attributes:
        estimate: as the server told of it.
    """

    def __init__(self, estimate: Json, most_cost: float) -> None:
        super().__init__(f"It could cost {estimate['most']:g}, which is more than {most_cost:g}.")
        self.estimate = estimate


def ask(request: Ask) -> Steps[Any]:
    """Send one request."""
    return (yield request)


def wait_for(run: Json, watch: Watch | None = None) -> Steps[Json]:
    """Wait until a run has ended.

    Raises:
        Failed: it was cancelled, failed, or waits for a person.
    """
    pause = POLL_S
    while run["is_unfinished"]:
        if watch:
            watch(run)
        yield pause
        pause = min(LONGEST_POLL_S, pause * 1.5)
        run = yield Ask("GET", f"/runs/{run['id']}")
    if watch:
        watch(run)
    if run["state"] != "done":
        raise Failed(run)
    return run


def pull_trait(slug: str, number: int | None = None) -> Steps[str]:
    """Return a wording as YAML: the one in force, else the newest."""
    if number is None:
        trait = yield Ask("GET", f"/traits/{slug}")
        number = trait["in_force"] or trait["newest"]
    text: str = yield Ask("GET", f"/traits/{slug}/versions/{number}/yaml")
    return text


def push_trait(yaml: str, *, dry_run: bool = False) -> Steps[Json]:
    """Propose a trait's file as a draft."""
    found: Json = yield creating("/traits", {"yaml": yaml, "dry_run": dry_run})
    return found


def approval(slug: str, number: int) -> Steps[Json]:
    """Return where a version stands on its way to publication."""
    found: Json = yield Ask("GET", f"/traits/{slug}/versions/{number}/approval")
    return found


def submit_trait(slug: str, number: int, *, key: str | None = None) -> Steps[Json]:
    """Send a draft to the reviewers."""
    found: Json = yield creating(f"/traits/{slug}/versions/{number}/submit", key=key)
    return found


def review_trait(
    slug: str,
    number: int,
    decision: str,
    reason: str = "",
    *,
    round: int | None = None,
    key: str | None = None,
) -> Steps[Json]:
    """Decide on a version that others wrote, as it was read in a round; None takes the one that runs."""
    if round is None:
        standing = yield from approval(slug, number)
        round = standing["round"]
    body = {"decision": decision, "reason": reason, "round": round}
    found: Json = yield creating(f"/traits/{slug}/versions/{number}/reviews", body, key=key)
    return found


def publish_trait(
    slug: str, number: int, *, despite_remarks: bool = False, key: str | None = None
) -> Steps[Json]:
    """Put a version in force that enough others approve."""
    body = {"despite_remarks": despite_remarks}
    found: Json = yield creating(f"/traits/{slug}/versions/{number}/publish", body, key=key)
    return found


def estimate(wanted: Json) -> Steps[Json]:
    """Return how many requests a sampling would be, and what they would cost. Nothing is asked."""
    found: Json = yield Ask("POST", "/samplings/estimate", body=wanted)
    return found


def sample(
    wanted: Json, most_cost: float | None = None, *, key: str | None = None, watch: Watch | None = None
) -> Steps[Json]:
    """Sample responses as they were wanted, and wait until all are there.

    Args:
        wanted: what to sample, as `estimate` takes it.
        most_cost: the most it may cost by the estimate; None for whatever it says.
        key: makes it count once.
        watch: is told how far it is.

    Raises:
        TooDear: the estimate is above it. Nothing was asked.
        Failed: the run ended otherwise than it should.
    """
    foreseen = yield from estimate(wanted)
    if most_cost is not None and foreseen["most"] > most_cost:
        raise TooDear(foreseen, most_cost)
    begun = yield creating("/samplings", {**wanted, "requests": foreseen["requests"]}, key=key)
    return (yield from sampled(begun, watch))


def resume_sampling(
    sampling: str,
    budget: float | None = None,
    *,
    with_failed: bool = False,
    key: str | None = None,
    watch: Watch | None = None,
) -> Steps[Json]:
    """Go on with what waits, and wait until it is there. The budget is for the whole of it; None sets none.

    Raises:
        Failed: the run ended otherwise than it should.
    """
    body = {"budget": budget, "with_failed": with_failed}
    begun = yield creating(f"/samplings/{sampling}/resume", body, key=key)
    return (yield from sampled(begun, watch))


def sampled(begun: Json, watch: Watch | None) -> Steps[Json]:
    """Wait for a sampling, and return it with what became of its samples."""
    yield from wait_for(begun["run"], watch)
    found: Json = yield Ask("GET", f"/samplings/{begun['id']}")
    return found


def pause_sampling(sampling: str) -> Steps[Json]:
    """Ask that a sampling stops; what is stored stays."""
    found: Json = yield Ask("POST", f"/samplings/{sampling}/pause")
    return found


def ask_waiver(release: str, gate: str, reason: str, *, key: str | None = None) -> Steps[Json]:
    """Ask that a release may leave in spite of a gate."""
    found: Json = yield creating(f"/releases/{release}/gates/{gate}/waivers", {"reason": reason}, key=key)
    return found


def give_waiver(release: str, waiver: int) -> Steps[Json]:
    """Answer for a waiver that another steward asked for."""
    found: Json = yield Ask("POST", f"/releases/{release}/waivers/{waiver}/give")
    return found


def refuse_waiver(release: str, waiver: int, reason: str) -> Steps[Json]:
    """Refuse a waiver that another steward asked for, and say why."""
    found: Json = yield Ask("POST", f"/releases/{release}/waivers/{waiver}/refuse", body={"reason": reason})
    return found


def invite(
    project: str, role: str = "annotator", *, email: str = "", most_uses: int = 1, days: int = 7
) -> Steps[Json]:
    """Make a link into a project. It is told this once."""
    body = {"role": role, "email": email, "most_uses": most_uses, "days": days}
    found: Json = yield Ask("POST", f"/projects/{project}/invitations", body=body)
    return found


def import_file(
    path: Path, source: str, *, key: str | None = None, **fields: str | bool | None
) -> Steps[Json]:
    """Upload a file to be imported."""
    form = {"source": source}
    for name, value in fields.items():
        if value:
            form[name] = "on" if value is True else value
    found: Json = yield creating("/imports", key=key, form=form, file=path)
    return found


def columns(origin: str, saved: int | None = None) -> Steps[Json]:
    """Return the columns of a file that was uploaded with the source `columns`, and which is probably what."""
    found: Json = yield Ask("GET", f"/imports/{origin}/columns", params={"saved": saved} if saved else None)
    return found


def preview_import(origin: str, mapping: Json) -> Steps[Json]:
    """Return what the first rows of a file would become."""
    found: Json = yield Ask("POST", f"/imports/{origin}/preview", body={"mapping": mapping})
    return found


def start_import(origin: str, mapping: Json, save_as: str = "") -> Steps[Json]:
    """Say which column is what, and let the import begin."""
    body = {"mapping": mapping, "save_as": save_as}
    found: Json = yield Ask("POST", f"/imports/{origin}/start", body=body)
    return found


def next_item(project: str, have: Sequence[str] = ()) -> Steps[Json]:
    """Lease the next item."""
    found: Json = yield Ask("POST", f"/projects/{project}/items/next", params={"have": list(have)})
    return found


def submit(assignment: str, answer: Json) -> Steps[Json]:
    """Submit an answer; the same one again changes nothing."""
    found: Json = yield Ask("POST", f"/assignments/{assignment}/annotation", body=answer)
    return found


def write_recipe(recipe: Json, slug: str | None = None, *, key: str | None = None) -> Steps[Json]:
    """Write a recipe, or change the one of a slug. What a server told of one may be sent back as it is."""
    said = {name: value for name, value in recipe.items() if name not in OF_THE_SERVER}
    found: Json = yield (
        Ask("PUT", f"/recipes/{slug}", body=said) if slug else creating("/recipes", said, key=key)
    )
    return found


def preview_recipe(recipe: str, watch: Watch | None = None) -> Steps[Json]:
    """Return what a release would hold if it were cut now, counted anew where that takes a while.

    Raises:
        Failed: the count ended otherwise.
    """
    found: Json = yield Ask("GET", f"/recipes/{recipe}/preview")
    if found["run"] is None and found["counts"] is not None:
        return found
    run = yield Ask("POST", f"/recipes/{recipe}/preview")
    yield from wait_for(run, watch)
    found = yield Ask("GET", f"/recipes/{recipe}/preview")
    return found


def cut(recipe: str, bump: str = "minor", *, key: str | None = None) -> Steps[Json]:
    """Cut the next release of a recipe."""
    found: Json = yield creating(f"/recipes/{recipe}/releases", {"bump": bump}, key=key)
    return found


def wait_for_release(release: str, watch: Watch | None = None) -> Steps[Json]:
    """Wait until a release is built, and return it.

    Raises:
        Failed: its run ended otherwise.
    """
    found: Json = yield Ask("GET", f"/releases/{release}")
    if not found["is_built"] and found["run"]:
        yield from wait_for(found["run"], watch)
        found = yield Ask("GET", f"/releases/{release}")
    return found


def publish(release: str, destination: str, *, key: str | None = None) -> Steps[Json]:
    """Push a release to a destination."""
    found: Json = yield creating(f"/releases/{release}/publications", {"destination": destination}, key=key)
    return found


def push_results(path: Path, *, key: str | None = None, **fields: str | int | bool | None) -> Steps[Json]:
    """Report what training or evaluation gave back. The same file with the same words about it changes nothing.

    Args:
        path: a log of Inspect, JSON or CSV.
        key: for sending it once.
        fields: what the file doesn't say: `release`, `is_untrained`, `trained_on`, `model`, `base_model`, `method`,
            `seed`, `step`.
    """
    said = {name: value for name, value in fields.items() if value is not None and value is not False}
    form = {name: "on" if value is True else str(value) for name, value in said.items()}
    found: Json = yield creating("/results", key=key, form=form, file=path)
    return found


def release(
    recipe: str, destination: str, bump: str = "minor", *, key: str | None = None, watch: Watch | None = None
) -> Steps[Json]:
    """Cut the next release of a recipe, wait until it is built, push it, and wait until it is there.

    Returns:
        The publication.

    Raises:
        Failed: a run ended otherwise than it should.
    """
    begun = yield from cut(recipe, bump, key=key)
    built = yield from wait_for_release(begun["release"]["id"], watch)
    pushed = yield from publish(built["id"], destination, key=f"{key}-publish" if key else None)
    yield from wait_for(pushed["run"], watch)
    found: Json = yield Ask("GET", f"/publications/{pushed['id']}")
    return found
