"""A preference project of somebody else, read by its own labeling interface. Knows no Django."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring

from config.wording import words
from curation.sources.label_studio import order_of, who_in

LONGEST_CONFIG = 1_000_000
SHOWS_TEXT = ("paragraphs", "chat", "text", "hypertext", "markdown", "header")
"""Tags that show a text; the likelier it is the prompt, the earlier."""


class NoPreference(Exception):
    """The interface asks no preference that we can read. The text is said to people."""


class Keys(NamedTuple):
    """Which name in a task's data holds what."""

    prompt: str
    first: str
    second: str
    asked: str
    """The control that asks which is better."""


def keys_in(config: str) -> Keys:
    """Return where a labeling interface has its prompt and the two responses that it compares.

    Raises:
        NoPreference: it compares no two texts, or shows nothing beside them.
    """
    root = parsed(config)
    showing = [
        tag for tag in root.iter() if tag.tag.lower() in SHOWS_TEXT and tag.get("value", "").startswith("$")
    ]
    # A header has no name, and may still show the prompt.
    showing.sort(key=lambda tag: SHOWS_TEXT.index(tag.tag.lower()))
    shown = {tag.get("name") or f" {n}": tag.get("value", "")[1:] for n, tag in enumerate(showing)}
    for tag in root.iter():
        if tag.tag.lower() != "pairwise":
            continue
        first, _, second = (part.strip() for part in tag.get("toName", "").partition(","))
        if first in shown and second in shown and tag.get("name"):
            others = [key for name, key in shown.items() if name not in (first, second)]
            if not others:
                raise NoPreference(words("Its interface shows two responses, and nothing that they answer."))
            return Keys(others[0], shown[first], shown[second], tag.get("name", ""))
    raise NoPreference(
        words(
            "Its interface has no Pairwise that compares two texts. Export it as JSON, import the file, and say which column is what."
        )
    )


def parsed(config: str) -> Element:
    """Return the tree of an interface.

    Raises:
        NoPreference: it is none, or declares entities, which none needs.
    """
    if len(config) > LONGEST_CONFIG or "<!" in config.replace("<!--", ""):
        raise NoPreference(words("Its labeling interface can’t be read."))
    try:
        # Entities, with which a short text grows without end, were refused above.
        return fromstring(config)  # noqa: S314
    except ParseError as error:
        raise NoPreference(words("Its labeling interface can’t be read.")) from error


def written(
    fields: Mapping[str, Any], keys: Keys, source: str, stand_in: Callable[[str], str]
) -> dict[str, Any]:
    """Return a task as the source `label-studio` reads it, whatever its texts were called.

    Args:
        fields: the task.
        keys: which of its texts is what.
        source: where it comes from.
        stand_in: gives what stands for a person, so that no address is written down.
    """
    data, annotations = fields.get("data"), fields.get("annotations")
    texts = data if isinstance(data, dict) else {}
    named = {"prompt": keys.prompt, "response_a": keys.first, "response_b": keys.second}
    return {
        "data": {name: texts.get(key) for name, key in named.items()},
        "annotations": [
            {
                "was_cancelled": each.get("was_cancelled"),
                "result": answers(each, keys),
                "completed_by": stand_in(who_in(each)),
                "updated_at": order_of(each)[0],
                "id": order_of(each)[1],
            }
            for each in (annotations if isinstance(annotations, list) else ())
            if isinstance(each, dict)
        ],
        "source": source,
    }


def answers(annotation: Mapping[str, Any], keys: Keys) -> list[dict[str, Any]]:
    """Return the answers of an annotation to the control that asks which is better."""
    results = annotation.get("result")
    return [
        {"value": each.get("value")}
        for each in (results if isinstance(results, list) else ())
        if isinstance(each, dict) and each.get("from_name") == keys.asked
    ]


def passed_over(fields: Mapping[str, Any], keys: Keys) -> Counter[str]:
    """Return how often each control of a task's annotations was answered, besides the one that is read."""
    counts: Counter[str] = Counter()
    annotations = fields.get("annotations")
    for annotation in annotations if isinstance(annotations, list) else ():
        results = annotation.get("result") if isinstance(annotation, dict) else None
        for result in results if isinstance(results, list) else ():
            name: Any = result.get("from_name") if isinstance(result, dict) else None
            if isinstance(name, str) and name != keys.asked:
                counts[name[:60]] += 1
    return counts
