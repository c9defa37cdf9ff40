"""Two answers to one task, question by question and in words. Knows no Django."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from labeling.label_studio.controls import Control, Layout, controls
from labeling.label_studio.mapping import Form, Texts, write_results

PASSAGES = "Cited passages"


class Row(NamedTuple):
    """What both say to one question; empty for who said nothing."""

    title: str
    ours: str
    theirs: str

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return self.ours != self.theirs


def side_by_side(ours: Form, theirs: Form, layout: Layout, texts: Texts) -> list[Row]:
    """Return the questions that either answers, in the order of the page.

    Args:
        ours: by the letters that the task shows.
        theirs: the same.
        layout: what was asked.
        texts: what was shown.
    """
    here, there = in_words(ours, layout, texts), in_words(theirs, layout, texts)
    rows = [
        Row(control.title, here.get(control.name, ""), there.get(control.name, ""))
        for control in controls(layout)
    ]
    rows.append(Row(PASSAGES, ", ".join(ours.get("cite", ())), ", ".join(theirs.get("cite", ()))))
    return [row for row in rows if row.ours or row.theirs]


def in_words(form: Form, layout: Layout, texts: Texts) -> dict[str, str]:
    """Return what a form says to each control, as people read it."""
    asked = {control.name: control for control in controls(layout)}
    return {
        result["from_name"]: said(asked[result["from_name"]], result["value"])
        for result in write_results(form, layout, texts)
    }


def said(control: Control, value: Mapping[str, Any]) -> str:
    """Return one answer in words."""
    if control.tag == "Pairwise":
        return "A" if value["selected"] == "left" else "B"
    if control.tag == "Rating":
        return f"{value['rating']} of {control.most}"
    if control.tag == "TextArea":
        return "\n".join(value["text"])
    words = dict(control.choices)
    if control.tag == "Ranker":
        ranks = sorted(value["ranker"].items())
        return "; ".join(f"{words.get(place, place)}: {', '.join(letters)}" for place, letters in ranks)
    return ", ".join(words.get(each, each) for each in value["choices"])
