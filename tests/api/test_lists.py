"""Lists: pages by key, filters, and streams."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from tests.api.asking import Caller, author, curator, lines, steward
from tests.exports.releases import make_release
from tests.factories import (
    make_domain,
    make_response,
    make_scenario,
    make_trait,
    make_trait_version,
    make_user,
)
from tests.labeling.scenes import make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.django_db


def walked(caller: Caller, path: str, limit: int) -> list[str]:
    """The ids of all pages, one after the other."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(path, {"limit": limit, "cursor": cursor}).json()
        found += [each["id"] for each in page["data"]]
        cursor = page["next_cursor"]
    return found


def test_pages_follow_one_another_without_gap_or_repetition():
    made = [str(make_scenario().pk) for _ in range(7)]

    assert walked(curator(), "/scenarios", 3) == made[::-1]


def test_what_comes_in_meanwhile_shifts_no_page():
    made = [str(make_scenario().pk) for _ in range(4)]
    caller = curator()
    first = caller.get("/scenarios?limit=2").json()
    make_scenario()

    second = caller.get(f"/scenarios?limit=2&cursor={first['next_cursor']}").json()

    assert [each["id"] for each in first["data"] + second["data"]] == made[::-1]


def test_pages_are_found_by_key():
    make_scenario()
    caller = curator()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        caller.get("/scenarios", {"limit": 1})

    said = " ".join(each["sql"] for each in queries).lower()
    assert "offset" not in said
    assert "count(" not in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"domain": "law"}, 1),
        ({"language": "de"}, 1),
        ({"trait": "candor"}, 1),
        ({"pool": "EVAL"}, 1),
        ({}, 3),
    ],
)
def test_filters_narrow_lists_and_streams_alike(query, found):
    make_scenario(domain=make_domain("law"), language="de")
    make_scenario().aimed_traits.add(make_trait("candor"))
    held_out = make_scenario().family
    held_out.pool = "EVAL"
    held_out.save(update_fields=["pool"])
    caller = curator()

    assert len(caller.get("/scenarios", query).json()["data"]) == found
    assert len(lines(caller.get("/scenarios.ndjson", query))) == found


def test_a_stream_says_what_the_list_says():
    for _ in range(3):
        make_response()
    caller = curator()

    for path in ("/scenarios", "/responses"):
        listed = caller.get(path).json()["data"][::-1]
        streamed = lines(caller.get(f"{path}.ndjson"))
        assert [normal(each) for each in streamed] == [normal(each) for each in listed]


def normal(row: Any) -> Any:
    """A row with its time to the second, since the database writes the same moment in other letters."""
    return {**row, "created_at": row["created_at"][:19]}


def test_text_of_all_kinds_comes_out_as_it_went_in():
    text = 'Zeile\nzwei\t"quoted" \\ \u2028 \u202eltr 👩‍👩‍👧 é'
    made = make_response(text=text)

    assert lines(curator().get("/responses.ndjson"))[0]["text"] == text
    assert curator().get(f"/responses/{made.pk}").json()["text"] == text


def test_leads_are_not_told_the_pool():
    project = make_labeling_project(items=1)
    caller = Caller(make_member(project, role="lead"))

    listed = caller.get("/scenarios").json()["data"]

    assert [each["pool"] for each in listed] == [None]
    assert lines(caller.get("/scenarios.ndjson"))[0]["pool"] is None
    assert caller.get("/scenarios?pool=TRAIN").status_code == 422


def test_strangers_find_lists_empty():
    make_response()
    make_labeling_project(items=1)
    caller = Caller()

    for path in ("/scenarios", "/responses", "/projects", "/runs", "/imports", "/releases", "/publications"):
        assert caller.get(path).json()["data"] == [], path
    for path in ("/scenarios.ndjson", "/responses.ndjson"):
        assert lines(caller.get(path)) == []


def test_what_was_said_is_told_when_all_have_said_it():
    project = make_labeling_project(items=1, overlap=2)
    lead = Caller(make_member(project, role="lead"))
    submit(take(project, make_member(project)))

    early = lead.get(f"/projects/{project.slug}/annotations").json()["data"]
    submit(take(project, make_member(project)))
    late = lead.get(f"/projects/{project.slug}/annotations").json()["data"]

    assert (len(early), len(late)) == (0, 2)
    assert len(lines(lead.get(f"/projects/{project.slug}/annotations.ndjson"))) == 2


def test_an_annotation_is_told_with_its_verdicts_and_without_a_name():
    project = make_labeling_project(items=1, overlap=1)
    annotator = make_member(project)
    submit(take(project, annotator), strength=0)
    lead = Caller(make_member(project, role="lead"))

    (said,) = lines(lead.get(f"/projects/{project.slug}/annotations.ndjson"))

    assert [each["strength"] for each in said["preferences"]] == [0, 0]
    assert said["rationale"] == "One says what it does not know."
    assert str(annotator.pk) not in str(said)
    assert UUID(said["item"]) == project.items.get().pk


def test_annotators_do_not_read_what_others_said():
    project = make_labeling_project(items=1, overlap=1)
    submit(take(project, make_member(project)))
    caller = Caller(make_member(project))

    for path in ("annotations", "annotations.ndjson", "items", "items.ndjson", "agreement"):
        assert caller.get(f"/projects/{project.slug}/{path}").status_code == 404, path


def test_items_are_listed_for_their_lead():
    project = make_labeling_project(items=3)
    lead = Caller(make_member(project, role="lead"))

    listed = lead.get(f"/projects/{project.slug}/items").json()["data"]

    assert len(listed) == 3
    assert len(listed[0]["responses"]) == 2
    assert len(lines(lead.get(f"/projects/{project.slug}/items.ndjson"))) == 3


@pytest.mark.parametrize(
    ("path", "queries"),
    [("/scenarios", 4), ("/responses", 4), ("/traits", 5), ("/projects", 3), ("/runs", 4)],
)
def test_lists_cost_so_many_queries_however_long(
    path, queries, django_assert_num_queries, tmp_path, settings
):
    user = make_user(roles=(Role.CURATORS, Role.STEWARDS))
    caller = Caller(user)
    for _ in range(3):
        make_member(make_labeling_project(items=2), user)
        make_trait_version()

    with django_assert_num_queries(queries):
        assert len(caller.get(path).json()["data"]) >= (0 if path == "/runs" else 3)


def test_traits_show_drafts_to_their_authors_alone():
    version = make_trait_version()
    make_trait_version(version.trait, is_published=False)
    slug = version.trait.slug

    assert Caller().get(f"/traits/{slug}").json()["versions"] == [1]
    assert author().get(f"/traits/{slug}").json()["versions"] == [1, 2]
    assert Caller().get(f"/traits/{slug}/versions/2").status_code == 404
    assert [each["number"] for each in author().get(f"/traits/{slug}/versions").json()["data"]] == [2, 1]


def test_releases_are_listed_with_their_files(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    release = make_release()
    caller = steward()

    listed = caller.get("/releases?state=built").json()["data"]
    files = caller.get(f"/releases/{release.pk}/files").json()
    sent = caller.get(f"/releases/{release.pk}/files/{files[0]['id']}")

    assert [each["version"] for each in listed] == ["0.1.0"]
    assert files[0]["path"] == "README.md"
    assert b"".join(sent.streaming_content).endswith(b"0.1.0\n")
    assert lines(caller.get(f"/releases/{release.pk}/items.ndjson")) == []
