"""What came of asking for a sample, each in a short transaction of its own: stored once, with what it cost."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from curation import pricing
from curation.actions.rendering import render_responses
from curation.endpoints import Answer, Question, Usage
from curation.models import Endpoint, Response, Sample, Sampling
from curation.pricing import Prices
from curation.text import content_sha256, leaks_identity, original_bytes, sanitise, with_system, word_count

LIMITS = ("max_tokens", "max_completion_tokens")
"""The two names under which endpoints take the length of a response."""
LOST = "The worker stopped before the answer was stored."
LONGEST_PROBLEM = 300
NOTHING = Decimal(0)


class Job(NamedTuple):
    """A sample that is to be asked for."""

    sample_id: UUID
    scenario_id: UUID
    question: Question
    prompt_tokens: int
    """Estimated."""
    worst: Decimal
    """The most that asking once may cost."""
    tries: int = 0
    """Since this worker has it."""


class AlreadyAnswered(Exception):
    """Somebody else stored an answer to this sample."""


def job_for(sample: Sample, sampling: Sampling, prices: Prices) -> Job:
    """Return what to ask for a sample, whose scenario is loaded."""
    scenario = sample.scenario
    conversation = with_system(scenario.messages, scenario.system_prompt or sampling.system_prompt)
    seed = None if sampling.seed is None else sampling.seed + sample.ordinal
    tokens = pricing.prompt_tokens(conversation)
    return Job(
        sample_id=sample.pk,
        scenario_id=scenario.pk,
        question=Question(str(sample.pk), conversation, sampling.parameters, seed),
        prompt_tokens=tokens,
        worst=pricing.cost(tokens, longest_response(sampling), prices),
    )


def longest_response(sampling: Sampling) -> int:
    """Return how many tokens a response may have."""
    return next(int(sampling.parameters[name]) for name in LIMITS if name in sampling.parameters)


def prices_of(endpoint: Endpoint) -> Prices:
    """Return what an endpoint costs."""
    return Prices(endpoint.price_in, endpoint.price_out)


def cost_of(job: Job, usage: Usage | None, sampling: Sampling, prices: Prices, text: str = "") -> Decimal:
    """Return what an answer cost: by the usage that was told, else by what the text must have cost, else at most."""
    if usage is None:
        return job.worst
    most = longest_response(sampling)
    told = usage.response
    if told is None:
        told = min(most, pricing.estimated_tokens(len(text.encode("utf-8", "replace")), 0)) if text else most
    return pricing.cost(job.prompt_tokens if usage.prompt is None else usage.prompt, told, prices)


@transaction.atomic
def mark_asked(job: Job) -> bool:
    """Count an attempt before it is made, so that none is ever made uncounted; False when the sample has an answer."""
    waiting = Sample.objects.filter(pk=job.sample_id, state=Sample.State.WAITING)
    return bool(waiting.update(attempts=F("attempts") + 1, problem=""))


def store_answer(job: Job, sampling: Sampling, answer: Answer, price: Decimal) -> Response | None:
    """Store an answer with its response; None when the sample was answered by somebody else meanwhile."""
    try:
        response = stored(job, sampling, answer, price)
    except AlreadyAnswered:
        # It was billed all the same.
        charge(job, sampling, price)
        return None
    render_responses([response])
    return response


@transaction.atomic
def stored(job: Job, sampling: Sampling, answer: Answer, price: Decimal) -> Response:
    """Store the response, unless its words are there, and the sample with it.

    Raises:
        AlreadyAnswered: the sample waits no more. Nothing was stored.
    """
    response = response_of(job, sampling, answer)
    waiting = Sample.objects.filter(pk=job.sample_id, state=Sample.State.WAITING)
    changed = waiting.update(
        state=Sample.State.STORED,
        response=response,
        model=answer.model,
        finish_reason=answer.finish_reason,
        prompt_tokens=answer.usage.prompt,
        completion_tokens=answer.usage.response,
        cost=F("cost") + price,
        problem="",
        answered_at=timezone.now(),
    )
    if not changed:
        raise AlreadyAnswered
    spend(sampling, price)
    return response


def response_of(job: Job, sampling: Sampling, answer: Answer) -> Response:
    """Return the response with these words, made now unless the scenario has it."""
    text, is_changed = sanitise(answer.text)
    conversation = job.question.messages
    parameters = dict(sampling.parameters)
    if sampling.system_prompt and conversation[0]["content"] == sampling.system_prompt:
        parameters["system_prompt"] = sampling.system_prompt
    response, _ = Response.objects.get_or_create(
        scenario_id=job.scenario_id,
        text_sha256=content_sha256(text),
        defaults={
            "text": text,
            "model": answer.model,
            "model_revision": answer.revision,
            "parameters": parameters,
            "seed": job.question.seed,
            "prompt_tokens": answer.usage.prompt,
            "completion_tokens": answer.usage.response,
            "generated_at": timezone.now(),
            "finish_reason": answer.finish_reason,
            "license": sampling.endpoint.license,
            "leaks_identity": leaks_identity(text, answer.model or sampling.parameters["model"]),
            "is_sanitised": is_changed,
            "original": original_bytes(answer.text) if is_changed else None,
            "words": word_count(text),
        },
    )
    return response


@transaction.atomic
def charge(job: Job, sampling: Sampling, price: Decimal) -> None:
    """Add what a sample cost besides."""
    if not price:
        return
    Sample.objects.filter(pk=job.sample_id).update(cost=F("cost") + price)
    spend(sampling, price)


@transaction.atomic
def store_failure(job: Job, sampling: Sampling, problem: str, price: Decimal = NOTHING) -> bool:
    """Give a sample up, until a person wants it tried again; False when it was answered meanwhile."""
    charge(job, sampling, price)
    waiting = Sample.objects.filter(pk=job.sample_id, state=Sample.State.WAITING)
    return bool(
        waiting.update(
            state=Sample.State.FAILED, problem=problem[:LONGEST_PROBLEM], answered_at=timezone.now()
        )
    )


@transaction.atomic
def put_back(
    job: Job, sampling: Sampling, problem: str, price: Decimal = NOTHING, *, is_counted: bool = True
) -> None:
    """Let a sample wait on after an attempt without a response.

    Args:
        job: what was asked.
        sampling: whose sample it is.
        problem: what came.
        price: what it may have cost.
        is_counted: False when it was nobody's fault: we were told to wait, or to bring another key.
    """
    charge(job, sampling, price)
    waiting = Sample.objects.filter(pk=job.sample_id, state=Sample.State.WAITING)
    waiting.update(problem=problem[:LONGEST_PROBLEM])
    if not is_counted:
        waiting.filter(attempts__gt=0).update(attempts=F("attempts") - 1)


@transaction.atomic
def adopt_lost(sampling: Sampling, prices: Prices, most_attempts: int) -> int:
    """Charge what a dead worker asked without storing an answer. It is asked for again, under the same key.

    Returns:
        How many answers may have been lost.
    """
    lost = Sample.objects.select_related("scenario").filter(
        sampling=sampling, state=Sample.State.WAITING, attempts__gt=0, problem=""
    )
    samples = list(lost)
    for sample in samples:
        job = job_for(sample, sampling, prices)
        if sample.attempts >= most_attempts:
            store_failure(job, sampling, f"Lost with its worker {sample.attempts} times.", job.worst)
        else:
            put_back(job, sampling, LOST, job.worst)
    return len(samples)


def skip_waiting(sampling: Sampling, problem: str) -> int:
    """Leave out all that still waits, and return how many that are."""
    waiting = Sample.objects.filter(sampling=sampling, state=Sample.State.WAITING)
    return waiting.update(state=Sample.State.SKIPPED, problem=problem[:LONGEST_PROBLEM])


def spend(sampling: Sampling, price: Decimal) -> None:
    """Add to what the whole sampling cost."""
    if price:
        Sampling.objects.filter(pk=sampling.pk).update(cost=F("cost") + price)
