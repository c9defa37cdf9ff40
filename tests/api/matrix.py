"""The access matrix of the newer rooms of the API: who finds something there, what is sent, and what addresses name."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from curation.models import DelphiPanelist, DelphiStatement
from exports.models import Listener
from labeling.actions.gold import set_references
from labeling.actions.invitations import Offer, invite_into
from labeling.models import GoldReference
from tests.access import ADMINISTRATORS, CURATORS, NOBODY, OVERSEERS, READERS, STEWARDS
from tests.curation.routes import cells, delphi, responses, reviews, similarity
from tests.labeling import routes as calibrating

WRITERS = frozenset({"curator", "trait author", "administrator"})
AUTHORS = frozenset({"trait author", "administrator"})
VERSION = "/traits/{slug}/versions/{number}"
ROUND = f"{VERSION}/panel/rounds/{{round_number}}"
GUIDANCE = "/cells/{slug}/{domain}/guidance"
WHO = {
    "POST /traits/{slug}/versions": AUTHORS,
    f"GET {VERSION}/parts": AUTHORS,
    f"PUT {VERSION}/texts/{{name}}": AUTHORS,
    f"POST {VERSION}/parts/{{section}}": AUTHORS,
    f"PUT {VERSION}/parts/{{section}}/{{part}}": AUTHORS,
    f"DELETE {VERSION}/parts/{{section}}/{{part}}": AUTHORS,
    f"POST {VERSION}/parts/{{section}}/{{part}}/move": AUTHORS,
    f"GET {VERSION}/approval": AUTHORS,
    f"POST {VERSION}/submit": AUTHORS,
    f"POST {VERSION}/withdraw": AUTHORS,
    f"POST {VERSION}/reviews": AUTHORS,
    f"POST {VERSION}/publish": AUTHORS,
    f"POST {VERSION}/retire": AUTHORS,
    f"GET {VERSION}/passages": AUTHORS,
    f"GET {VERSION}/comments": AUTHORS,
    f"POST {VERSION}/comments": AUTHORS,
    "POST /comments/{comment_id}/replies": AUTHORS,
    "POST /comments/{comment_id}/resolve": AUTHORS,
    "POST /comments/{comment_id}/reopen": AUTHORS,
    f"GET {VERSION}/panel": AUTHORS,
    f"POST {VERSION}/panel": AUTHORS,
    f"DELETE {VERSION}/panel/{{panelist_id}}": AUTHORS,
    f"POST {VERSION}/panel/rounds": AUTHORS,
    f"GET {ROUND}": AUTHORS,
    f"POST {ROUND}/close": AUTHORS,
    f"POST {ROUND}/statements/{{statement_id}}": AUTHORS,
    "GET /domains": READERS,
    "POST /domains": WRITERS,
    "PUT /domains/{slug}": WRITERS,
    "GET /cells": READERS,
    "POST /cells/count": READERS,
    "PUT /cells/{slug}/{domain}/targets": WRITERS,
    f"GET {GUIDANCE}": READERS,
    f"PUT {GUIDANCE}": AUTHORS,
    f"DELETE {GUIDANCE}": AUTHORS,
    f"POST {GUIDANCE}/publish": AUTHORS,
    "GET /scenarios/{scenario_id}/probes": READERS,
    "GET /scenarios/{scenario_id}/gradings": READERS,
    "POST /scenarios/{scenario_id}/gradings": WRITERS,
    "POST /responses/look": CURATORS,
    "POST /responses/{response_id}/mark": CURATORS,
    "GET /endpoints": CURATORS,
    "POST /endpoints": CURATORS,
    "GET /endpoints/{endpoint_id}": CURATORS,
    "PUT /endpoints/{endpoint_id}": CURATORS,
    "POST /endpoints/{endpoint_id}/check": CURATORS,
    "GET /samplings": OVERSEERS,
    "POST /samplings": CURATORS,
    "POST /samplings/estimate": CURATORS,
    "GET /samplings/{sampling_id}": OVERSEERS,
    "GET /samplings/{sampling_id}/samples": OVERSEERS,
    "POST /samplings/{sampling_id}/pause": CURATORS,
    "POST /samplings/{sampling_id}/resume": CURATORS,
    "GET /pools": READERS,
    "POST /pools/draft": CURATORS,
    "PUT /pools/draft": CURATORS,
    "DELETE /pools/draft": CURATORS,
    "GET /pools/draft/preview": CURATORS,
    "POST /pools/draft/preview": CURATORS,
    "POST /pools/draft/apply": CURATORS,
    "GET /duplicates": READERS,
    "POST /duplicates/compare": CURATORS,
    "POST /duplicates/{pair_id}": CURATORS,
    "GET /clusters": READERS,
    "POST /clusters/{cluster_id}/keep": CURATORS,
    "GET /removals": READERS,
    "GET /benchmarks": READERS,
    "POST /benchmarks": CURATORS,
    "GET /benchmarks/{benchmark_id}": READERS,
    "DELETE /benchmarks/{benchmark_id}": CURATORS,
    "POST /benchmarks/{benchmark_id}/switch": CURATORS,
    "GET /contamination": READERS,
    "POST /contamination/check": CURATORS,
    "POST /contamination/{contamination_id}/keep": CURATORS,
    "POST /contamination/{contamination_id}/reopen": CURATORS,
    "GET /projects/{slug}/invitations": ADMINISTRATORS,
    "POST /projects/{slug}/invitations": ADMINISTRATORS,
    "DELETE /projects/{slug}/invitations/{invitation_id}": ADMINISTRATORS,
    "POST /projects/{slug}/items/hurry": ADMINISTRATORS,
    "PUT /projects/{slug}/deadline": ADMINISTRATORS,
    "GET /projects/{slug}/versions": ADMINISTRATORS,
    "POST /projects/{slug}/versions": ADMINISTRATORS,
    "GET /projects/{slug}/gold": ADMINISTRATORS,
    "PUT /projects/{slug}/gold/{item_id}": ADMINISTRATORS,
    "DELETE /projects/{slug}/gold/{item_id}/references/{reference_id}": ADMINISTRATORS,
    "GET /projects/{slug}/gold/objections": ADMINISTRATORS,
    "POST /projects/{slug}/gold/objections/{objection_id}/answer": ADMINISTRATORS,
    "GET /projects/{slug}/rounds": ADMINISTRATORS,
    "POST /projects/{slug}/rounds": ADMINISTRATORS,
    "GET /rounds/{round_id}": ADMINISTRATORS,
    "POST /rounds/{round_id}/items": ADMINISTRATORS,
    "POST /rounds/{round_id}/reveal": ADMINISTRATORS,
    "POST /rounds/{round_id}/close": ADMINISTRATORS,
    "POST /rounds/{round_id}/remarks": ADMINISTRATORS,
    "GET /assignments/{assignment_id}/reference": NOBODY,
    "POST /assignments/{assignment_id}/objections": NOBODY,
    "PUT /assignments/{assignment_id}/draft": NOBODY,
    "POST /releases/{release_id}/waivers/{request_id}/refuse": STEWARDS,
    "GET /notifications": STEWARDS,
    "POST /notifications": STEWARDS,
    "GET /notifications/{listener_id}": STEWARDS,
    "PUT /notifications/{listener_id}": STEWARDS,
    "POST /notifications/{listener_id}/secret": STEWARDS,
    "POST /notifications/{listener_id}/test": STEWARDS,
    "POST /notifications/{listener_id}/switch": STEWARDS,
    "GET /notifications/{listener_id}/deliveries": STEWARDS,
}
SHOWN: dict[str, Any] = {"traits": {}, "criteria": [], "renderer": "1"}
LISTENER = {"name": "Ours", "address": "https://93.184.216.34/told", "kinds": ["release.built"]}
ENDPOINT = {"name": "Ours", "base_url": "https://93.184.216.34/v1", "model": "lab/model-1"}
BODIES: dict[str, Any] = {
    "POST /traits/{slug}/versions": {"based_on": 1},
    f"PUT {VERSION}/texts/{{name}}": {"value": "Whether the model asks.", "was": "x"},
    f"POST {VERSION}/parts/{{section}}": {"text": "It asks."},
    f"PUT {VERSION}/parts/{{section}}/{{part}}": {"text": "It asks.", "was": "x"},
    f"POST {VERSION}/parts/{{section}}/{{part}}/move": {"direction": "up"},
    f"POST {VERSION}/reviews": {"decision": "approve", "round": 0},
    f"POST {VERSION}/publish": {},
    f"POST {VERSION}/retire": {"reason": "It is said better elsewhere."},
    f"POST {VERSION}/comments": {"text": "Why?"},
    "POST /comments/{comment_id}/replies": {"text": "So."},
    f"POST {VERSION}/panel": {"email": "nobody@example.org"},
    f"POST {ROUND}/statements/{{statement_id}}": {"rating": 7},
    "POST /domains": {"slug": "law", "name": "Law"},
    "PUT /domains/{slug}": {"name": "Law", "position": 1},
    "PUT /cells/{slug}/{domain}/targets": {"target_items": 7},
    f"PUT {GUIDANCE}": {"text": "Ask who is asking.", "was": "x"},
    f"POST {GUIDANCE}/publish": {"was": "x"},
    "POST /scenarios/{scenario_id}/gradings": {"probe": "refusal", "marks": {}, "sha256": "x"},
    "POST /responses/{response_id}/mark": {"leaks_identity": True},
    "POST /endpoints": ENDPOINT,
    "PUT /endpoints/{endpoint_id}": ENDPOINT,
    "POST /samplings": {"endpoint": str(uuid4()), "requests": 1},
    "POST /samplings/estimate": {"endpoint": str(uuid4())},
    "POST /samplings/{sampling_id}/resume": {},
    "PUT /pools/draft": {"eval_percent": 15, "seed": "x", "was": "x"},
    "POST /pools/draft/apply": {"digest": "x"},
    "POST /duplicates/{pair_id}": {"decision": "keep"},
    "POST /benchmarks/{benchmark_id}/switch": {"is_active": False},
    "POST /contamination/check": {},
    "POST /contamination/{contamination_id}/keep": {"reason": "It is a proverb."},
    "POST /projects/{slug}/invitations": {},
    "POST /projects/{slug}/items/hurry": {},
    "PUT /projects/{slug}/deadline": {"due_on": None},
    "POST /projects/{slug}/versions": {"version": "none@1"},
    "PUT /projects/{slug}/gold/{item_id}": {"strengths": {"overall": 1}, "reason": "So it is."},
    "POST /projects/{slug}/gold/objections/{objection_id}/answer": {"answer": "It stays."},
    "POST /projects/{slug}/rounds": {"kind": "norming", "name": "Ours", "items": [str(uuid4())]},
    "POST /rounds/{round_id}/items": {"items": [str(uuid4())]},
    "POST /rounds/{round_id}/remarks": {"item": str(uuid4()), "text": "Why?"},
    "POST /assignments/{assignment_id}/objections": {"reference": str(uuid4()), "text": "It is not."},
    "PUT /assignments/{assignment_id}/draft": {"submission_id": str(uuid4()), "shown": SHOWN},
    "POST /releases/{release_id}/waivers/{request_id}/refuse": {"reason": "Ask the makers first."},
    "POST /notifications": {**LISTENER, "kind": "webhook"},
    "PUT /notifications/{listener_id}": LISTENER,
    "POST /notifications/{listener_id}/switch": {"is_enabled": False},
}
NUMBERS = ("panelist_id", "statement_id", "pair_id", "contamination_id", "objection_id")
NAMES = ("domain", "section", "part", "name")
ABSENT: dict[str, Any] = {
    **dict.fromkeys(NUMBERS, 999),
    **dict.fromkeys(NAMES, "none"),
    "round_number": 3,
}
Arguments = Callable[[str, Any], Any]
MADE_BY: dict[str, tuple[Arguments, str]] = {
    "comment_id": (reviews.arguments, "comment_reply"),
    "endpoint_id": (responses.arguments, "endpoint"),
    "sampling_id": (responses.arguments, "sampling"),
    "pair_id": (similarity.arguments, "duplicate_decide"),
    "cluster_id": (similarity.arguments, "duplicate_keep"),
    "benchmark_id": (similarity.arguments, "benchmark"),
    "contamination_id": (similarity.arguments, "contamination_decide"),
}
"""Which walk over pages makes what an address names."""


def made_for(world: Any, operation: str) -> dict[str, Any]:
    """What only some addresses name, made where one does."""
    path = operation.split()[1]
    found: dict[str, Any] = {
        "item_id": world.assignment.item.pk, "section": "exhibits", "part": "1", "name": "definition",
    }  # fmt: skip
    for name, (arguments, page) in MADE_BY.items():
        if f"{{{name}}}" in path:
            found[name] = arguments(f"curation:{page}", world)["pk"]
    if "/panel" in path:
        found |= asked_panel(world)
    if "{domain}" in path or "/domains/" in path:
        found |= cells.arguments(f"curation:{'cell' if '{domain}' in path else 'domain'}", world) or {}
    if "{listener_id}" in path:
        told = {"kind": "webhook", "address": LISTENER["address"], "kinds": LISTENER["kinds"]}
        found["listener_id"] = Listener.objects.get_or_create(name="Foreign", defaults=told)[0].pk
    return found | made_in_labeling(world, path)


def asked_panel(world: Any) -> dict[str, Any]:
    """A draft whose panel is being asked."""
    found: dict[str, Any] = delphi.arguments("curation:delphi_round", world) or {}
    found["panelist_id"] = DelphiPanelist.objects.get(version__trait__slug=found["slug"]).pk
    found["statement_id"] = DelphiStatement.objects.get(round__version__trait__slug=found["slug"]).pk
    return found


def made_in_labeling(world: Any, path: str) -> dict[str, Any]:
    """What only addresses of labeling name."""
    found: dict[str, Any] = {}
    if "{round_id}" in path:
        found["round_id"] = (calibrating.arguments("labeling:round", world.assignment) or {})["pk"]
    if "{objection_id}" in path:
        found["objection_id"] = (calibrating.arguments("labeling:gold_answer", world.assignment) or {})["pk"]
    if "{reference_id}" in path:
        set_references(world.assignment.item, {None: 1}, "So it is.", author=world.other)
        found["reference_id"] = GoldReference.objects.in_force().get().pk
    if "{invitation_id}" in path:
        offer = Offer("annotator")
        found["invitation_id"] = invite_into(world.project, offer, invited_by=world.other).invitation.pk
    return found
