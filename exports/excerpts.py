"""Findings with the words around them, for the page on which stewards look at them."""

import json
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from exports.models import Finding, FindingPlace, Release
from exports.released import words_of

AROUND = 120


class Standing(NamedTuple):
    """A config of a release that carries a text."""

    config: str
    """Empty: every config with rows of that prompt."""
    row_id: str
    more: int
    """How many rows of it carry the text beside that one."""


class Shown(NamedTuple):
    """A finding in its sentence."""

    finding: Finding
    before: str
    passage: str
    after: str
    where: str
    link: str
    """The page of the text; empty for reasons of annotators, which stay unlinked to their authors."""
    standing: list[Standing]


def shown(finding: Finding, release: Release) -> Shown:
    """Return a finding with what stands around it, and where it stands in a release."""
    places = places_of(finding, release)
    text = text_of(finding, places, release)
    start, end = finding.start, finding.end
    before = ("…" if start > AROUND else "") + text[max(0, start - AROUND) : start]
    after = text[end : end + AROUND] + ("…" if len(text) > end + AROUND else "")
    standing = [Standing(place.config, place.row_id, place.rows - 1) for place in places]
    return Shown(finding, before, text[start:end], after, *source_of(finding, places, release), standing)


def places_of(finding: Finding, release: Release) -> list[FindingPlace]:
    """Return the configs of a release in which a finding stands; those first that it has files of."""
    chosen = release.terms.get("configs") or []
    places = [place for place in finding.places.all() if place.release_id == release.pk]
    return [place for place in places if not chosen or not place.config or place.config in chosen] or places


def text_of(finding: Finding, places: list[FindingPlace], release: Release) -> str:
    """Return the text that a finding is in."""
    if finding.part:
        texts = texts_beside(finding.part, places[0], release)
        return next((text for text in texts if sha256(text.encode()).hexdigest() == finding.text_sha256), "")
    if finding.scenario is not None:
        turn = -1 if finding.turn is None else finding.turn
        return finding.scenario.system_prompt if turn < 0 else finding.scenario.messages[turn]["content"]
    if finding.response is not None:
        return finding.response.text
    assert finding.annotation_id  # noqa: S101 - the database knows of no fifth.
    return words_of([finding.annotation_id])[finding.annotation_id]


def texts_beside(part: str, place: FindingPlace, release: Release) -> list[str]:
    """Return the texts of a kind that a release keeps in a row, as `gating/copies.sql` puts them together."""
    key = place.row_id.partition("_")[2]
    if part == Finding.Part.ABOUT:
        if place.config:
            return [
                f"{each.model}\n{each.model_revision}\n{each.sampling_json}\n{each.output_terms}"
                for each in release.responses.filter(response=UUID(key))
            ]
        return [
            f"{each.source}\n{each.license}\n{each.domain}"
            for each in release.prompts.filter(prompt_id=place.row_id)
        ]
    if place.config == "sft":
        return [each.text for each in release.demonstrations.filter(key=key)]
    tasks = release.tasks.filter(key=key)
    if part == Finding.Part.IDEAL:
        return [each.ideal for each in tasks]
    return [
        "\n".join([criterion["criterion"], *(tag for tag in criterion["tags"] if tag is not None)])
        for each in tasks
        for criterion in json.loads(each.rubric_json)
    ]


def source_of(finding: Finding, places: list[FindingPlace], release: Release) -> tuple[str, str]:
    """Return in words what text a finding is in, and the address of the page of it."""
    if finding.part:
        return finding.get_part_display(), reverse(
            "curation:scenario", args=[scenario_behind(places[0], release)]
        )
    if finding.scenario is not None:
        turn = (
            _("System prompt")
            if finding.turn == -1
            else _("Turn %(n)d of a scenario") % {"n": (finding.turn or 0) + 1}
        )
        return turn, reverse("curation:scenario", args=[finding.scenario_id])
    if finding.response is not None:
        return _("Response"), reverse("curation:scenario", args=[finding.response.scenario_id])
    return _("Words of an annotator"), ""


def scenario_behind(place: FindingPlace, release: Release) -> UUID:
    """Return the scenario of the row in which a finding stands."""
    key = place.row_id.partition("_")[2]
    if not place.config:
        return release.prompts.filter(prompt_id=place.row_id).values_list("scenario", flat=True)[0]
    if place.config == "responses":
        return release.responses.filter(response=UUID(key)).values_list("prompt__scenario", flat=True)[0]
    rows = release.demonstrations if place.config == "sft" else release.tasks
    return rows.filter(key=key).values_list("prompt__scenario", flat=True)[0]
