"""arete-client: the command line. Findings go to standard output as JSON or plain paths, everything else to standard error."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable
from pathlib import Path
from typing import Any

from arete_client import acting, commands
from arete_client.calls import Failed, TooDear
from arete_client.config import NoLogin
from arete_client.files import Damaged
from arete_client.problems import Problem, Unreachable

FAILED, WRONG, INTERRUPTED = 1, 2, 130
SOURCES = "what the rows look like, such as hh-rlhf, saved:<id> of a saved mapping, or columns to be told which there are"
DECISIONS = ("approve", "approve-with-dissent", "ask-for-changes")
Command = Callable[[Namespace], None]


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say.

    Returns:
        0, or 1 when it could not be done, 2 for a wrong call, 130 when interrupted.
    """
    asked = parser().parse_args(arguments)
    try:
        asked.command(asked)
    except (Problem, Unreachable, Failed, TooDear, Damaged, NoLogin, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG if isinstance(error, NoLogin | ValueError) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def parser() -> ArgumentParser:
    """Return the parser of the whole command line."""
    whole = ArgumentParser(prog="arete-client", description="Arete by program.")
    rooms = whole.add_subparsers(required=True, metavar="COMMAND")
    login = adding(rooms, "login", commands.login, "keep address and token for the next commands")
    login.add_argument("--url", required=True)
    adding(rooms, "whoami", commands.whoami, "say whom the token acts for")
    add_traits(rooms)
    add_import(rooms)
    add_columns(rooms)
    add_label(rooms)
    add_sample(rooms)
    add_project(rooms)
    add_recipe(rooms)
    add_release(rooms)
    add_results(rooms)
    download = adding(
        rooms, "download", commands.download, "fetch the files of a release, checked by their hashes"
    )
    download.add_argument("release")
    download.add_argument("folder", type=Path)
    download.add_argument(
        "--dataset", metavar="CONFIG", help="also save this config as a Dataset in FOLDER/CONFIG.dataset"
    )
    return whole


def add_traits(rooms: "_SubParsersAction[Any]") -> None:
    """Add the commands about traits."""
    inside = room(rooms, "traits", "traits as YAML files, to be kept in git")
    pull = adding(inside, "pull", commands.traits_pull, "write the wordings in force to FOLDER/<slug>.yaml")
    pull.add_argument("slugs", nargs="*", help="all traits when none is named")
    pull.add_argument("--folder", type=Path, default=Path("traits"))
    push = adding(inside, "push", commands.traits_push, "propose files as drafts")
    push.add_argument("files", nargs="+", type=Path)
    push.add_argument("--dry-run", action="store_true", help="only say what it would do")
    adding_version(inside, "approval", acting.traits_approval, "say where a version stands")
    adding_version(inside, "submit", acting.traits_submit, "send a draft to the reviewers")
    review = adding_version(inside, "review", acting.traits_review, "decide on a version that others wrote")
    review.add_argument("decision", choices=DECISIONS)
    review.add_argument("--reason", default="", help="only a plain approval goes without")
    review.add_argument(
        "--round", type=int, help="of the text that was read, as approval says; else the one that runs"
    )
    publish = adding_version(inside, "publish", acting.traits_publish, "put an approved version in force")
    publish.add_argument("--despite-remarks", action="store_true", help="although remarks are unresolved")


def adding_version(rooms: "_SubParsersAction[Any]", name: str, command: Command, says: str) -> ArgumentParser:
    """Return the parser of a command about one version of a trait."""
    added = adding(rooms, name, command, says)
    added.add_argument("slug")
    added.add_argument("number", type=int)
    return added


def add_sample(rooms: "_SubParsersAction[Any]") -> None:
    """Add the commands about sampling responses."""
    inside = room(rooms, "sample", "ask model endpoints for responses")
    for name, command, says in (
        ("estimate", acting.sample_estimate, "say what a sampling would ask and cost"),
        ("run", acting.sample_run, "sample responses and wait for them"),
    ):
        added = adding(inside, name, command, says)
        added.add_argument("file", help="what to sample, as JSON, or - for standard input")
    added.add_argument("--most-cost", type=float, help="begin only if the estimate is not above it")
    pause = adding(inside, "pause", acting.sample_pause, "ask that a sampling stops; what is stored stays")
    pause.add_argument("sampling")
    resume = adding(inside, "resume", acting.sample_resume, "go on with what waits, and wait for it")
    resume.add_argument("sampling")
    resume.add_argument("--budget", type=float, help="cap of the whole sampling; none when left out")
    resume.add_argument("--with-failed", action="store_true", help="try again what failed")


def add_project(rooms: "_SubParsersAction[Any]") -> None:
    """Add the command that invites into a project."""
    inside = room(rooms, "project", "lead projects")
    link = adding(inside, "invite", acting.project_invite, "make a link into a project; it is told this once")
    link.add_argument("project")
    link.add_argument("--role", choices=["lead", "adjudicator", "annotator"], default="annotator")
    link.add_argument("--email", default="", help="only for this address")
    link.add_argument("--uses", type=int, default=1, help="how many people may come by it")
    link.add_argument("--days", type=int, default=7)


def add_import(rooms: "_SubParsersAction[Any]") -> None:
    """Add the command that imports."""
    bring = adding(rooms, "import", commands.import_, "upload a file and wait until it is imported")
    bring.add_argument("file", type=Path)
    kind = bring.add_mutually_exclusive_group(required=True)
    kind.add_argument("--source", help=SOURCES)
    kind.add_argument(
        "--mapping", metavar="FILE", help="which column is what, as JSON, or - for standard input"
    )
    bring.add_argument("--save-as", default="", metavar="NAME", help="keep the mapping for the next file")
    bring.add_argument("--project", help="slug of the project that gets an item for each row")
    bring.add_argument("--domain")
    bring.add_argument("--license")
    bring.add_argument("--atomic", action="store_true", help="write nothing if a single line is bad")
    bring.add_argument("--no-wait", action="store_true")


def add_columns(rooms: "_SubParsersAction[Any]") -> None:
    """Add the commands about an upload that waits to be told which column is what."""
    inside = room(rooms, "columns", "say which column of an uploaded file is what")
    for name, command, says in (
        ("preview", commands.import_preview, "show what the first rows would become"),
        ("start", commands.import_start, "begin the import and wait until it has ended"),
    ):
        added = adding(inside, name, command, says)
        added.add_argument("origin", metavar="IMPORT")
        added.add_argument("mapping", metavar="FILE", help="JSON, or - for standard input")
    added.add_argument("--save-as", default="", metavar="NAME", help="keep the mapping for the next file")


def add_recipe(rooms: "_SubParsersAction[Any]") -> None:
    """Add the commands about recipes."""
    inside = room(rooms, "recipe", "what to publish")
    adding(inside, "show", commands.recipe_show, "print a recipe").add_argument("recipe")
    write = adding(inside, "write", commands.recipe_write, "write a recipe, or change one")
    write.add_argument("file", help="JSON, or - for standard input")
    write.add_argument("--slug", help="of the recipe to change")
    preview = adding(
        inside, "preview", commands.recipe_preview, "say what a release would hold if it were cut now"
    )
    preview.add_argument("recipe")


def add_label(rooms: "_SubParsersAction[Any]") -> None:
    """Add the commands about labeling."""
    inside = room(rooms, "label", "take items and submit answers")
    following = adding(inside, "next", commands.label_next, "lease the next item and print it")
    following.add_argument("project")
    submit = adding(
        inside, "submit", commands.label_submit, "submit the answer in a JSON file, or - for standard input"
    )
    submit.add_argument("assignment")
    submit.add_argument("file")


def add_release(rooms: "_SubParsersAction[Any]") -> None:
    """Add the commands about releases."""
    inside = room(rooms, "release", "cut, build and publish releases")
    whole = adding(
        inside, "run", commands.release_run, "cut, build and publish the next release of a recipe, and wait"
    )
    whole.add_argument("recipe")
    whole.add_argument("destination")
    whole.add_argument("--bump", choices=["major", "minor", "patch"], default="minor")
    build = adding(
        inside, "build", commands.release_build, "cut the next release of a recipe; it is built by a worker"
    )
    build.add_argument("recipe")
    build.add_argument("--bump", choices=["major", "minor", "patch"], default="minor")
    wait = adding(inside, "wait", commands.release_wait, "wait until a release is built")
    wait.add_argument("release")
    publish = adding(inside, "publish", commands.release_publish, "push a release to a destination and wait")
    publish.add_argument("release")
    publish.add_argument("destination")
    publish.add_argument("--no-wait", action="store_true")
    add_waivers(inside)


def add_waivers(inside: "_SubParsersAction[Any]") -> None:
    """Add the commands about gates that fail."""
    adding(inside, "waivers", acting.release_waivers, "list waivers of its gates").add_argument("release")
    waive = adding(inside, "waive", acting.release_waive, "ask that it may leave in spite of a gate")
    waive.add_argument("release")
    waive.add_argument("gate")
    waive.add_argument("--reason", required=True, help="it stands in the published card")
    give = adding(inside, "give", acting.release_give, "answer for a waiver that another steward asked for")
    refuse = adding(inside, "refuse", acting.release_refuse, "refuse one, and say why")
    for added in (give, refuse):
        added.add_argument("release")
        added.add_argument("waiver", type=int)
    refuse.add_argument("--reason", required=True)


def add_results(rooms: "_SubParsersAction[Any]") -> None:
    """Add the commands about what comes back from training and evaluation."""
    inside = room(rooms, "results", "what came back from training and evaluation")
    push = adding(
        inside, "push", commands.results_push, "report a log of Inspect (.eval, .json), JSON or CSV"
    )
    push.add_argument("file", type=Path)
    push.add_argument("--release", metavar="R", help="trained on: recipe@version, or the release's id")
    push.add_argument(
        "--untrained", action="store_true", help="it is the model that others are compared with"
    )
    push.add_argument("--trained-on", metavar="DOMAINS", help="with commas between, or only_health, no_law")
    push.add_argument("--model", help="the name of this training")
    push.add_argument("--base-model", metavar="MODEL", help="the untrained model")
    push.add_argument("--method", help="such as DPO or GRPO")
    push.add_argument("--seed", type=int)
    push.add_argument("--step", type=int, help="checkpoint")
    adding(inside, "list", commands.results_list, "list what was reported, newest first")
    matrix = adding(inside, "matrix", commands.results_matrix, "say what the reports show together")
    matrix.add_argument(
        "--base-model", default="", metavar="MODEL", help="the one with the most models by default"
    )
    matrix.add_argument("--trait", default="", help="slug; all by default")


def room(rooms: "_SubParsersAction[Any]", name: str, says: str) -> "_SubParsersAction[Any]":
    """Return what takes the commands of one kind."""
    inside: _SubParsersAction[Any] = rooms.add_parser(name, help=says, description=says).add_subparsers(
        required=True, metavar="COMMAND"
    )
    return inside


def adding(rooms: "_SubParsersAction[Any]", name: str, command: Command, says: str) -> ArgumentParser:
    """Return the parser of a command."""
    added: ArgumentParser = rooms.add_parser(name, help=says, description=says)
    added.set_defaults(command=command)
    return added


if __name__ == "__main__":
    sys.exit(main())
