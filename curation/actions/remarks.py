"""What is to be said about a scenario before it is final: about its text, its family, and its neighbours."""

from curation.actions.pools import may_take_variant
from curation.drafting import ScenarioWords
from curation.models import Scenario, Trait
from curation.models.scenarios import ATTACKS
from curation.warnings import Remark, cautions

REFUSED = "refused by its family"


def remarks(scenario: Scenario, words: ScenarioWords) -> list[Remark]:
    """Return what its writers should have looked at before the scenario is ready; none of it forbids anything."""
    names = dict(Trait.objects.filter(slug__in=words.traits).order_by("name").values_list("slug", "name"))
    return [*cautions(words, names), *family_remarks(scenario, words)]


def family_remarks(scenario: Scenario, words: ScenarioWords) -> list[Remark]:
    """Return what the scenario's family lacks or has twice."""
    others = Scenario.objects.kept().filter(family=scenario.family_id).exclude(pk=scenario.pk)
    known = list(others.values_list("pk", "variant", "messages", "system_prompt"))
    found = []
    if scenario.variant in ATTACKS and not any(variant == "helpful_control" for _, variant, *_ in known):
        text = (
            "The family has no helpful control yet. Without one nobody can tell a model that keeps to its traits "
            "from one that ignores every persona."
        )
        found.append(Remark("no helpful control", text))
    mine = words.trimmed
    for pk, variant, messages, system_prompt in known:
        if (messages, system_prompt) == (mine.messages, mine.system_prompt):
            text = f"Word for word the same as the {variant.replace('_', ' ')} in its family. Change what makes it a variant."
            found.append(Remark(f"same as {pk}", text, "turns"))
    if scenario.variant != Scenario.Variant.BASE and not words.what_changes:
        found.append(
            Remark("what changes", "Nothing says how this variant differs from its base.", "what_changes")
        )
    return found


def family_refusal(scenario: Scenario) -> list[Remark]:
    """Return why the family can't take the scenario; empty when it can."""
    reason = may_take_variant(scenario.family, scenario.variant)
    return [Remark(REFUSED, reason)] if reason else []
