"""Background work of exports: one line each, the actions do it."""

from celery import shared_task

from config.wording import words
from exports.actions.build import run_build
from exports.actions.deliveries import run_deliver
from exports.actions.destinations import run_check
from exports.actions.notices import announce_outcomes
from exports.actions.papers import run_gates
from exports.actions.preview import run_preview
from exports.actions.publish import run_publish
from exports.actions.schedules import start_due_slots
from exports.actions.slots import advance_slots, run_slot
from runs.registry import every, kind

kind("exports.build", queue="cpu", title=words("Cutting a release"))(run_build)
kind("exports.publish", queue="io", title=words("Publishing"))(run_publish)
kind("exports.check", queue="io", title=words("Checking the connection"), max_attempts=1)(run_check)
kind("exports.preview", queue="cpu", title=words("Counting what a release would hold"))(run_preview)
kind("exports.gates", queue="cpu", title=words("Checking gates and writing the card"))(run_gates)
kind("exports.slot", queue="cpu", title=words("Looking what a schedule has to do"))(run_slot)
kind("exports.deliver", queue="io", title=words("Telling news"), max_attempts=8)(run_deliver)


@every(seconds=10)
@shared_task
def work_schedules() -> int:
    """Start the slots that are due, and move on those at work."""
    return start_due_slots() + advance_slots()


@every(seconds=20)
@shared_task
def tell_news() -> int:
    """Tell how builds and publications ended."""
    return announce_outcomes()
