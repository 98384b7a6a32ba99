"""Published numeric cases: the method against figures that others printed.

Each kind maps a case's input to figures under the names of its ``expected``. What a verdict uses
is asked of ``services/method``; mathematics that no verdict uses stands here, where neither the
method nor a service can read it. ``run`` compares within the case's tolerance.
"""

from services.cli.reference.bench import Bench, NotRunnableError
from services.cli.reference.report import any_failed, line, summary
from services.cli.reference.run import KINDS, CaseResult, CaseStatus, run

__all__ = [
    "KINDS",
    "Bench",
    "CaseResult",
    "CaseStatus",
    "NotRunnableError",
    "any_failed",
    "line",
    "run",
    "summary",
]
