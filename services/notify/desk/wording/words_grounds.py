"""The source of a veto or a warning that rests on no number: a rule, a law, or an answer."""

from collections.abc import Mapping
from types import MappingProxyType

from services.notify.desk.wording.language import mark

RULES: Mapping[str, str] = MappingProxyType(
    {
        "veto.net_jobs_negative": mark(
            "Source: the rule of the method itself (the territory must win, Torrès), on the "
            "figures of the jobs chain"
        ),
        "veto.operation_prohibited": mark(
            "Source: the decision of the competition authority, as the applicant states it"
        ),
        "announced_partly": mark("Source: the applicant's own figures"),
        "beyond_scale": mark("Source: the largest figure that a proposal may hold"),
        "image.evidence_in_the_future": mark("Source: the dates of the applicant's documents"),
        "jobs.interval_contains_zero": mark("Source: the figures of the jobs chain"),
    }
)
