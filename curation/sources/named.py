"""The sources that we know by name: what each publishes, and under which license."""

from curation.sources.base import Source, SourceError
from curation.sources.evals import parse_evals
from curation.sources.healthbench import COLUMNS as HEALTHBENCH
from curation.sources.healthbench import parse_healthbench
from curation.sources.helpsteer import HELPSTEER2, join_helpsteer2, parse_helpsteer2, parse_helpsteer3
from curation.sources.hh_rlhf import parse_hh_rlhf
from curation.sources.label_studio import COLUMNS as LABEL_STUDIO
from curation.sources.label_studio import parse_task
from curation.sources.multipref import parse_multipref
from curation.sources.pairs import COLUMNS, parse_pair
from curation.sources.pku import CATEGORIES, parse_pku
from curation.sources.ultrafeedback import parse_ultrafeedback


class UnknownSource(SourceError):
    """No source has this name; the message lists those there are."""


def find_source(name: str) -> Source:
    """Return the source of that name.

    Raises:
        UnknownSource: there is none.
    """
    try:
        return SOURCES[name]
    except KeyError:
        known = ", ".join(SOURCES)
        raise UnknownSource(f"There is no source named “{name[:60]}”. The sources are: {known}.") from None


SOURCES = {
    source.name: source
    for source in (
        Source(
            "hh-rlhf",
            "HH-RLHF",
            "Whole transcripts in the columns chosen and rejected, that differ in the last answer",
            parse_hh_rlhf,
            ("chosen", "rejected"),
            "mit",
        ),
        Source(
            "helpsteer2",
            "HelpSteer2",
            "A prompt, one response and its scores from 0 to 4; two neighbouring rows share a prompt",
            parse_helpsteer2,
            HELPSTEER2,
            "cc-by-4.0",
            join=join_helpsteer2,
        ),
        Source(
            "helpsteer3",
            "HelpSteer3 preference",
            "A conversation with two responses and one overall preference from -3 to 3",
            parse_helpsteer3,
            ("context", "response1", "response2", "overall_preference", "language"),
            "cc-by-4.0",
        ),
        Source(
            "ultrafeedback",
            "UltraFeedback",
            "An instruction with the completions of usually four models and an overall score for each",
            parse_ultrafeedback,
            ("instruction", "completions", "source"),
            "mit",
        ),
        Source(
            "multipref",
            "MultiPref",
            "A prompt with the completions of two models, compared by several people",
            parse_multipref,
            (
                *("text", "completion_a", "completion_b", "model_a", "model_b", "source"),
                *("normal_worker_annotations", "expert_worker_annotations"),
            ),
            "odc-by",
        ),
        Source(
            "pku-saferlhf",
            "PKU-SafeRLHF",
            "A prompt with two responses: which is better, which is safer, and what is harmful in each",
            parse_pku,
            (
                *("prompt", "response_0", "response_1", "better_response_id", "safer_response_id"),
                *("response_0_source", "response_1_source", *CATEGORIES),
            ),
            "cc-by-nc-4.0",
        ),
        Source(
            "healthbench",
            "HealthBench",
            "A conversation with a rubric of signed points, its tags and perhaps an ideal answer",
            parse_healthbench,
            HEALTHBENCH,
            "mit",
        ),
        Source(
            "evals",
            "Model-evaluation questions",
            "A question with the answer that matches a behavior and the one that does not",
            parse_evals,
            ("question", "answer_matching_behavior", "answer_not_matching_behavior"),
            "cc-by-4.0",
        ),
        Source(
            "label-studio",
            "Label Studio export",
            "The tasks of a preference project, exported as JSON: a prompt, two or more responses, and what people pressed",
            parse_task,
            LABEL_STUDIO,
        ),
        Source(
            "pairs",
            "Pairs, in our own columns",
            "A prompt and two responses: prompt, and chosen and rejected or response_a and response_b",
            parse_pair,
            COLUMNS,
        ),
    )
}
