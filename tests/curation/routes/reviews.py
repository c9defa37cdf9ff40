from typing import Any

from accounts.models import Role
from curation.actions.discussion import say
from tests.access import OPEN, Route
from tests.factories import make_trait_version, make_user

AUTHORS = frozenset({"trait author", "administrator"})
ROUTES: dict[str, Route] = {
    "curation:trait_submit": Route(AUTHORS, "post"),
    "curation:trait_withdraw": Route(AUTHORS, "post"),
    "curation:trait_review": Route(AUTHORS, "post"),
    "curation:trait_publish": Route(AUTHORS),
    "curation:trait_retire": Route(AUTHORS),
    "curation:trait_comment": Route(AUTHORS, "post"),
    "curation:comment_reply": Route(AUTHORS, "post"),
    "curation:comment_resolve": Route(AUTHORS, "post"),
    "curation:public_traits": OPEN,
    "curation:public_trait": OPEN,
    "curation:public_trait_version": OPEN,
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    if not name.startswith("curation:comment"):
        return None
    author = make_user(roles=(Role.TRAIT_AUTHORS,))
    return {"pk": say(make_trait_version(is_published=False, author=author), "Why?", author=author).pk}
