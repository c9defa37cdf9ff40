"""What each command does that moves traits, samplings, waivers and projects on."""

from argparse import Namespace

from arete_client.commands import connected, read_json, show
from arete_client.progress import run_progress


def traits_approval(asked: Namespace) -> None:
    """Say where a version stands on its way to publication."""
    with connected() as client:
        show(client.approval(asked.slug, asked.number))


def traits_submit(asked: Namespace) -> None:
    """Send a draft to the reviewers."""
    with connected() as client:
        show(client.submit_trait(asked.slug, asked.number))


def traits_review(asked: Namespace) -> None:
    """Decide on a version that others wrote."""
    decision = asked.decision.replace("-", " ")
    with connected() as client:
        show(client.review_trait(asked.slug, asked.number, decision, asked.reason, round=asked.round))


def traits_publish(asked: Namespace) -> None:
    """Put a version in force."""
    with connected() as client:
        show(client.publish_trait(asked.slug, asked.number, despite_remarks=asked.despite_remarks))


def sample_estimate(asked: Namespace) -> None:
    """Say what a sampling would ask and cost."""
    with connected() as client:
        show(client.estimate(read_json(asked.file)))


def sample_run(asked: Namespace) -> None:
    """Sample responses and wait for them."""
    wanted = read_json(asked.file)
    with connected() as client, run_progress("sampling") as watch:
        found = client.sample(wanted, asked.most_cost, watch=watch)
    show(found)


def sample_pause(asked: Namespace) -> None:
    """Ask that a sampling stops."""
    with connected() as client:
        show(client.pause_sampling(asked.sampling))


def sample_resume(asked: Namespace) -> None:
    """Go on with what waits, and wait for it."""
    with connected() as client, run_progress("sampling") as watch:
        found = client.resume_sampling(
            asked.sampling, asked.budget, with_failed=asked.with_failed, watch=watch
        )
    show(found)


def release_waivers(asked: Namespace) -> None:
    """List what was asked about the gates of a release, and what was answered."""
    with connected() as client:
        show(list(client.pages(f"/releases/{asked.release}/waivers")))


def release_waive(asked: Namespace) -> None:
    """Ask that a release may leave in spite of a gate."""
    with connected() as client:
        show(client.ask_waiver(asked.release, asked.gate, asked.reason))


def release_give(asked: Namespace) -> None:
    """Answer for a waiver."""
    with connected() as client:
        show(client.give_waiver(asked.release, asked.waiver))


def release_refuse(asked: Namespace) -> None:
    """Refuse a waiver."""
    with connected() as client:
        show(client.refuse_waiver(asked.release, asked.waiver, asked.reason))


def project_invite(asked: Namespace) -> None:
    """Make a link into a project."""
    with connected() as client:
        made = client.invite(
            asked.project, asked.role, email=asked.email, most_uses=asked.uses, days=asked.days
        )
    show(made)
