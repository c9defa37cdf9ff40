"""Inspect tasks of a release: `benchmark` and `adversarial_persistence`."""

from beneficial_traits_inspect.tasks import adversarial_persistence, benchmark

__all__ = ["adversarial_persistence", "benchmark"]
