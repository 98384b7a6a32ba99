"""The words about what would change a verdict. A part of ``phrases.py``."""

from services.method.codes_changes import CHANGES as _CODES
from services.notify.desk.visibility import Visibility
from services.notify.desk.wording.language import mark
from services.notify.desk.wording.words import Phrase

_FIRM, _GROUP = Visibility.FIRM, Visibility.GROUP

BETTER = "change.better."
"""The branch that says what would make the verdict Win-Win-Win, for any verdict below it."""

_MOVED = {
    "jobs.gross": Phrase(mark("Jobs announced, at least")),
    "jobs.full_time": Phrase(mark("Full-time equivalents of one job, at least")),
    "jobs.deadweight": Phrase(mark("Jobs that would have come anyway, at most")),
    "jobs.leakage": Phrase(mark("Jobs that go outside the territory, at most")),
    "jobs.displacement": Phrase(mark("Jobs taken from other local firms, at most")),
    "jobs.substitution": Phrase(mark("Jobs that replace others in the firm, at most")),
    "jobs.multiplier": Phrase(mark("Local multiplier of the jobs, at least")),
    "jobs.destroyed": Phrase(mark("Jobs destroyed, at most")),
    "jobs.reference": Phrase(mark("Jobs without the project, at most")),
    # Beside the public cost of a tonne these give the firms' gain away.
    "carbon.emitted": Phrase(mark("Emissions, at most"), _GROUP),
    "carbon.avoided": Phrase(mark("Emissions avoided, at least"), _GROUP),
    "firms.synergy": Phrase(mark("What %(about)s gain together, at least"), _FIRM),
    "firms.group": Phrase(mark("Gain of the whole group, outside aid counted, at least"), _FIRM),
    "firms.full_time_cost_up": Phrase(mark("Yearly cost of a shared post, rising to"), _FIRM),
    "firms.full_time_cost_down": Phrase(mark("Yearly cost of a shared post, falling to"), _FIRM),
    "firms.coordination_per_extra_member_up": Phrase(
        mark("Yearly cost of coordination per further firm, rising to"), _FIRM
    ),
    "firms.coordination_per_extra_member_down": Phrase(
        mark("Yearly cost of coordination per further firm, falling to"), _FIRM
    ),
    "firms.need": Phrase(mark("Need of the shared post of %(about)s, at most"), _FIRM),
    "firms.own": Phrase(
        mark("Result alone of %(about)s, above which its gain no longer counts"), _FIRM
    ),
    "firms.leaves": Phrase(mark("%(first)s leaves, the others and the territory staying as now")),
    "carbon.appraised": Phrase(mark("A carbon appraisal is published")),
    "technology.asset": Phrase(mark("A shared asset is opened to firms outside the group")),
    "technology.kept": Phrase(mark("The technology is not transferred out of the territory")),
    "concentration.allowed": Phrase(mark("The competition authority allows the operation")),
}
_LEAVES = Phrase(
    mark("If %(first)s left, the others and the territory staying as now: “%(second)s”")
)
_CLOSED = Phrase(mark("A shared asset is no longer open to firms outside the group"))

CHANGES = {
    **{
        code: Phrase(mark("What would make it Win-Win-Win, at the central values"))
        for code in _CODES
        if code.startswith(BETTER)
    },
    "change.need.firms": Phrase(mark("Every firm must win; any one of these is enough for that")),
    "change.need.jobs": Phrase(
        mark("The territory must gain jobs or technology; any one of these is enough for that")
    ),
    "change.need.technology": Phrase(mark("The territory must not lose a technology")),
    "change.need.carbon": Phrase(
        mark("The climate must not pay too much; any one of these is enough for that")
    ),
    "change.need.concentration": Phrase(mark("The operation must not be prohibited")),
    "change.falls": Phrase(
        mark("What would end this verdict, the nearest first: the last figures at which it holds")
    ),
    "change.large_group": Phrase(
        mark("What would change the firms' side is not told for a group this large")
    ),
    "change.small_gain": Phrase(
        mark(
            "As long as the firms gain nothing, the cost of carbon is set beside no gain. Beside a "
            "small gain it would be a veto, and the territory would lose; the gain of the group "
            "from which it is none"
        )
    ),
    "lever.firms.pair": Phrase(mark("Two figures together, each moved by the same amount")),
    "lever.firms.two": Phrase(mark("Two synergies together, by the smallest total"), _FIRM),
    "lever.firms.several": Phrase(mark("Several synergies together, by the smallest total"), _FIRM),
    "lever.firms.joins": Phrase(
        mark("A further firm joins and brings the group, its own part included, at least"), _FIRM
    ),
    "lever.pair": Phrase(
        mark("Or two answers together, each moved by the same share of itself and no more")
    ),
    "lever.together": Phrase(mark("The smallest of each together")),
    **{
        f"{what}.{kind}": phrase
        for kind, phrase in _MOVED.items()
        for what in ("lever", "safety")
        if f"{what}.{kind}" in _CODES
    },
    "safety.firms.leaves": _LEAVES,
    "safety.technology.asset": _CLOSED,
    **{
        f"change.{part}.{whose}": Phrase(words, secrecy)
        for part, words in (
            ("now", mark("Now")),
            ("by", mark("Distance")),
            ("part", mark("As a share of what it is now")),
        )
        for whose, secrecy in (("public", Visibility.PUBLIC), ("group", _GROUP), ("firm", _FIRM))
    },
}
