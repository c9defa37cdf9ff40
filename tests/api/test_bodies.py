"""What is sent wrongly: each answer is a problem that names the field and the next step, and never a 5xx."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Scope
from config.rest.bodies import DEEPEST, MOST_BYTES
from tests.api.asking import PROBLEM, ROOT, Caller, author, curator, named
from tests.factories import make_trait_version, make_user

pytestmark = pytest.mark.django_db
RAISES = """CREATE FUNCTION is_away() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'going away' USING ERRCODE = 'admin_shutdown'; END $$"""
INSTEAD = """CREATE TRIGGER away INSTEAD OF UPDATE ON accounts_apitoken
    FOR EACH ROW EXECUTE FUNCTION is_away()"""
WHOLE = {"name": "Ours", "traits": ["honesty@1"]}


def problem(answer: Any) -> Any:
    assert answer["Content-Type"] == PROBLEM
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == answer.status_code
    return body


def test_an_unknown_field_is_named():
    refused = curator().post("/projects", {**WHOLE, "colour": "red"})

    assert (refused.status_code, named(refused)) == (422, {"colour"})
    assert "Leave it out" in problem(refused)["errors"][0]["message"]


def test_a_missing_field_is_named():
    refused = curator().post("/projects", {"name": "Ours"})

    assert (refused.status_code, named(refused)) == (422, {"traits"})


def test_a_field_inside_a_list_is_named_by_its_place():
    refused = curator().post("/projects", {**WHOLE, "questions": ["traits", "height"]})

    assert (refused.status_code, named(refused)) == (422, {"questions.1"})


def test_an_empty_body_is_not_enough():
    assert curator().post("/projects").status_code == 422


@pytest.mark.parametrize(
    "body", [b"{", b"nonsense", b"\xff\xfe", b'{"name": NaN}', b'{"name": "\\ud800"}', b'{"name": "\xed\xa0\x80"}'],
    ids=["open", "word", "no utf-8", "nan", "lone surrogate", "raw surrogate"],
)  # fmt: skip
def test_what_is_no_json_is_refused(body):
    refused = curator().send("POST", "/projects", body)

    assert refused.status_code == 400
    assert "Correct it" in problem(refused)["detail"]


@pytest.mark.parametrize("body", [b"[]", b"7", b'"words"', b"null"])
def test_json_that_is_no_object_is_refused(body):
    refused = curator().send("POST", "/projects", body)

    assert refused.status_code == 422
    problem(refused)


@pytest.mark.parametrize(
    "body", [{**WHOLE, "name": "a\0b"}, {**WHOLE, "a\0b": 1}, {**WHOLE, "traits": ["a\0b"]}]
)
def test_a_nul_is_refused(body):
    refused = curator().post("/projects", body)

    assert refused.status_code == 422
    assert "U+0000" in refused.content.decode()


@pytest.mark.parametrize(
    "path", ["/scenarios?source=%00", "/runs?kind=a%00b", "/scenarios?trait=%00", "/runs?cursor=%00"]
)
def test_a_nul_in_an_address_is_refused(path):
    refused = curator().get(path)

    assert refused.status_code == 422
    problem(refused)


def test_half_a_letter_in_an_address_breaks_nothing():
    assert curator().get("/scenarios?source=%ed%a0%80").json()["data"] == []


def test_a_body_that_nests_too_deep_is_refused():
    refused = curator().send("POST", "/projects", b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1))

    assert refused.status_code == 422
    assert "levels" in problem(refused)["detail"]


def test_a_body_without_end_of_depth_is_refused():
    refused = curator().send("POST", "/projects", b"[" * 100_000)

    assert refused.status_code == 400


def test_a_body_that_is_too_long_is_refused():
    refused = curator().send("POST", "/projects", b" " * (MOST_BYTES + 1))

    assert refused.status_code == 413
    problem(refused)


def test_a_length_that_is_not_true_breaks_nothing():
    refused = curator().send("POST", "/projects", b"{}", CONTENT_LENGTH="9" * 30)

    assert refused.status_code < 500


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_another_media_type_is_refused(kind):
    refused = curator().send("POST", "/projects", b'{"name": "Ours"}', content_type=kind)

    assert refused.status_code == 415
    assert "application/json" in problem(refused)["detail"]


def test_another_method_is_refused_and_the_right_ones_named():
    refused = Caller().send("DELETE", "/me", b"")

    assert refused.status_code == 405
    assert "GET" in refused["Allow"]
    problem(refused)


@pytest.mark.parametrize("path", ["/nothing", "/", "/runs/no-uuid", "/traits/Ä", "/scenarios/%00"])
def test_an_address_that_is_none_is_a_problem_too(path):
    refused = Caller().get(path)

    assert refused.status_code == 404
    problem(refused)


def test_an_address_that_is_none_says_nothing_more_to_strangers():
    refused = Client().get(f"{ROOT}/nothing")

    assert refused.status_code == 404
    problem(refused)


def test_an_unknown_parameter_is_named():
    refused = curator().get("/scenarios?colour=red&limit=5")

    assert (refused.status_code, named(refused)) == (422, {"colour"})
    assert "domain" in problem(refused)["errors"][0]["message"]


def test_an_address_without_parameters_takes_none():
    assert Caller().get("/me?verbose=1").status_code == 422


@pytest.mark.parametrize("limit", ["0", "-1", "201", "many", "9" * 40])
def test_a_limit_out_of_range_is_named(limit):
    refused = curator().get(f"/scenarios?limit={limit}")

    assert (refused.status_code, named(refused)) == (422, {"limit"})


@pytest.mark.parametrize("cursor", ["x", "====", "ä", "bm9uc2Vuc2U", "MTIz"])
def test_a_cursor_that_is_none_is_named(cursor):
    refused = curator().get("/scenarios", {"cursor": cursor})

    assert (refused.status_code, named(refused)) == (422, {"cursor"})


@pytest.mark.parametrize("number", ["0", "32768", "9" * 30])
def test_a_number_out_of_range_finds_nothing(number):
    slug = make_trait_version().trait.slug

    assert Caller().get(f"/traits/{slug}/versions/{number}").status_code == 404


def test_numbers_that_no_column_holds_are_refused():
    refused = curator().send("POST", "/projects", b'{"name": "Ours", "traits": ["a@1"], "overlap": 1e300}')

    assert (refused.status_code, named(refused)) == (422, {"overlap"})


def test_a_trait_that_is_none_is_named():
    refused = curator().post("/projects", WHOLE)

    assert (refused.status_code, named(refused)) == (422, {"traits"})


def test_a_file_of_a_trait_is_refused_with_its_lines():
    refused = author().post("/traits", {"yaml": "slug: [never closed"})

    assert (refused.status_code, named(refused)) == (422, {"yaml"})
    assert "Line 2" in refused.json()["errors"][0]["message"]


def test_a_form_that_should_be_one_is_asked_for():
    refused = curator().post("/imports", {"source": "pairs"})

    assert refused.status_code == 415
    assert "multipart" in problem(refused)["detail"]


def test_an_unknown_field_of_a_form_is_named():
    refused = curator().upload("/imports", {"source": "pairs", "colour": "red"})

    assert (refused.status_code, named(refused)) == (422, {"colour"})


def test_a_form_without_a_file_is_refused():
    refused = curator().upload("/imports", {"source": "pairs"})

    assert (refused.status_code, named(refused)) == (422, {"file"})


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "bearer ", "Bearer a b c", "\x00"])
def test_a_header_that_makes_no_sense_opens_nothing(header):
    answer = Client().get(f"{ROOT}/me", headers={"Authorization": header})

    assert answer.status_code == 401
    problem(answer)


def test_a_database_that_is_away_is_a_503():
    caller = curator()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_apitoken RENAME TO elsewhere")
        cursor.execute(RAISES)
        cursor.execute("CREATE VIEW accounts_apitoken AS SELECT * FROM elsewhere")
        cursor.execute(INSTEAD)

    refused = caller.get("/me")

    assert refused.status_code == 503
    assert refused["Retry-After"] == "5"
    problem(refused)


def test_problems_set_no_cookies():
    client = Client()
    client.force_login(make_user())

    assert not client.get(f"{ROOT}/nothing").cookies
    assert not Caller(make_user(), Scope.READ).get("/scenarios?colour=red").cookies
