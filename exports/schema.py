"""The columns of every config, in order: what a release promises to those who read it. Knows no Django.

A `Column` names its type as Arrow does. `MESSAGES` is `list<struct<role: string, content: string>>`; the other types
that have parts are in `STRUCTS`.
"""

from typing import NamedTuple

SCHEMA_VERSION = "1.1"
SPLITS = ("train", "validation", "test_heldout_domain")
TEST = "test"
"""The only split of what comes from the pools EVAL and ATTACK."""
MESSAGES = "messages"
SCORES = "scores"
RUBRICS = "rubrics"
COMPLETIONS = "completions"


class Column(NamedTuple):
    """One column of a config.

    Args:
        name: as in the file.
        type: string, int32, int64, float64, bool, timestamp, strings, or one of `STRUCTS`.
        meaning: one line for the card.
    """

    name: str
    type: str
    meaning: str


class Config(NamedTuple):
    """One typed table of a release."""

    name: str
    one_row: str
    columns: tuple[Column, ...]
    splits: tuple[str, ...] = SPLITS


class Struct(NamedTuple):
    """A type with parts: one struct, or a list of them."""

    is_list: bool
    parts: tuple[tuple[str, str], ...]
    """Name and type of each part; a type may be one of `STRUCTS` itself."""


STRUCTS = {
    MESSAGES: Struct(True, (("role", "string"), ("content", "string"))),
    SCORES: Struct(
        True,
        (
            ("annotator_id", "string"),
            ("score", "int32"),
            ("response1_shown_first", "bool"),
            ("reasoning", "string"),
        ),
    ),
    RUBRICS: Struct(
        True,
        (("criterion_id", "string"), ("criterion", "string"), ("points", "float64"), ("tags", "strings")),
    ),
    COMPLETIONS: Struct(
        True,
        (
            ("rank", "int32"),
            ("completion", MESSAGES),
            ("response_id", "string"),
            ("model", "string"),
            ("mean_rank", "float64"),
        ),
    ),
    "reward_model": Struct(False, (("style", "string"), ("ground_truth", "string"))),
    "extra_info": Struct(
        False,
        (
            ("split", "string"),
            ("index", "int64"),
            ("id", "string"),
            ("trait_id", "string"),
            ("domain", "string"),
        ),
    ),
    "ideal": Struct(
        False,
        (
            ("ideal_completion", "string"),
            ("ideal_completions_group", "string"),
            ("ideal_completions_ref_completions", "strings"),
        ),
    ),
}


COMMON = (
    Column("id", "string", "stable id of the row"),
    Column("prompt_id", "string", "derived from the prompt's canonical JSON; joins the configs"),
    Column("split_group", "string", "scenario family; never straddles splits"),
    Column("trait_id", "string", "which trait was judged; `overall` for the question without a trait"),
    Column("trait_version", "string", "which wording of it, as in traits.json"),
    Column("domain", "string", "field of life"),
    Column("language", "string", "BCP 47 tag of the prompt"),
    Column("prompt_source", "string", "where the prompt comes from"),
    Column("license", "string", "license of the prompt"),
    Column("release", "string", "release in which the row last changed"),
)

PREFERENCE = Config(
    "preference",
    "a pair of responses of which more than half of the annotators preferred one",
    (
        *COMMON,
        Column("prompt", MESSAGES, "the conversation; the system prompt, if any, is its first message"),
        Column("chosen", MESSAGES, "the preferred response, one assistant message"),
        Column("rejected", MESSAGES, "the other response"),
        Column("comparison_id", "string", "the same pair in `comparisons`"),
        Column("chosen_response_id", "string", "the response in `responses`"),
        Column("rejected_response_id", "string", "the response in `responses`"),
        Column("chosen_model", "string", "`unknown` when nobody said"),
        Column("rejected_model", "string", "`unknown` when nobody said"),
        Column(
            "preference_strength", "float64", "0 to 1: mean strength towards the chosen one / 3, not below 0"
        ),
        Column("agreement", "float64", "share of annotators who preferred the chosen one"),
        Column("chosen_shown_first_rate", "float64", "share of annotators who saw the chosen one first"),
        Column("n_annotators", "int32", "annotators who could judge the pair"),
        Column("n_ties", "int32", "of these, those who preferred neither or called both bad"),
        Column("chosen_chars", "int32", "length in code points"),
        Column("rejected_chars", "int32", "length in code points"),
    ),
)

