"""What many annotators say together, with the uncertainty that is left. Knows no Django.

`dawid_skene` and `mace` weigh annotators by how they err; `bradley_terry` ranks things that were compared in pairs.
"""

from labeling.aggregation.bradley_terry import Comparison, Ranking, bradley_terry
from labeling.aggregation.dawid_skene import DawidSkene, dawid_skene
from labeling.aggregation.mace import Mace, mace

__all__ = ["Comparison", "DawidSkene", "Mace", "Ranking", "bradley_terry", "dawid_skene", "mace"]
