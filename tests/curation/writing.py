"""What a writer of scenarios sends, taken from the words of a draft."""

from dataclasses import replace
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from curation.actions.scenarios import create_draft, words_of
from curation.drafting import ScenarioWords, TurnWords
from curation.models import Scenario, Trait
from tests.factories import make_domain, make_trait, make_trait_version, make_user

SCRIPT = {"HX-Request": "true"}
SINGLE = ("name", "what_changes", "system_prompt", "domain", "background", "lazy_answer", "over_refusal_answer",
          "ideal_answer", "language", "origin", "source", "license")  # fmt: skip


def make_words(*said: str, **fields: Any) -> ScenarioWords:
    """Words of a whole scenario: user and assistant in turn."""
    make_domain("law")
    if not Trait.objects.filter(slug="truthfulness").exists():
        make_trait_version(make_trait("truthfulness", name="Truthfulness"))
    roles = ("user", "assistant")
    turns = tuple(
        TurnWords(roles[place % 2], text) for place, text in enumerate(said or ("May he keep it?",))
    )
    words = ScenarioWords(turns=turns, domain="law", traits=("truthfulness",), license="CC-BY-4.0")
    return replace(words, **fields)


def make_draft(*said: str, author: User | None = None, **fields: Any) -> Scenario:
    """A whole draft, unless fields say otherwise."""
    kin = {name: fields.pop(name) for name in ("family", "variant", "based_on") if name in fields}
    return create_draft(make_words(*said, **fields), author=author or make_user(), **kin)


def fields_of(words: ScenarioWords) -> dict[str, Any]:
    """The form as a browser sends it."""
    sent: dict[str, Any] = {name: getattr(words, name) for name in SINGLE}
    for number, turn in enumerate(words.turns, start=1):
        for name in ("role", "content", "pressure", "note"):
            sent[f"turn-{number}-{name}"] = getattr(turn, name).replace("\n", "\r\n")
    return sent | {
        "traits": list(words.traits),
        "pressures": list(words.pressures),
        "values_in_tension": "\r\n".join(words.values_in_tension),
        "content_warnings": list(words.content_warnings),
        "planted": "" if words.planted is None else str(words.planted + 1),
    }


def send(client: Client, draft: Scenario, words: ScenarioWords, **more: Any) -> Any:
    """Save words in the editor, begun from what is stored."""
    headers = more.pop("headers", None)
    fields = {"was": words_of(draft).digest, **fields_of(words), **more}
    return client.post(reverse("curation:scenario_edit", args=[draft.pk]), fields, headers=headers)


def curator(client: Client) -> User:
    """A curator who is signed in."""
    user = make_user(roles=(Role.CURATORS,))
    client.force_login(user)
    return user