UNPAIRED = Config(
    "unpaired",
    "a response with a verdict: good enough, or not; neighbouring rows have different prompts",
    (
        *COMMON,
        Column("prompt", MESSAGES, "the conversation; the system prompt, if any, is its first message"),
        Column("completion", MESSAGES, "the response, one assistant message"),
        Column("label", "bool", "whether more than half of the annotators found it good; see `score`"),
        Column("response_id", "string", "the response in `responses`"),
        Column("model", "string", "`unknown` when nobody said"),
        Column(
            "score",
            "float64",
            "0 to 1: mean rating / 4; without ratings, mean rubric score; without marks, share of votes won in pairs",
        ),
        Column("agreement", "float64", "share of annotators on the side of the label"),
        Column("n_annotators", "int32", "annotators who could judge the response"),
    ),
)

COMPARISONS = Config(
    "comparisons",
    "a compared pair, decided or not, with every annotator's score",
    (
        *COMMON,
        Column("context", MESSAGES, "the conversation"),
        Column("response1", "string", "text of the first response in an order that was drawn once"),
        Column("response2", "string", "text of the second"),
        Column("response1_id", "string", "the response in `responses`"),
        Column("response2_id", "string", "the response in `responses`"),
        Column("response1_model", "string", "`unknown` when nobody said"),
        Column("response2_model", "string", "`unknown` when nobody said"),
        Column("overall_preference", "int32", "-3 (response1) to 3 (response2); 0 unless one won"),
        Column("mean_preference", "float64", "mean of the scores"),
        Column("winner", "string", "response1, response2, tie, both_bad or undecided"),
        Column("individual_preference", SCORES, "one entry per annotator who could judge the pair"),
    ),
)

RANKINGS = Config(
    "rankings",
    "an order of two to eight responses, with equal ranks where people saw none ahead",
    (
        *COMMON,
        Column("context", MESSAGES, "the conversation"),
        Column("completions", COMPLETIONS, "by rank: 0 is the best, equal ranks are ties"),
        Column("n_annotators", "int32", "annotators who ranked all of them"),
        Column(
            "kendall_w", "float64", "0 to 1: how far they agree; null for one annotator, or when all tied all"
        ),
    ),
)

RL = Config(
    "rl",
    "a prompt and its rubric",
    (
        *COMMON,
        Column("prompt", MESSAGES, "the conversation; the system prompt, if any, is its first message"),
        Column(
            "rubrics",
            RUBRICS,
            "criteria with signed points; negative ones are met when the bad thing happens",
        ),
        Column("rubric_id", "string", "the same through all versions of the rubric"),
        Column("rubric_version", "string", "changes whenever a wording, points or the choice of criteria do"),
        Column("rubric_json", "string", "rubric_id, rubric_version, prompt and `rubrics` as one JSON object"),
        Column("data_source", "string", "recipe/trait: chooses the reward function in verl"),
        Column("ability", "string", "the domain"),
        Column("reward_model", "reward_model", "style `rubric`; ground_truth is `rubric_json`"),
        Column("extra_info", "extra_info", "what reward functions may want to know"),
    ),
)

SFT = Config(
    "sft",
    "a prompt and a response that an expert wrote: the rewrite of a model's, or an ideal one",
    (
        *COMMON,
        Column("prompt", MESSAGES, "the conversation; the system prompt, if any, is its first message"),
        Column("completion", MESSAGES, "the expert's response, one assistant message"),
        Column("kind", "string", "rewrite or ideal"),
        Column("response_id", "string", "what was rewritten, in `responses`; empty for an ideal one"),
        Column("model", "string", "who wrote that; empty for an ideal one"),
        Column("annotator_id", "string", "who rewrote it, as in `ratings`; empty for an ideal one"),
        Column("completion_chars", "int32", "length in code points"),
    ),
)

RATINGS = Config(
    "ratings",
    "one verdict by one person",
    (
        *COMMON,
        Column("kind", "string", "pairwise, criterion or ranking"),
        Column("annotator_id", "string", "pseudonym, different in every release"),
        Column("response_id", "string", "response1 of the comparison, or what was graded; null for rankings"),
        Column("response_b_id", "string", "response2 of the comparison; null for other kinds"),
        Column("shown_first_response_id", "string", "what stood first, as A, on this annotator's screen"),
        Column("criterion_id", "string", "as in `rl`; null for other kinds"),
        Column("rationale", "string", "reasons, “Both responses are bad.”, cited passages; empty if none"),
        Column("guideline_version", "string", "the wording of the trait or criterion that was on the screen"),
        Column(
            "preference", "int32", "-3 to 3; null for other kinds, and when the annotator could not judge"
        ),
        Column("criterion_met", "bool", "null for other kinds, and when the annotator was unsure"),
        Column("ranking", "strings", "response ids, best first, ties joined by ` = `; null for other kinds"),
        Column("confidence", "float64", "1 unsure, 2 fairly sure, 3 very sure; null when not said"),
        Column("skipped", "bool", "the annotator could not judge, or was unsure"),
        Column("duration_ms", "int64", "to the second"),
        Column("rated_at", "timestamp", "to the day"),
    ),
)

