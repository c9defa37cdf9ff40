"""How far annotators agree: coefficients with intervals, and why there is none. Knows no Django.

    verdicts = tabulate(units=["u1", "u1", "u2", "u2"], annotators=["a", "b", "a", "b"], values=[1, 1, 2, 3])
    krippendorff_alpha(verdicts, "ordinal").value

Intervals are percentiles of a bootstrap that draws whole families of scenarios, since their items resemble each other.
"""

from labeling.agreement.alpha import LEVELS, krippendorff_alpha
from labeling.agreement.chance import fleiss_kappa, gwet_ac1, percent_agreement, weighted_kappa
from labeling.agreement.estimate import Estimate
from labeling.agreement.verdicts import Verdicts, tabulate

__all__ = [
    "LEVELS",
    "Estimate",
    "Verdicts",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "percent_agreement",
    "tabulate",
    "weighted_kappa",
]
