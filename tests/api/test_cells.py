"""Domains, targets and guidance of cells by program."""

import pytest

from curation.models import Guidance
from tests.api.asking import author, curator, named
from tests.factories import make_domain, make_trait

pytestmark = pytest.mark.django_db
AT = "/cells/candor/health"


def test_a_domain_is_added_and_changed_and_its_address_stays() -> None:
    caller = curator()

    made = caller.post("/domains", {"slug": "law", "name": "Law"})
    taken = caller.post("/domains", {"slug": "law", "name": "Other"})
    strange = caller.post("/domains", {"slug": "The law", "name": "Other"})
    changed = caller.put("/domains/law", {"name": "Law and courts", "position": 3})

    assert (made.status_code, named(taken), named(strange)) == (201, {"slug"}, {"slug"})
    assert caller.get("/domains").json()[-1] == changed.json() | {"slug": "law", "position": 3}


def test_targets_that_are_not_named_stay() -> None:
    make_trait("candor")
    make_domain("health")
    caller = curator()

    caller.put(f"{AT}/targets", {"target_items": 40, "target_heldout": 6})
    found = caller.put(f"{AT}/targets", {"target_items": 50}).json()

    assert (found["target_items"], found["target_heldout"]) == (50, 6)
    assert found in caller.get("/cells").json()


def test_guidance_is_written_read_and_put_in_force() -> None:
    make_trait("candor")
    make_domain("health")
    caller, other = author(), author()
    empty = caller.get(f"{AT}/guidance").json()

    draft = caller.put(f"{AT}/guidance", {"text": "Ask who is asking.", "was": empty["was"]}).json()
    stale = other.put(f"{AT}/guidance", {"text": "Another.", "was": empty["was"]})
    unread = other.post(f"{AT}/guidance/publish", {"was": empty["was"]})
    published = other.post(f"{AT}/guidance/publish", {"was": draft["was"]}).json()
    more = caller.put(f"{AT}/guidance", {"text": "Ask twice.", "was": draft["was"]}).json()
    caller.send("DELETE", f"{AT}/guidance", b"")

    assert (empty["number"], draft["number"], draft["in_force"]) == (0, 1, None)
    assert (stale.status_code, stale.json()["was"], unread.status_code) == (409, draft["was"], 409)
    assert (published["in_force"], more["number"], more["in_force"]) == (1, 2, 1)
    assert Guidance.objects.count() == 1
    assert curator().put(f"{AT}/guidance", {"text": "Mine.", "was": "x"}).status_code == 404
