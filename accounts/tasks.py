"""Background work about people: one line each, the actions do it."""

from celery import shared_task

from accounts.actions.letters import KIND, run_letter
from accounts.audit import check_chain
from config.wording import words
from runs.registry import every, kind

kind(KIND, queue="io", title=words("A letter"), max_attempts=8)(run_letter)


@every(seconds=6 * 3600)
@shared_task
def check_audit_chain() -> int:
    """Look at the whole audit trail."""
    return len(check_chain().broken)
