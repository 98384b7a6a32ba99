"""The words of the method about the nation's map and tables: complexity, skills, input and output.

A part of ``codes.py``, which lists them all.
"""

from services.method.meanings import Meaning, claim, warning
from services.method.territory.variety import Quadrant

_NUMBER = "number"
_FROM = "group of activities, employment areas of the nation, year, source"

NATION: dict[str, Meaning] = {
    "technology.complexity_unknown": claim(
        "Complexity needs the whole nation's data, and those loaded cover one area."
    ),
    "technology.complex": claim(
        "Upper side of the complexity axis: complexity of the activity in the nation, from the "
        "mean of all.",
        _NUMBER,
        "standard deviations",
        _FROM,
    ),
    "technology.simple": claim("The same, lower side.", _NUMBER, "standard deviations", _FROM),
    "technology.skill_density": claim(
        "Of what asks for the same skills as the activity, weighted by relatedness, the share the "
        "commune is specialised in.",
        _NUMBER,
        "share",
        "source, year",
    ),
    "technology.quotient_in_nation": claim(
        "Share of the activity in the territory over its share in the nation.",
        _NUMBER,
        "quotient",
        "group of activities",
    ),
} | {
    f"technology.quadrant.{where}": claim(
        "Quadrant of relatedness and complexity in which the activity lies.", about="NAF code"
    )
    for where in Quadrant
}

JOBS_TABLE: dict[str, Meaning] = {
    "jobs.multiplier.table": claim(
        "Multiplier of the territory's input-output table (type I): jobs at suppliers.",
        "estimate",
        "factor",
    ),
    "jobs.multiplier.branch": claim(
        "Jobs in all, in the nation of the table, for one job of the branch.",
        _NUMBER,
        "factor",
        "activity, branch, source, year",
    ),
    "jobs.multiplier.set_aside": claim(
        "The applicant's own multiplier, which is not used beside the table.", "estimate", "factor"
    ),
    "jobs.multiplier.table_lacks": claim(
        "A table is loaded and has no multiplier for these activities, or none was said.",
        about="NAF codes",
    ),
}

ABSENT: dict[str, Meaning] = {
    "tables.absent": claim("Tables of the nation that are not loaded for this territory."),
    "tables.no_complexity": claim("No map of the nation: the complexity of activities is unknown."),
    "tables.no_input_output": claim("No input-output table: what follows at suppliers is a range."),
    "tables.no_skills": claim("No table of skill relatedness: closeness by skills is unknown."),
}

WARNED: dict[str, Meaning] = {
    "jobs.multiplier_set_aside": warning(
        "The applicant's multiplier was set aside: the territory's table gives one, and never both."
    ),
}