RESPONSES = Config(
    "responses",
    "a response with its provenance; it belongs to no single trait, so both trait columns are null",
    (
        *COMMON,
        Column("prompt", MESSAGES, "the conversation"),
        Column("response", MESSAGES, "one assistant message"),
        Column("model", "string", "as the endpoint named it, or `unknown`"),
        Column("model_revision", "string", "empty when unknown"),
        Column("sampling_json", "string", "parameters as JSON"),
        Column("output_terms", "string", "terms of the model's maker, or `unknown`"),
        Column("generated_at", "timestamp", "null when unknown"),
    ),
)

SCORED = Config(
    "trait_scores",
    "how far one person found that a response shows a trait",
    (
        *COMMON,
        Column("annotator_id", "string", "as in `ratings`"),
        Column("response_id", "string", "the response in `responses`"),
        Column("shown_first_response_id", "string", "what stood first, as A, on this annotator's screen"),
        Column("score", "int32", "0 not at all to 4 fully; null when the annotator could not judge"),
        Column("rationale", "string", "reasons and cited passages; empty if none"),
        Column("guideline_version", "string", "the wording of the trait that was on the screen"),
        Column("confidence", "float64", "1 unsure, 2 fairly sure, 3 very sure; null when not said"),
        Column("skipped", "bool", "the annotator could not judge"),
        Column("duration_ms", "int64", "to the second; of the whole sitting"),
        Column("rated_at", "timestamp", "to the day"),
    ),
)

ANNOTATORS = Config(
    "annotators",
    "a pseudonymous annotator",
    (
        Column("annotator_id", "string", "pseudonym, different in every release"),
        Column(
            "expertise",
            "string",
            "field of work in broad terms; `not stated`, or `withheld` where too few share what would be told",
        ),
        Column("years_band", "string", "years of experience in broad bands; the same"),
        Column("region_band", "string", "part of the world; the same"),
        Column(
            "consent_release",
            "bool",
            "agreed to the release of their judgments; false for outside annotators, for whom the license of their source stands",
        ),
        Column("n_ratings", "int32", "their rows in `ratings` and `trait_scores`"),
    ),
    ("train",),
)

BENCHMARK = Config(
    "benchmark",
    "a held-out prompt with its rubric and, where there is one, an ideal response",
    (
        *COMMON,
        Column("prompt", MESSAGES, "the conversation; the system prompt, if any, is its first message"),
        Column("rubrics", RUBRICS, "criteria with signed points"),
        Column("rubric_id", "string", "the same through all versions of the rubric"),
        Column("rubric_version", "string", "changes whenever a wording, points or the choice of criteria do"),
        Column("rubric_json", "string", "`rubrics` as one text"),
        Column("example_tags", "strings", "domain, traits and pressures, as HealthBench tags examples"),
        Column("ideal_completions_data", "ideal", "as in HealthBench; null without an ideal response"),
        Column("in_distribution", "bool", "whether `rl` or `preference` train on its domain"),
        Column("input", "string", "the conversation as one text"),
        Column("target", "string", "the rubric as one text"),
        Column("canary", "string", "a text that no other file holds: who knows it was trained on this one"),
    ),
    (TEST,),
)

ADVERSARIAL = Config(
    "adversarial",
    "a base prompt, or a variant of it: scripted pressure, its helpful control, its benign twin",
    (
        *COMMON,
        Column("base_id", "string", "id of the base, here or in `benchmark`; of a base, its own"),
        Column(
            "attack_type",
            "string",
            "base, harmful_persona, jailbreak, escalation, helpful_control, identity_swap or benign_twin",
        ),
        Column("prompt", MESSAGES, "the conversation as it is sent"),
        Column("pressure_turns", "strings", "user turns that the base does not have, in order"),
        Column(
            "rubrics", RUBRICS, "criteria with signed points; a variant without its own has those of its base"
        ),
        Column("must_hold", "strings", "what a response must do whatever the pressure"),
        Column("input", "string", "the conversation as one text"),
        Column("target", "string", "the rubric as one text"),
        Column("canary", "string", "a text that no other file holds: who knows it was trained on this one"),
    ),
    (TEST,),
)

CONFIGS = (
    PREFERENCE,
    UNPAIRED,
    COMPARISONS,
    RANKINGS,
    RL,
    SFT,
    RATINGS,
    SCORED,
    RESPONSES,
    ANNOTATORS,
    BENCHMARK,
    ADVERSARIAL,
)
"""In the order of the card; the first is the default."""
