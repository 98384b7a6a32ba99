"""Python's garbage collector, told what never dies."""

import gc

_COLLECT_AFTER = (20_000, 20, 20)
"""Thresholds: a batch of verdicts makes tens of thousands of objects that die by reference counting
alone.
"""


def spare_the_collector() -> None:
    """Take what was built at the start out of the garbage collector's rounds.

    Modules, models and parameters live as long as the process; walking them again and again cost
    a quarter of the time of a verdict.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
