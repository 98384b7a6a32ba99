"""Published numeric cases: the method against figures that others printed.

Each kind maps a case's input to figures under the names of its ``expected``; every formula lives
in the room it belongs to, a kind only translates. ``run`` compares within the case's tolerance.
"""

from services.method.cases.bench import Bench, NotRunnableError
from services.method.cases.report import any_failed, line, summary
from services.method.cases.run import KINDS, CaseResult, CaseStatus, run

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
