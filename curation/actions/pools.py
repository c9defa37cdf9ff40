"""What curators do with pools: a policy is drafted, applied, and frozen with the first release."""

from curation.models import Family, PoolPolicy
from curation.models.scenarios import ATTACKS


def may_take_variant(family: Family, variant: str) -> str | None:
    """Return why a family can't take a variant of this kind any more, in words; None when it can.

    A frozen policy moves no family, so an adversarial variant would bring its family's texts into training files.
    """
    if variant not in ATTACKS:
        return None
    families = Family.objects.filter(pk=family.pk)
    if family.cluster_id:
        families |= Family.objects.filter(cluster=family.cluster_id)
    if not families.filter(pool=Family.Pool.TRAIN, policy__state=PoolPolicy.State.FROZEN).exists():
        return None
    return (
        "This family is used for training, and the pools were frozen with the first release. "
        "An adversarial variant would bring the attack into training files. "
        "Copy the base into a family of its own and write the variant there."
    )
