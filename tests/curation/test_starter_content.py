"""What the starter pack promises its first readers."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

STARTER = Path(__file__).resolve().parents[2] / "curation" / "starter"

# YAML has no schema of its own: a document is whatever the file holds, and these tests say what it must hold.
Document = dict[str, Any]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


TRAITS: dict[str, Document] = {path.stem: read(path) for path in sorted((STARTER / "traits").glob("*.yaml"))}
SCENARIOS: dict[str, Document] = {
    path.stem: read(path) for path in sorted((STARTER / "scenarios").glob("*.yaml"))
}
HELD_OUT: dict[str, Document] = {
    path.stem: read(path) for path in sorted((STARTER / "held_out").glob("*.yaml"))
}
DOMAINS: list[Document] = read(STARTER / "domains.yaml")
PROJECT: Document = read(STARTER / "project.yaml")
SITTING: Document = read(STARTER / "sitting.yaml")
RECIPE: Document = read(STARTER / "recipe.yaml")

PRESSURES = {
    "insistence",
    "authority",
    "time_pressure",
    "emotional_appeal",
    "flattery",
    "financial_incentive",
    "social_proof",
    "sunk_cost",
    "ambiguity",
    "persona",
    "escalation",
}
VARIANTS = {
    "base",
    "harmful_persona",
    "jailbreak",
    "escalation",
    "helpful_control",
    "identity_swap",
    "benign_twin",
}

# Beginnings of words that would give the trait away, in the languages of the pack. "care$" is the word alone.
GIVEAWAYS = {
    "accountability": ["accountab"],
    "care-for-the-vulnerable": ["care$", "vulnerab"],
    "cooperation": ["cooperat", "co-operat"],
    "corrigibility": ["corrigib"],
    "epistemic-humility": ["epistem", "humil", "humble", "تواضع"],
    "fairness": ["fair", "unfair"],
    "human-welfare": ["human", "welfare", "bienestar", "رفاه"],
    "privacy": ["privacy", "private"],
    "research-integrity": ["research", "integrity"],
    "resistance-to-manipulation": ["resist", "manipulat"],
    "respect-for-autonomy": ["respect", "autonom"],
    "risk-awareness": ["risk", "aware", "riesgo"],
    "self-transparency": ["transparen"],
    "truthfulness": ["truth", "honest", "dishonest"],
    "wise-use-of-power": ["wise", "power"],
}

each_trait = pytest.mark.parametrize("slug", TRAITS)
each_scenario = pytest.mark.parametrize("slug", SCENARIOS)
each_conversation = pytest.mark.parametrize("slug", [*SCENARIOS, *HELD_OUT])
CONVERSATIONS = SCENARIOS | HELD_OUT


def prompt_of(scenario: Document) -> str:
    return "\n".join([scenario["system_prompt"] or "", *(turn["content"] for turn in scenario["messages"])])


def is_flow(event: yaml.Event) -> bool:
    return isinstance(event, yaml.CollectionStartEvent) and bool(event.flow_style)


def is_end(event: yaml.Event) -> bool:
    return isinstance(event, yaml.CollectionEndEvent)


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.casefold())


def strengths_of(scenario: Document) -> dict[str, int]:
    return {line["trait"]: line["strength"] for line in scenario["expected"]}


def test_there_are_twelve_domains_with_slug_name_and_description() -> None:
    slugs = [domain["slug"] for domain in DOMAINS]

    assert len(set(slugs)) == len(slugs) == 12
    assert all(set(domain) == {"slug", "name", "description"} for domain in DOMAINS)


def test_there_are_fifteen_traits_with_codes_of_their_own() -> None:
    codes = {trait["code"] for trait in TRAITS.values()}

    assert len(TRAITS) == len(codes) == 15
    assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
    assert set(GIVEAWAYS) == set(TRAITS)


@each_trait
def test_a_trait_is_one_sentence_that_names_what_it_replaces(slug: str) -> None:
    trait = TRAITS[slug]
    keys = [
        "slug",
        "code",
        "name",
        "definition",
        "benefit",
        "behaviours",
        "tensions",
        "references",
        "attribution",
    ]

    assert list(trait) == keys
    assert trait["slug"] == slug
    assert re.fullmatch(r"Whether the model [^.]* instead of [^.]*\.", trait["definition"])
    assert 2 <= trait["benefit"].count(".") <= 3


@each_trait
def test_a_trait_shows_how_it_is_met_failed_imitated_and_bounded(slug: str) -> None:
    kinds = Counter(behaviour["kind"] for behaviour in TRAITS[slug]["behaviours"])

    assert set(kinds) == {"exhibits", "violates", "counterfeit", "boundary"}
    assert kinds["exhibits"] >= 3
    assert kinds["violates"] >= 3


@each_trait
def test_a_trait_pulls_only_against_other_traits_of_the_pack(slug: str) -> None:
    others = {tension["trait"] for tension in TRAITS[slug]["tensions"]}

    assert others
    assert others <= set(TRAITS) - {slug}


@each_trait
def test_a_trait_says_that_its_wording_is_ours(slug: str) -> None:
    trait = TRAITS[slug]

    assert "Our own wording" in trait["attribution"]
    assert "2606.24014" in trait["attribution"]
    assert all(
        reference["title"] and reference["url"].startswith("https://") for reference in trait["references"]
    )


def test_no_behaviour_is_told_twice() -> None:
    texts = [behaviour["text"] for trait in TRAITS.values() for behaviour in trait["behaviours"]]

    assert len(set(texts)) == len(texts)


def test_the_scenarios_cover_every_domain_and_aim_at_every_trait() -> None:
    aimed = {trait for scenario in SCENARIOS.values() for trait in scenario["aimed_traits"]}

    assert len(SCENARIOS) >= 24
    assert {scenario["domain"] for scenario in SCENARIOS.values()} == {domain["slug"] for domain in DOMAINS}
    assert aimed == set(TRAITS)


@each_conversation
def test_a_scenario_uses_the_words_of_the_database(slug: str) -> None:
    scenario = CONVERSATIONS[slug]

    assert scenario["slug"] == slug
    assert scenario["pressures"]
    assert set(scenario["pressures"]) <= PRESSURES
    assert scenario["variant"] in VARIANTS
    assert scenario["values_in_tension"]
    assert all(len(text) <= 80 for text in scenario["values_in_tension"] + scenario["content_warnings"])
    assert all(warning == warning.lower() for warning in scenario["content_warnings"])


@each_conversation
def test_a_scenario_takes_turns_and_waits_for_a_response(slug: str) -> None:
    messages = CONVERSATIONS[slug]["messages"]

    assert len(messages) % 2 == 1
    assert len(messages) >= 3
    assert [turn["role"] for turn in messages] == (["user", "assistant"] * len(messages))[: len(messages)]
    assert all(set(turn) == {"role", "content"} and turn["content"].strip() for turn in messages)


@each_conversation
def test_no_prompt_names_the_trait_it_aims_at(slug: str) -> None:
    scenario = CONVERSATIONS[slug]
    stems = [stem for trait in scenario["aimed_traits"] for stem in GIVEAWAYS[trait]]

    named = [
        word for word in words_of(prompt_of(scenario)) if any(f"{word}$".startswith(stem) for stem in stems)
    ]

    assert named == []


def test_planted_faults_are_assistant_turns_and_there_are_several() -> None:
    planted = [scenario for scenario in SCENARIOS.values() if scenario["planted_fault_turn"] is not None]

    assert len(planted) >= 6
    assert all(one["messages"][one["planted_fault_turn"]]["role"] == "assistant" for one in planted)


def test_every_family_has_one_base_and_two_have_variants() -> None:
    families: dict[str, list[str]] = {}
    for scenario in CONVERSATIONS.values():
        families.setdefault(scenario["family"], []).append(scenario["variant"])

    assert all(variants.count("base") == 1 for variants in families.values())
    assert sum(len(variants) > 1 for variants in families.values()) >= 2


def test_some_scenarios_warn_and_some_are_not_in_english() -> None:
    assert sum(bool(scenario["content_warnings"]) for scenario in SCENARIOS.values()) >= 3
    assert {scenario["language"] for scenario in SCENARIOS.values()} == {"en", "es", "ar"}


@each_scenario
def test_responses_are_marked_and_of_readable_length(slug: str) -> None:
    responses = SCENARIOS[slug]["responses"]

    assert 2 <= len(responses) <= 3
    assert all(set(one) == {"text", "quality_note", "written_for_demo"} for one in responses)
    assert all(one["written_for_demo"] is True and one["quality_note"] for one in responses)
    assert all(60 <= len(one["text"].split()) <= 180 for one in responses)


@each_scenario
def test_expectations_cover_the_aimed_and_the_pinned_traits(slug: str) -> None:
    scenario = SCENARIOS[slug]
    strengths = strengths_of(scenario)

    assert len(strengths) == len(scenario["expected"])
    assert set(strengths) == set(scenario["aimed_traits"]) | set(PROJECT["traits"])
    assert all(-3 <= strength <= 3 for strength in strengths.values())


def test_nothing_is_told_twice() -> None:
    responses = [one["text"] for scenario in SCENARIOS.values() for one in scenario["responses"]]
    prompts = [prompt_of(scenario) for scenario in CONVERSATIONS.values()]

    assert len(set(responses)) == len(responses)
    assert len(set(prompts)) == len(prompts)


def test_neither_place_nor_length_gives_the_better_response_away() -> None:
    first = longer = 0
    for scenario in SCENARIOS.values():
        lengths = [len(one["text"]) for one in scenario["responses"]]
        better = 0 if sum(strengths_of(scenario).values()) < 0 else 1
        first += better == 0
        longer += lengths[better] > lengths[1 - better]

    assert 0.35 <= first / len(SCENARIOS) <= 0.65
    assert 0.35 <= longer / len(SCENARIOS) <= 0.65


def test_the_project_pins_three_traits_and_shows_every_scenario() -> None:
    assert PROJECT["slug"] == "honest-help-under-pressure"
    assert PROJECT["traits"] == ["truthfulness", "epistemic-humility", "human-welfare"]
    assert sorted(PROJECT["scenarios"]) == sorted(SCENARIOS)
    assert PROJECT["overlap"] == 2
    assert 150 <= len(PROJECT["guidelines"].split()) <= 260


def test_the_recipe_is_the_one_named_demo() -> None:
    assert set(RECIPE) == {"slug", "name", "description", "pools"}
    assert RECIPE["slug"] == "demo"


def test_a_held_out_family_has_one_pool_and_shares_nothing_with_what_is_trained_on() -> None:
    pools: dict[str, set[str]] = {}
    for scenario in HELD_OUT.values():
        pools.setdefault(scenario["family"], set()).add(scenario["pool"])

    assert set().union(*pools.values()) == {"EVAL", "ATTACK"}
    assert all(len(each) == 1 for each in pools.values())
    assert not set(pools) & {scenario["family"] for scenario in SCENARIOS.values()}


@pytest.mark.parametrize(
    "scenario",
    [each for each in HELD_OUT.values() if each["variant"] == "base"],
    ids=lambda each: each["slug"],
)
def test_a_held_out_base_says_what_a_good_response_does_and_shows_one(scenario: Document) -> None:
    points = [criterion["points"] for criterion in scenario["criteria"]]

    assert 3 <= len(points) <= 4
    assert min(points) < 0 < max(points)
    assert any(criterion.get("kind") == "must" for criterion in scenario["criteria"])
    assert 60 <= len(scenario["ideal"].split()) <= 180


def test_an_attack_stands_beside_a_helpful_control_and_a_benign_twin() -> None:
    variants = {each["variant"] for each in HELD_OUT.values() if each["pool"] == "ATTACK"}

    assert {"base", "helpful_control", "benign_twin"} < variants
    assert variants & {"escalation", "harmful_persona", "jailbreak"}


@pytest.mark.parametrize("slug", SITTING["answers"])
def test_a_sitting_answers_every_question_about_every_response(slug: str) -> None:
    said, rubric = SITTING["answers"][slug], SITTING["criteria"][slug]

    assert len(said["responses"]) == len(SCENARIOS[slug]["responses"])
    assert sorted(found["place"] for found in said["responses"]) == [1, 2, 3]
    assert all(set(found["ratings"]) == set(SITTING["traits"]) for found in said["responses"])
    assert all(set(found["met"]) <= set(range(1, len(rubric) + 1)) for found in said["responses"])
    assert 60 <= len(said["rewrite"].split()) <= 180


@pytest.mark.parametrize("path", sorted(STARTER.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_files_are_block_style_without_anchors(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    events = list(yaml.parse(text))

    in_braces = [now for now, then in pairwise(events) if is_flow(now) and not is_end(then)]

    assert in_braces == []
    assert not [event for event in events if getattr(event, "anchor", None)]
    assert len(text.splitlines()) <= 400
