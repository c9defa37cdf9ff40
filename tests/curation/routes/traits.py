from typing import Any

from accounts.models import Role
from tests.access import ALL, Route
from tests.factories import make_trait_version, make_user

AUTHORS = frozenset({"trait author", "administrator"})
ROUTES: dict[str, Route] = {
    "curation:traits": Route(ALL),
    "curation:trait": Route(ALL),
    "curation:trait_version": Route(ALL),
    "curation:trait_compare": Route(ALL),
    "curation:trait_file": Route(ALL),
    "curation:trait_new": Route(AUTHORS),
    "curation:trait_import": Route(AUTHORS),
    "curation:trait_version_new": Route(AUTHORS, "post"),
    "curation:trait_edit": Route(AUTHORS),
    "curation:trait_text": Route(AUTHORS, "post"),
    "curation:trait_part": Route(AUTHORS, "post"),
    "curation:trait_part_add": Route(AUTHORS, "post"),
    "curation:trait_part_act": Route(AUTHORS, "post"),
    "curation:trait_part_restore": Route(AUTHORS, "post"),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    if not name.startswith(("curation:trait_edit", "curation:trait_text", "curation:trait_part")):
        return None
    author = make_user(roles=(Role.TRAIT_AUTHORS,))
    draft = make_trait_version(behaviours=(("exhibits", "Says so."),), is_published=False, author=author)
    words = {"slug": draft.trait.slug, "number": draft.number}
    if name == "curation:trait_text":
        words["field"] = "definition"
    if name.startswith("curation:trait_part"):
        words["section"] = "exhibits"
    if name in ("curation:trait_part", "curation:trait_part_act"):
        words["part"] = str(draft.behaviours.get().pk)
    return words
