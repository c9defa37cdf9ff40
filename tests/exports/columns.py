"""The columns that consumers rely on, written down apart from the code that makes them."""

MESSAGES = "list<element: struct<role: string, content: string>>"
RUBRICS = "list<element: struct<criterion_id: string, criterion: string, points: double, tags: list<element: string>>>"
COMPLETIONS = f"list<element: struct<rank: int32, completion: {MESSAGES}, response_id: string, model: string, mean_rank: double>>"
SCORES = "list<element: struct<annotator_id: string, score: int32, response1_shown_first: bool, reasoning: string>>"
COMMON = [
    "id",
    "prompt_id",
    "split_group",
    "trait_id",
    "trait_version",
    "domain",
    "language",
    "prompt_source",
    "license",
    "release",
]
EXPECTED = {
    "preference": {
        "prompt": MESSAGES, "chosen": MESSAGES, "rejected": MESSAGES, "comparison_id": "string",
        "chosen_response_id": "string", "rejected_response_id": "string", "chosen_model": "string",
        "rejected_model": "string", "preference_strength": "double", "agreement": "double",
        "chosen_shown_first_rate": "double", "n_annotators": "int32", "n_ties": "int32", "chosen_chars": "int32",
        "rejected_chars": "int32",
    },
    "unpaired": {
        "prompt": MESSAGES, "completion": MESSAGES, "label": "bool", "response_id": "string", "model": "string",
        "score": "double", "agreement": "double", "n_annotators": "int32",
    },
    "rankings": {
        "context": MESSAGES, "completions": COMPLETIONS, "n_annotators": "int32", "kendall_w": "double",
    },
    "rl": {
        "prompt": MESSAGES, "rubrics": RUBRICS, "rubric_id": "string", "rubric_version": "string",
        "rubric_json": "string", "data_source": "string", "ability": "string",
        "reward_model": "struct<style: string, ground_truth: string>",
        "extra_info": "struct<split: string, index: int64, id: string, trait_id: string, domain: string>",
    },
    "sft": {
        "prompt": MESSAGES, "completion": MESSAGES, "kind": "string", "response_id": "string", "model": "string",
        "annotator_id": "string", "completion_chars": "int32",
    },
    "trait_scores": {
        "annotator_id": "string", "response_id": "string", "shown_first_response_id": "string", "score": "int32",
        "rationale": "string", "guideline_version": "string", "confidence": "double", "skipped": "bool",
        "duration_ms": "int64", "rated_at": "timestamp[us, tz=UTC]",
    },
    "annotators": {
        "annotator_id": "string", "expertise": "string", "years_band": "string", "region_band": "string",
        "consent_release": "bool", "n_ratings": "int32",
    },
    "benchmark": {
        "prompt": MESSAGES, "rubrics": RUBRICS, "rubric_id": "string", "rubric_version": "string",
        "rubric_json": "string", "example_tags": "list<element: string>",
        "ideal_completions_data": "struct<ideal_completion: string, ideal_completions_group: string, "
        "ideal_completions_ref_completions: list<element: string>>",
        "in_distribution": "bool", "input": "string", "target": "string", "canary": "string",
    },
    "adversarial": {
        "base_id": "string", "attack_type": "string", "prompt": MESSAGES,
        "pressure_turns": "list<element: string>", "rubrics": RUBRICS, "must_hold": "list<element: string>",
        "input": "string", "target": "string", "canary": "string",
    },
    "comparisons": {
        "context": MESSAGES, "response1": "string", "response2": "string", "response1_id": "string",
        "response2_id": "string", "response1_model": "string", "response2_model": "string",
        "overall_preference": "int32", "mean_preference": "double", "winner": "string",
        "individual_preference": SCORES,
    },
    "ratings": {
        "kind": "string", "annotator_id": "string", "response_id": "string", "response_b_id": "string",
        "shown_first_response_id": "string", "criterion_id": "string", "rationale": "string",
        "guideline_version": "string", "preference": "int32", "criterion_met": "bool",
        "ranking": "list<element: string>", "confidence": "double", "skipped": "bool", "duration_ms": "int64",
        "rated_at": "timestamp[us, tz=UTC]",
    },
    "responses": {
        "prompt": MESSAGES, "response": MESSAGES, "model": "string", "model_revision": "string",
        "sampling_json": "string", "output_terms": "string", "generated_at": "timestamp[us, tz=UTC]",
    },
}  # fmt: skip
RESERVED = [
    "margin",
    "messages",
    "text",
    "image",
    "images",
    "videos",
    "tools",
    "chat_template_kwargs",
    "labels",
    "input_ids",
    "prompt_ids",
    "chosen_ids",
    "rejected_ids",
    "completion_ids",
    "attention_mask",
    "completion_mask",
    "ref_chosen_logps",
    "ref_rejected_logps",
    "environment",
    "environments",
    "trainer_state",
    "log_extra",
    "log_metric",
    "prompts",
    "index",
    "raw_prompt",
    "seq_lengths",
    "position_ids",
    "metadata",
]
ONLY_IN = {"label": {"unpaired"}, "completion": {"unpaired", "sft"}, "completions": {"rankings"}}
