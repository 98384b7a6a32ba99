"""The words about the nation's map and tables. A part of ``phrases.py``."""

from services.notify.desk.wording.language import mark
from services.notify.desk.wording.words import Phrase

NATION_WARNINGS = {
    "jobs.multiplier_set_aside": mark(
        "The applicant's multiplier was set aside: the territory's input-output table gives one, "
        "and the two are never used together."
    ),
}

NATION = {
    "jobs.multiplier.table": Phrase(mark("Follow at suppliers here (input-output table)")),
    "jobs.multiplier.branch": Phrase(
        mark(
            "For one job of %(first)s, branch %(second)s of the table, in all (%(third)s, "
            "%(fourth)s)"
        )
    ),
    "jobs.multiplier.set_aside": Phrase(
        mark("The applicant's own multiplier, set aside: never two multipliers")
    ),
    "jobs.multiplier.table_lacks": Phrase(
        mark("The input-output table has no multiplier for this project's activities: %(about)s")
    ),
    "technology.skill_density": Phrase(
        mark(
            "By skills: of what asks for the same skills, the commune is strong in (%(first)s, "
            "%(second)s)"
        )
    ),
    "technology.complexity_unknown": Phrase(
        mark(
            "The complexity of the activity is not known: the data loaded cover one area, and it "
            "takes those of the whole country"
        )
    ),
    "technology.complex": Phrase(
        mark(
            "Complex: complexity of the group %(first)s among %(second)s employment areas at the "
            "end of %(third)s (%(fourth)s)"
        )
    ),
    "technology.simple": Phrase(
        mark(
            "Not complex: complexity of the group %(first)s among %(second)s employment areas at "
            "the end of %(third)s (%(fourth)s)"
        )
    ),
    "technology.quotient_in_nation": Phrase(
        mark("Weight of the group %(first)s in the territory, against the whole country")
    ),
    "technology.quadrant.related_complex": Phrase(
        mark("%(first)s is related to what is there, and complex: worth opening first")
    ),
    "technology.quadrant.related_simple": Phrase(
        mark("%(first)s is related to what is there, and not complex: easy, and brings little")
    ),
    "technology.quadrant.unrelated_complex": Phrase(
        mark("%(first)s is complex, and not closely related to what is there: a bet")
    ),
    "technology.quadrant.unrelated_simple": Phrase(
        mark("%(first)s is neither related to what is there nor complex")
    ),
}

ABSENT = {
    "tables.absent": Phrase(mark("Tables that are not loaded for this territory")),
    "tables.no_complexity": Phrase(
        mark("No file of the whole country: the complexity of activities is not known")
    ),
    "tables.no_input_output": Phrase(
        mark("No input-output table: what follows at suppliers is said or a published range")
    ),
    "tables.no_skills": Phrase(
        mark("No table of skill relatedness: how close activities are by skills is not known")
    ),
}
