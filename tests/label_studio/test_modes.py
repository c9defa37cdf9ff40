"""Every other kind of question goes to a real Label Studio and comes back."""

from typing import Any

import pytest

from labeling.models import Annotation, Item
from labeling.questions import Question
from tests.factories import make_criterion, make_user
from tests.label_studio.server import EMAIL, There, chose, stars, wrote
from tests.label_studio.test_preferences import exchanged, make_connection
from tests.labeling.scenes import make_item, make_labeling_project, make_member

pytestmark = pytest.mark.django_db
TEXTS = ("The first. It says 👩‍👩‍👧 so.", "The second. It asks.", "The third.")
QUESTIONS = [
    Question.RANKING,
    Question.RATINGS,
    Question.CRITERIA,
    Question.REWRITE,
    Question.REASONS,
    Question.HARM,
    Question.CONFIDENCE,
]


def ranked(**buckets: list[str]) -> dict[str, Any]:
    value = {"ranker": {name.removeprefix("to_"): letters for name, letters in buckets.items()}}
    return {"from_name": "ranking", "to_name": "responses", "type": "ranker", "value": value}


def passage(letter: str, text: str, quote: str, label: str) -> dict[str, Any]:
    # Browsers count in UTF-16.
    start = len(text[: text.index(quote)].encode("utf-16-le")) // 2
    end = start + len(quote.encode("utf-16-le")) // 2
    value = {"start": start, "end": end, "text": quote, "labels": [label]}
    return {
        "id": f"p{letter}",
        "from_name": f"evidence_{letter}",
        "to_name": f"response_{letter}",
        "type": "labels",
        "value": value,
    }


def test_ranking_ratings_criteria_and_words_come_back_as_they_were_given(there: There):
    project = make_labeling_project(traits=1, questions=[str(each) for each in QUESTIONS])
    item = make_item(project, texts=TEXTS)
    criteria = [make_criterion(item.scenario, state="published") for _ in range(2)]
    make_member(project, make_user(EMAIL))
    connection = make_connection(there, project, make_user())
    exchanged(connection, "send")
    (task,) = there.tasks(connection.label_studio_id)
    code = project.pins.select_related("trait_version__trait").get().trait_version.trait.code
    texts = {letter: task["data"][f"response_{letter}"] for letter in "ABC"}
    told = next(letter for letter, text in texts.items() if text == TEXTS[0])

    there.answer(
        task["id"],
        [
            ranked(to_1=["C"], to_2=["A"], _=["B"]),
            chose("cut", "1"),
            *(stars(f"r_{letter}_{code}", 5, f"response_{letter}") for letter in "AB"),
            chose(f"na_C_{code}", "na", to="response_C"),
            *(chose(f"m_{letter}_1", "met", to=f"response_{letter}") for letter in "ABC"),
            *(chose(f"m_{letter}_2", "unsure", to=f"response_{letter}") for letter in "ABC"),
            chose("rewrite_of", "B"),
            wrote("rewrite", "A better second."),
            chose("reasons", "safer", "clearer"),
            chose("harm", "A"),
            stars("confidence", 1),
            passage(told, TEXTS[0], "👩‍👩‍👧 so", code),
        ],
    )
    synced = exchanged(connection, "sync")

    annotation = Annotation.objects.get()
    by_letter = dict(zip("ABC", in_order(connection.tasks.get().order_shown, item), strict=True))
    assert {each.response_id: each.place for each in annotation.ranks.all()} == {
        by_letter["C"]: 1,
        by_letter["A"]: 2,
    }
    assert {each.response_id for each in annotation.ranks.filter(is_acceptable=True)} == {by_letter["C"]}
    assert {each.response_id: each.value for each in annotation.ratings.all()} == {
        by_letter["A"]: 4,
        by_letter["B"]: 4,
        by_letter["C"]: None,
    }
    marks = {(each.criterion_id, each.value) for each in annotation.marks.all()}
    assert marks == {(criteria[0].pk, "met"), (criteria[1].pk, "unsure")}
    assert annotation.marks.count() == 6
    assert (annotation.rewrite.response_id, annotation.rewrite.text) == (by_letter["B"], "A better second.")
    assert annotation.reasons == ["safer", "clearer"]
    assert [each.response_id for each in annotation.harms.all()] == [by_letter["A"]]
    assert annotation.confidence == 1
    (evidence,) = annotation.evidence.all()
    assert evidence.quote == "It says 👩‍👩‍👧 so."
    assert evidence.response_id == by_letter[told]
    assert [each.what for each in synced.losses.all()] == ["The passage was widened to whole sentences."]


def in_order(places: list[int], item: Item) -> list[Any]:
    by_place = dict(item.places.values_list("place", "response_id"))
    return [by_place[place] for place in places]
