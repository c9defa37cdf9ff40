"""What is to be said about a scenario before it is final: about its text, its family, and its neighbours."""

from django.utils.translation import gettext

from curation.actions.pools import may_take_variant
from curation.actions.similarity import neighbours_of_text
from curation.drafting import ScenarioWords
from curation.models import Scenario, Trait
from curation.models.scenarios import ATTACKS
from curation.warnings import Remark, cautions

REFUSED = "refused by its family"
MOST_NEAR = 5
"""How many neighbours are pointed out, the nearest first."""


def remarks(scenario: Scenario, words: ScenarioWords) -> list[Remark]:
    """Return what its writers should have looked at before the scenario is ready; none of it forbids anything."""
    names = dict(Trait.objects.filter(slug__in=words.traits).order_by("name").values_list("slug", "name"))
    return [*cautions(words, names), *family_remarks(scenario, words), *near_remarks(scenario, words)]


def family_remarks(scenario: Scenario, words: ScenarioWords) -> list[Remark]:
    """Return what the scenario's family lacks or has twice."""
    others = Scenario.objects.kept().filter(family=scenario.family_id).exclude(pk=scenario.pk)
    known = list(others.values_list("pk", "variant", "messages", "system_prompt"))
    found = []
    if scenario.variant in ATTACKS and not any(variant == "helpful_control" for _, variant, *_ in known):
        text = gettext(
            "The family has no helpful control yet. Without one nobody can tell a model that keeps to its traits "
            "from one that ignores every persona."
        )
        found.append(Remark("no helpful control", text))
    mine = words.trimmed
    for pk, variant, messages, system_prompt in known:
        if (messages, system_prompt) == (mine.messages, mine.system_prompt):
            text = gettext(
                "Word for word the same as the %(variant)s in its family. Change what makes it a variant."
            ) % {"variant": variant.replace("_", " ")}
            found.append(Remark(f"same as {pk}", text, "turns"))
    if scenario.variant != Scenario.Variant.BASE and not words.what_changes:
        found.append(
            Remark(
                "what changes",
                gettext("Nothing says how this variant differs from its base."),
                "what_changes",
            )
        )
    return found


def near_remarks(scenario: Scenario, words: ScenarioWords) -> list[Remark]:
    """Return which scenarios of other families say nearly the same."""
    nearest = neighbours_of_text(words.messages, exclude=scenario)[:MOST_NEAR]
    near = Scenario.objects.kept().select_related("family").in_bulk([each.scenario_id for each in nearest])
    found = []
    for each in nearest:
        if other := near.get(each.scenario_id):
            what = gettext("a scenario with a content note") if other.content_warnings else f"“{other.title}”"
            percent = int(each.similarity * 100)
            text = gettext(
                "Close to %(what)s: %(percent)s %% similar, in the pool %(pool)s. Scenarios that nearly say the "
                "same are kept in one pool."
            ) % {"what": what, "percent": percent, "pool": other.family.pool}
            found.append(Remark(f"near {other.pk}", text, scenario=other.pk))
    return found


def family_refusal(scenario: Scenario) -> list[Remark]:
    """Return why the family can't take the scenario; empty when it can."""
    reason = may_take_variant(scenario.family, scenario.variant)
    return [Remark(REFUSED, reason)] if reason else []
