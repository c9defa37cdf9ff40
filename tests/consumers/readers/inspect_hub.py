"""The benchmark of a release on the Hub, run by Inspect from its eval.yaml alone."""

import json
import sys
from typing import Any

from inspect_ai import eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model

REPO, TAG = sys.argv[2:4]


def saying(text: str) -> Any:
    def output(*_given: Any) -> ModelOutput:
        said = ModelOutput.from_content("mockllm", text)
        said.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return said

    return get_model("mockllm/model", custom_outputs=output, memoize=False)


if __name__ == "__main__":
    (log,) = eval(
        f"hf/{REPO}@{TAG}",
        model=saying("It speaks against it."),
        model_roles={"grader": saying("GRADE: P")},
        log_dir="logs",
        display="none",
    )
    scores = log.results.scores if log.results else []
    means = {score.name: score.metrics["accuracy"].value for score in scores}
    told = {"status": log.status, "samples": len(log.samples or []), "means": means}
    sys.stdout.write("\n" + json.dumps(told))
