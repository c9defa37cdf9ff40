"""./arete bench agreement: a million verdicts, whole and by trait and domain, in one process."""

import argparse
import json
import resource
import time

import numpy as np

from labeling.agreement import tabulate
from labeling.agreement.summary import statistics

VERDICTS = 1_000_000
TRAITS, DOMAINS, ANNOTATORS, EACH = 15, 12, 60, 3
LIMITS = {"seconds": 60, "peak_rss_mb": 1_000}


def main(arguments: list[str]) -> int:
    """Draw verdicts that agree about as much as people do, and compute every statistic with its interval."""
    parser = argparse.ArgumentParser(prog="./arete bench agreement", description=main.__doc__)
    parser.add_argument("--verdicts", type=int, default=VERDICTS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    random = np.random.default_rng(1)
    units = np.arange(asked.verdicts) // EACH
    truth = random.integers(-3, 4, units.max() + 1)[units]
    values = np.clip(truth + random.integers(-2, 3, len(units)), -3, 3)
    annotators = (units * 7 + np.arange(len(units)) % EACH) % ANNOTATORS
    families, cells = units // 4, units // 4 % (TRAITS * DOMAINS)
    began = time.process_time(), time.perf_counter()
    whole = statistics(tabulate(units, annotators, values, families), "ordinal")
    for cell in range(TRAITS * DOMAINS):
        here = cells == cell
        statistics(tabulate(units[here], annotators[here], values[here], families[here]), "ordinal")
    found = {
        "verdicts": asked.verdicts,
        "cells": TRAITS * DOMAINS,
        "cpu_seconds": round(time.process_time() - began[0], 1),
        "seconds": round(time.perf_counter() - began[1], 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "alpha": round(whole["krippendorff_alpha_ordinal"].value or 0, 4),
        "limits": LIMITS,
    }
    if asked.json:
        print(json.dumps(found))
        return 0
    print(
        f"{asked.verdicts:,} verdicts, whole and in {found['cells']} cells, four statistics each with intervals:\n"
        f"  {found['seconds']} s by the clock, {found['cpu_seconds']} s of one core   (limit: {LIMITS['seconds']} s)\n"
        f"  {found['peak_rss_mb']} MB at most   (limit: {LIMITS['peak_rss_mb']} MB)"
    )
    return 0
