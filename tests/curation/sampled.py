"""Samplings from the double, for tests."""

from decimal import Decimal
from itertools import count
from typing import Any

from curation.actions.answers import job_for, prices_of
from curation.actions.sampling import Wanted, planned, start_sampling
from curation.models import Endpoint, Sample, Sampling, Scenario
from egress.secrets import seal
from runs.actions import perform_now
from runs.models import Run
from tests.curation.endpoint_double import KEY, EndpointDouble

MODEL = "lab/asked-for-1"
numbers = count(1)


def make_endpoint(double: EndpointDouble, **fields: Any) -> Endpoint:
    """An endpoint at the double, with its key."""
    key = fields.pop("key", KEY)
    return Endpoint.objects.create(
        **{
            "name": f"Endpoint {next(numbers)}",
            "base_url": double.url,
            "model": MODEL,
            "license": "apache-2.0",
            "secret": seal(key, bound_to=double.url) if key else None,
            "price_in": Decimal(1),
            "price_out": Decimal(10),
            **fields,
        }
    )


def make_sampling(endpoint: Endpoint, **fields: Any) -> Sampling:
    """A sampling of all scenarios that waits for its worker."""
    parameters = {"model": endpoint.model, "max_tokens": 100, **fields.pop("parameters", {})}
    scenarios = fields.pop("scenarios", Scenario.objects.all())
    wanted = Wanted(
        **{
            "endpoint": endpoint,
            "scenarios": scenarios,
            "k": 1,
            "parameters": parameters,
            "most": 1000,
            **fields,
        }
    )
    return start_sampling(wanted, shown_requests=planned(wanted).requests)


def perform(sampling: Sampling) -> Run:
    """Have its run performed, whatever comes of it."""
    return perform_now(Run.objects.get(pk=sampling.run_id))


def states(sampling: Sampling) -> dict[str, int]:
    """How many samples are in which state."""
    found: dict[str, int] = {}
    for state in Sample.objects.filter(sampling=sampling).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def worst_of(sampling: Sampling) -> Decimal:
    """The most that one of its samples may cost."""
    sample = Sample.objects.select_related("scenario").filter(sampling=sampling)[0]
    return job_for(sample, sampling, prices_of(sampling.endpoint)).worst
