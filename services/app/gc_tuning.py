"""Python's garbage collector, told what never dies."""

import gc

_COLLECT_AFTER = (100_000, 20, 20)
"""Thresholds: a batch of verdicts makes a hundred thousand objects that die by reference counting
alone, and looking through those that are still needed is time lost.
"""


def freeze_gc() -> None:
    """Take what was built at the start out of the garbage collector's rounds.

    Modules, models and parameters live as long as the process; walking them again and again cost
    a quarter of the time of a verdict.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
