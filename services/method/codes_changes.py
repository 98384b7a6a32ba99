"""What the method says about what would change a verdict (``verdict/changes.py``).

A lever's value is what the answer must be, a safety margin's the last figure at which the verdict
holds; under each, what it is now and the distance. ``change.*.firm`` are a firm's own figures,
``change.*.group`` those that give a total over the firms away.
"""

from contracts.vocabulary.verdict import VerdictLabel
from services.method.meanings import Meaning, claim

_NUMBER, _SHARE, _FTE, _EUR = "number", "share", "FTE", "EUR/year"
_CO2 = "tCO2e/year"
_POINTER = "JSON pointer into the proposal"
_FIRMS = "identifiers of the firms"

_NO_BETTER = (
    VerdictLabel.WIN_WIN_WIN,
    VerdictLabel.NOT_COMPUTABLE_YET,
    VerdictLabel.FIRMS_NOT_COMPUTED,
)

CHANGES: dict[str, Meaning] = {
    f"change.better.{label}": claim("What would make this verdict Win-Win-Win.")
    for label in VerdictLabel
    if label not in _NO_BETTER
} | {
    "change.need.firms": claim("Every firm must win: any of these changes is enough for that."),
    "change.need.jobs": claim("Jobs (or technology) must gain: any of these changes is enough."),
    "change.need.technology": claim("The territory must not lose a technology."),
    "change.need.carbon": claim("Carbon must be no veto: any of these changes is enough."),
    "change.need.concentration": claim("The operation must not be prohibited."),
    "change.small_gain": claim(
        "No gain of the firms, none to set carbon beside; beside one below this it is a veto.",
        _NUMBER,
        _EUR,
    ),
    "change.falls": claim("What would end this verdict, the nearest first.", about="label"),
    "change.large_group": claim("What would change the firms' side of a large group is not told."),
    "lever.pair": claim("Two answers that are enough, both moved by the same share of themselves."),
    "lever.firms.pair": claim(
        "Two figures of the firms that are enough, both moved by the same amount.",
    ),
    "lever.firms.two": claim(
        "Two synergies whose total, the least there is over all synergies, is enough.",
        _NUMBER,
        _EUR,
    ),
    "lever.firms.several": claim(
        "Synergies whose total, the least there is over all of them, is enough.", _NUMBER, _EUR
    ),
    "lever.firms.joins": claim(
        "What the whole group gains more with a further firm of a small own result, at least.",
        _NUMBER,
        _EUR,
    ),
    "lever.together": claim("One change of each kind, the smallest of each: together enough."),
}

for _whose in ("public", "group", "firm"):
    CHANGES |= {
        f"change.now.{_whose}": claim("What it is now.", _NUMBER, "that of the figure"),
        f"change.by.{_whose}": claim(
            "The distance.", _NUMBER, "that of the figure, or percentage points"
        ),
        f"change.part.{_whose}": claim("The distance as a share of it.", _NUMBER, _SHARE),
    }

_MOVED = {
    "jobs.gross": ("Jobs announced, at least", _FTE, _POINTER),
    "jobs.full_time": ("Full-time equivalents of one announced job, at least", "factor", _POINTER),
    "jobs.deadweight": ("Jobs that would have come anyway, at most", _SHARE, _POINTER),
    "jobs.leakage": ("Jobs that go outside, at most", _SHARE, _POINTER),
    "jobs.displacement": ("Jobs taken from other firms, at most", _SHARE, _POINTER),
    "jobs.substitution": ("Jobs that replace others, at most", _SHARE, _POINTER),
    "jobs.multiplier": ("Multiplier, at least", "factor", _POINTER),
    "jobs.destroyed": ("Jobs destroyed, at most", _FTE, _POINTER),
    "jobs.reference": ("Net jobs of the reference case, at most", _FTE, _POINTER),
    "carbon.emitted": ("Emissions, at most", _CO2, _POINTER),
    "carbon.avoided": ("Avoided emissions, at least", _CO2, _POINTER),
    "firms.synergy": ("What these firms gain together, at least", _EUR, _FIRMS),
    "firms.group": ("Gain of the whole group, aid counted, at least", _EUR, ""),
    "firms.full_time_cost_up": ("Cost of a shared post, upwards", _EUR, _POINTER),
    "firms.full_time_cost_down": ("Cost of a shared post, downwards", _EUR, _POINTER),
    "firms.need": (
        "Need of this firm of the shared post, at most",
        "posts",
        "identifier of the firm",
    ),
}
for _kind, (_says, _unit, _about) in _MOVED.items():
    for _what in ("lever", "safety"):
        CHANGES[f"{_what}.{_kind}"] = claim(f"{_says}.", _NUMBER, _unit, _about)

CHANGES |= {
    "safety.firms.own": claim(
        "Result alone of this firm beyond which its gain is no longer above its margin.",
        _NUMBER,
        _EUR,
        "identifier of the firm",
    ),
    "lever.firms.coordination_per_extra_member_down": claim(
        "Cost of coordination, downwards.", _NUMBER, _EUR, _POINTER
    ),
    "safety.firms.coordination_per_extra_member_up": claim(
        "Cost of coordination, upwards.", _NUMBER, _EUR, _POINTER
    ),
    "lever.firms.leaves": claim(
        "Without this firm, the others and the territory being as they are.",
        about="identifier of the firm",
    ),
    "safety.firms.leaves": claim(
        "The same, with the verdict there would be.", about="identifier of the firm, label"
    ),
    "lever.carbon.appraised": claim("A published appraisal of its carbon.", about=_POINTER),
    "lever.technology.asset": claim("A shared asset open to others.", about=_POINTER),
    "safety.technology.asset": claim("No shared asset open to others any more.", about=_POINTER),
    "lever.technology.kept": claim("No technology transferred out.", about=_POINTER),
    "lever.concentration.allowed": claim("No prohibition of the operation.", about=_POINTER),
}
