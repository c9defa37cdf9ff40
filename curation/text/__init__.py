"""Text as it is stored, compared, counted and shown. Knows no Django."""

from curation.text.clean import Sanitised, is_storable, original_bytes, sanitise, word_count
from curation.text.identity import (
    Messages,
    canonical,
    content_sha256,
    normalise,
    normalised_sha256,
    prompt_id,
    with_system,
)
from curation.text.markup import Sentence, label_sentences
from curation.text.naming import leaks_identity, self_namings
from curation.text.render import RENDERER_VERSION, Rendered, render, render_prose

__all__ = [
    "RENDERER_VERSION",
    "Messages",
    "Rendered",
    "Sanitised",
    "Sentence",
    "canonical",
    "content_sha256",
    "is_storable",
    "label_sentences",
    "leaks_identity",
    "normalise",
    "normalised_sha256",
    "original_bytes",
    "prompt_id",
    "render",
    "render_prose",
    "sanitise",
    "self_namings",
    "with_system",
    "word_count",
]
