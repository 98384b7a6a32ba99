"""What is said of what would change a verdict (``verdict/changes.py``).

A lever's value is what the answer must be, a safety margin's the last figure at which the verdict
holds; under each, what it is now and the distance. ``change.*.firm`` are a firm's own figures,
``change.*.group`` those that give a total over the firms away.
"""

from contracts.vocabulary.verdict import VerdictLabel
from services.method.claims.meaning import NUMBER, Meaning, Visibility, claim

BETTER = "change.better."
"""The branch that says what would make the verdict Win-Win-Win, for any verdict below it."""

_NO_BETTER = (
    VerdictLabel.WIN_WIN_WIN,
    VerdictLabel.NOT_COMPUTABLE_YET,
    VerdictLabel.FIRMS_NOT_COMPUTED,
)
_FIRM, _GROUP = Visibility.FIRM, Visibility.GROUP
_POINTER = "JSON pointer into the proposal"
_SHARE, _FTE, _EUR, _CO2 = "share", "FTE", "EUR/year", "tCO2e/year"

_MOVED = {
    "jobs.gross": claim("Jobs announced, at least", NUMBER, _FTE, _POINTER),
    "jobs.full_time": claim(
        "Full-time equivalents of one job, at least", NUMBER, "factor", _POINTER
    ),
    "jobs.deadweight": claim("Jobs that would have come anyway, at most", NUMBER, _SHARE, _POINTER),
    "jobs.leakage": claim("Jobs that go outside the territory, at most", NUMBER, _SHARE, _POINTER),
    "jobs.displacement": claim(
        "Jobs taken from other local firms, at most", NUMBER, _SHARE, _POINTER
    ),
    "jobs.substitution": claim(
        "Jobs that replace others in the firm, at most", NUMBER, _SHARE, _POINTER
    ),
    "jobs.multiplier": claim("Local multiplier of the jobs, at least", NUMBER, "factor", _POINTER),
    "jobs.destroyed": claim("Jobs destroyed, at most", NUMBER, _FTE, _POINTER),
    "jobs.reference": claim("Jobs without the project, at most", NUMBER, _FTE, _POINTER),
    # Beside the public cost of a tonne these give the firms' gain away.
    "carbon.emitted": claim("Emissions, at most", NUMBER, _CO2, _POINTER, whose=_GROUP),
    "carbon.avoided": claim("Emissions avoided, at least", NUMBER, _CO2, _POINTER, whose=_GROUP),
    "firms.synergy": claim(
        "What %(about)s gain together, at least",
        NUMBER,
        _EUR,
        "identifiers of the firms",
        whose=_FIRM,
    ),
    "firms.group": claim(
        "Gain of the whole group, outside aid counted, at least", NUMBER, _EUR, whose=_FIRM
    ),
    "firms.full_time_cost_up": claim(
        "Yearly cost of a shared post, rising to", NUMBER, _EUR, _POINTER, whose=_FIRM
    ),
    "firms.full_time_cost_down": claim(
        "Yearly cost of a shared post, falling to", NUMBER, _EUR, _POINTER, whose=_FIRM
    ),
    "firms.need": claim(
        "Need of the shared post of %(about)s, at most",
        NUMBER,
        "posts",
        "identifier of the firm",
        whose=_FIRM,
    ),
}

CLAIMS: dict[str, Meaning] = {
    **{
        BETTER + label: claim("What would make it Win-Win-Win, at the central values")
        for label in VerdictLabel
        if label not in _NO_BETTER
    },
    "change.need.firms": claim("Every firm must win; any one of these is enough for that"),
    "change.need.jobs": claim(
        "The territory must gain jobs or technology; any one of these is enough for that"
    ),
    "change.need.technology": claim("The territory must not lose a technology"),
    "change.need.carbon": claim(
        "The climate must not pay too much; any one of these is enough for that"
    ),
    "change.need.concentration": claim("The operation must not be prohibited"),
    "change.small_gain": claim(
        "As long as the firms gain nothing, the cost of carbon is set beside no gain. Beside a "
        "small gain it would be a veto, and the territory would lose; the gain of the group from "
        "which it is none",
        NUMBER,
        _EUR,
    ),
    "change.falls": claim(
        "What would end this verdict, the nearest first: the last figures at which it holds",
        about="label",
    ),
    "change.large_group": claim(
        "What would change the firms' side is not told for a group this large"
    ),
    "lever.pair": claim(
        "Or two answers together, each moved by the same share of itself and no more"
    ),
    "lever.firms.pair": claim("Two figures together, each moved by the same amount"),
    "lever.firms.two": claim(
        "Two synergies together, by the smallest total", NUMBER, _EUR, whose=_FIRM
    ),
    "lever.firms.several": claim(
        "Several synergies together, by the smallest total", NUMBER, _EUR, whose=_FIRM
    ),
    "lever.firms.joins": claim(
        "A further firm joins and brings the group, its own part included, at least",
        NUMBER,
        _EUR,
        whose=_FIRM,
    ),
    "lever.together": claim("The smallest of each together"),
    **{
        f"change.{part}.{whose.name.lower()}": claim(words, NUMBER, unit, whose=whose)
        for whose in (Visibility.PUBLIC, _GROUP, _FIRM)
        for part, words, unit in (
            ("now", "Now", "that of the figure"),
            ("by", "Distance", "that of the figure, or percentage points"),
            ("part", "As a share of what it is now", _SHARE),
        )
    },
    **{f"lever.{kind}": meaning for kind, meaning in _MOVED.items()},
    **{f"safety.{kind}": meaning for kind, meaning in _MOVED.items()},
    "safety.firms.own": claim(
        "Result alone of %(about)s, above which its gain no longer counts",
        NUMBER,
        _EUR,
        "identifier of the firm",
        whose=_FIRM,
    ),
    "lever.firms.coordination_per_extra_member_down": claim(
        "Yearly cost of coordination per further firm, falling to",
        NUMBER,
        _EUR,
        _POINTER,
        whose=_FIRM,
    ),
    "safety.firms.coordination_per_extra_member_up": claim(
        "Yearly cost of coordination per further firm, rising to",
        NUMBER,
        _EUR,
        _POINTER,
        whose=_FIRM,
    ),
    "lever.firms.leaves": claim(
        "%(first)s leaves, the others and the territory staying as now",
        about="identifier of the firm",
    ),
    "safety.firms.leaves": claim(
        "If %(first)s left, the others and the territory staying as now: “%(second)s”",
        about="identifier of the firm, label",
    ),
    "lever.carbon.appraised": claim("A carbon appraisal is published", about=_POINTER),
    "lever.technology.asset": claim(
        "A shared asset is opened to firms outside the group", about=_POINTER
    ),
    "safety.technology.asset": claim(
        "A shared asset is no longer open to firms outside the group", about=_POINTER
    ),
    "lever.technology.kept": claim(
        "The technology is not transferred out of the territory", about=_POINTER
    ),
    "lever.concentration.allowed": claim(
        "The competition authority allows the operation", about=_POINTER
    ),
}
