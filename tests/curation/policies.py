"""Pool policies: drafted, saved and put in force."""

from typing import Any

from curation.actions.placing import terms_of
from curation.actions.pools import apply_policy, begin_policy, save_policy, stamp
from curation.allotment import Terms, digest
from curation.models import PoolPolicy


def make_policy(state: str = "draft", **fields: Any) -> PoolPolicy:
    """A policy in some state, without rules, that placed nothing."""
    sha256 = "" if state == "draft" else "0" * 64
    return PoolPolicy.objects.create(**{"state": state, "seed": "seed", "digest": sha256, **fields})


def make_terms(**fields: Any) -> Terms:
    """Terms that hold nothing out, unless said otherwise."""
    return Terms(**{"seed": "seed", "eval_permille": 0, **fields})


def drafted(terms: Terms) -> PoolPolicy:
    """A draft that says this."""
    draft = begin_policy(actor=None)
    return save_policy(draft, terms, note="", was=stamp(terms_of(draft), draft.note))


def in_force(**fields: Any) -> PoolPolicy:
    """A policy with these terms, applied."""
    draft = drafted(make_terms(**fields))
    apply_policy(draft, previewed=digest(terms_of(draft)), actor=None)
    draft.refresh_from_db()
    return draft
