"""The only module that imports label-studio-sdk: it says whether a labeling interface is one that Label Studio takes."""

from typing import Any

MISSING = (
    "This worker has no label-studio-sdk, without which nothing is sent. Start Arete with ./arete up --label-studio, "
    "or the worker of docker compose with --profile labelstudio. Nothing was sent, and nothing is lost."
)
REFUSED = "Label Studio’s own check refuses the labeling interface: {reason}"


class SdkMissing(Exception):
    """The worker runs in an environment without the SDK. The text is said to people."""


class BadConfig(Exception):
    """Label Studio would not take the labeling interface. The text is said to people."""


def validated(config: str, task: dict[str, Any]) -> None:
    """Have the SDK look at a labeling interface and a task for it.

    Raises:
        SdkMissing: the worker was started without it.
        BadConfig: one of them is not what Label Studio takes.
    """
    try:
        # Seconds to import, and hundreds of megabytes to install: only the worker that needs it has it.
        from label_studio_sdk.label_interface import LabelInterface  # noqa: PLC0415
    except ImportError as error:
        raise SdkMissing(MISSING) from error
    try:
        interface = LabelInterface(config)
        interface.validate()
        fits = interface.validate_task(task)
    except Exception as error:
        # The SDK raises whatever its parsers raise, and any of it means no.
        raise BadConfig(REFUSED.format(reason=str(error)[:300])) from error
    if not fits:
        raise BadConfig(REFUSED.format(reason="a task lacks a text that the interface shows."))
