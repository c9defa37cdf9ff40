"""Responses that people write or paste, and their marks for naming a model."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import IntegrityError, transaction

from accounts.audit import Actor, person_behind, record
from curation.actions.naming import CLEARED
from curation.actions.rendering import render_responses
from curation.models import Response, Scenario
from curation.text import content_sha256, leaks_identity, original_bytes, sanitise, word_count


class SameWords(Exception):
    """The scenario has a response with exactly these words."""

    def __init__(self, response: Response) -> None:
        super().__init__(str(response.pk))
        self.response = response


@dataclass(frozen=True)
class Written:
    """A response as a person gives it: their own words, or what a model said to them."""

    text: str
    license: str = ""
    model: str = ""
    """Empty for their own words."""
    made_on: date | None = None
    """When the model said it."""


@transaction.atomic
def write_response(scenario: Scenario, written: Written, *, actor: Actor = None) -> Response:
    """Add a response to a scenario.

    Raises:
        SameWords: it is there already.
    """
    text, is_changed = sanitise(written.text)
    sha256 = content_sha256(text)
    there = Response.objects.filter(scenario=scenario, text_sha256=sha256)
    made_at = None if written.made_on is None else datetime.combine(written.made_on, time(12), UTC)
    try:
        # In a transaction of its own, so that the one around it survives when somebody else was quicker.
        with transaction.atomic():
            response = Response.objects.create(
                scenario=scenario,
                text=text,
                text_sha256=sha256,
                model=written.model,
                license=written.license,
                generated_at=made_at if written.model else None,
                written_by=None if written.model else person_behind(actor),
                leaks_identity=leaks_identity(text, written.model),
                is_sanitised=is_changed,
                original=original_bytes(written.text) if is_changed else None,
                words=word_count(text),
            )
    except IntegrityError:
        found = there.first()
        if found is None:
            raise
        raise SameWords(found) from None
    render_responses([response])
    record(actor, "response.written", response, scenario=str(scenario.pk), model=written.model)
    return response


@transaction.atomic
def mark_response(response: Response, *, leaks: bool, actor: Actor = None) -> bool:
    """Say that a response names its model or maker, or that it doesn't; False when it was said already."""
    others = Response.objects.filter(pk=response.pk, leaks_identity=not leaks)
    changed = bool(others.update(leaks_identity=leaks))
    if changed:
        record(actor, "response.marked" if leaks else CLEARED, response)
    return changed
