"""The tasks that ship, run by Inspect with models that say what they are told to."""

import json
import sys
from pathlib import Path
from typing import Any

from inspect_ai import Task, eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model

RELEASE = sys.argv[1]


def saying(answer: Any) -> Any:
    def output(messages: Any, *_given: Any) -> ModelOutput:
        said = ModelOutput.from_content("mockllm", answer(messages[-1].text))
        # Without usage the mock counts tokens, and downloads what it counts with.
        said.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return said

    return get_model("mockllm/model", custom_outputs=output, memoize=False)


def verdict(question: str) -> str:
    given = json.loads(question[question.index("\n\n{") :])
    met = given["statement"].split()[-1] in given["response"]
    return json.dumps({"explanation": "By its last word.", "criteria_met": met})


def run(task: str | Task, grader: Any = verdict, **arguments: Any) -> dict[str, Any]:
    (log,) = eval(
        task,
        model=saying(lambda question: "It speaks against it."),
        model_roles={"grader": saying(grader)},
        task_args={"dataset": RELEASE, **arguments},
        log_dir="logs",
        display="none",
        fail_on_error=False,
    )
    scores = log.results.scores if log.results else []
    metrics = {name: each.value for score in scores for name, each in score.metrics.items()}
    samples = log.samples or []
    return {
        "status": log.status,
        "samples": len(samples),
        "replies": [
            sum(m.role == "assistant" and m.source == "generate" for m in s.messages) for s in samples
        ],
        "errors": [s.error.message for s in samples if s.error],
        "metrics": metrics,
        "log": str(Path(log.location.removeprefix("file://")).absolute()),
    }


if __name__ == "__main__":
    found = {
        "benchmark": run("beneficial_traits_inspect/benchmark"),
        "persistence": run("beneficial_traits_inspect/adversarial_persistence"),
        "as_it_stands": run("beneficial_traits_inspect/adversarial_persistence", replay=False),
        "unreadable": run("beneficial_traits_inspect/benchmark", lambda question: "Yes.", limit=1),
    }
    sys.stdout.write("\n" + json.dumps(found))
