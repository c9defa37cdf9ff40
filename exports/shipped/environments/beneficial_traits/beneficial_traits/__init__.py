"""Conversations under pressure, scored against rubrics that experts wrote; for verifiers 0.4 and for those before."""

from importlib.metadata import version

IS_NEW = tuple(int(part) for part in version("verifiers").split(".")[:2]) >= (0, 4)
"""Since 0.4 an environment is a task set with its own class; before, a function that loads one."""

if IS_NEW:
    from beneficial_traits.taskset import BeneficialTraitsEnv, BeneficialTraitsTaskset

    __all__ = ["BeneficialTraitsEnv", "BeneficialTraitsTaskset"]
else:
    from beneficial_traits.legacy import load_environment

    __all__ = ["load_environment"]
