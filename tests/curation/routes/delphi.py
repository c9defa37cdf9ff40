from typing import Any

from accounts.models import Role
from curation.models import DelphiRound
from tests.access import Route
from tests.curation.panels import make_panel
from tests.factories import make_trait_version, make_user

AUTHORS = frozenset({"trait author", "administrator"})
ROUTES: dict[str, Route] = {
    "curation:delphi": Route(AUTHORS),
    "curation:delphi_panelist_add": Route(AUTHORS, "post"),
    "curation:delphi_panelist_remove": Route(AUTHORS, "post"),
    "curation:delphi_open": Route(AUTHORS, "post"),
    "curation:delphi_round": Route(AUTHORS),
    "curation:delphi_close": Route(AUTHORS, "post"),
    "curation:delphi_rate": Route(AUTHORS, "post"),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    draft = make_trait_version(is_published=False, author=make_user(roles=(Role.TRAIT_AUTHORS,)))
    panelist = make_panel(draft, "")[0]
    words: dict[str, Any] = {"slug": draft.trait.slug, "number": draft.number}
    asked = DelphiRound.objects.create(
        version=draft, number=1, in_percent=70, out_percent=15, opened_by=panelist.person
    )
    statement = asked.statements.create(part="definition", kind="definition", text="Whether.", position=0)
    if name in ("curation:delphi_round", "curation:delphi_close", "curation:delphi_rate"):
        words["round_number"] = 1
    if name == "curation:delphi_panelist_remove":
        words["pk"] = panelist.pk
    if name == "curation:delphi_rate":
        words["pk"] = statement.pk
    return words
