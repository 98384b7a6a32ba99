"""What is said of technology and industry, and of the tables of the nation it is read from
(``territory/technology.py``, ``territory/nation.py``).
"""

from services.method.claims.meaning import ESTIMATE, NUMBER, Meaning, claim, veto, warning
from services.method.territory import nation, technology
from services.method.territory.potential import parameters as potential

CLAIMS: dict[str, Meaning] = {
    "veto.technology_lost": veto(
        "The territory would lose an activity it is strong in, or a technology.",
        rests_on=(technology.ACTIVITY_LEAVES, technology.TRANSFERRED_OUT),
    ),
    "technology.level": claim("Technology and industry", NUMBER, "level"),
    "technology.unknown": claim("Nothing was said about technology"),
    "technology.asset_open": claim("A shared asset is open to firms outside the group"),
    # Relatedness and complexity were not measured; nor in the next claim the score.
    "technology.opens": claim("New activities are opened: %(about)s", about="NAF codes"),
    "technology.deepens": claim("Activities are made larger: %(about)s", about="NAF codes"),
    "technology.already_special": claim(
        "Commune %(second)s is specialised in %(first)s already", about="NAF code, commune"
    ),
    # Of the past: how many came.
    "technology.usual_share": claim("Of all candidates", NUMBER, "share"),
    # The two sides of the axis of relatedness, then the median over all candidates.
    "technology.related": claim(
        "Related to what is there: of what is close to it, the commune is strong in",
        NUMBER,
        "share",
    ),
    "technology.unrelated": claim(
        "Not closely related: of what is close to it, the commune is strong in only",
        NUMBER,
        "share",
    ),
    "technology.relatedness_median": claim(
        "Half of all candidates have less than", NUMBER, "share"
    ),
    "technology.complexity_unknown": claim(
        "The complexity of the activity is not known: the data loaded cover one area, and it "
        "takes those of the whole country"
    ),
    # The two sides of the axis of complexity, from the mean of all.
    "technology.complex": claim(
        "Complex: complexity of the group %(first)s among %(second)s employment areas at the "
        "end of %(third)s (%(fourth)s)",
        NUMBER,
        "standard deviations",
        about="group of activities, employment areas of the nation, year, source",
    ),
    "technology.simple": claim(
        "Not complex: complexity of the group %(first)s among %(second)s employment areas at "
        "the end of %(third)s (%(fourth)s)",
        NUMBER,
        "standard deviations",
        about="group of activities, employment areas of the nation, year, source",
    ),
    # Weighted by relatedness.
    "technology.skill_density": claim(
        "By skills: of what asks for the same skills, the commune is strong in (%(first)s, "
        "%(second)s)",
        NUMBER,
        "share",
        about="source, year",
    ),
    "technology.quotient_in_nation": claim(
        "Weight of the group %(first)s in the territory, against the whole country",
        NUMBER,
        "quotient",
        about="group of activities",
    ),
    "technology.quadrant.related_complex": claim(
        "%(first)s is related to what is there, and complex: worth opening first", about="NAF code"
    ),
    "technology.quadrant.related_simple": claim(
        "%(first)s is related to what is there, and not complex: easy, and brings little",
        about="NAF code",
    ),
    "technology.quadrant.unrelated_complex": claim(
        "%(first)s is complex, and not closely related to what is there: a bet", about="NAF code"
    ),
    "technology.quadrant.unrelated_simple": claim(
        "%(first)s is neither related to what is there nor complex", about="NAF code"
    ),
    "technology.leaves_no_speciality": claim(
        "An activity leaves that no commune of the firms is specialised in: %(about)s",
        about="NAF codes",
    ),
    # The past of the territory was not asked.
    "technology.indicator_untested": claim(
        "The indicator was not tested on this territory's past: its data do not go back"
    ),
    "technology.transferred_out": claim("A technology is transferred out of the territory"),
    "technology.activity_leaves": claim(
        "An activity leaves the territory", about="NAF codes, where they were said"
    ),
    "technology.harm_unknown": claim(
        "It was not said whether an activity leaves or a technology is transferred out"
    ),
    "technology.no_effect": claim("No effect declared"),
    "tables.absent": claim("Tables that are not loaded for this territory"),
    "tables.no_complexity": claim(
        "No file of the whole country: the complexity of activities is not known"
    ),
    "tables.no_input_output": claim(
        "No input-output table: what follows at suppliers is said or a published range"
    ),
    "tables.no_skills": claim(
        "No table of skill relatedness: how close activities are by skills is not known"
    ),
    "technology.opens.new": claim(
        "%(first)s is new to commune %(second)s; of such activities, those that came within "
        "five years in this territory's past",
        ESTIMATE,
        "share",
        about="NAF code, commune",
    ),
    "technology.deepens.new": claim(
        "%(first)s is not present yet in commune %(second)s; of such activities, those that "
        "came within five years",
        ESTIMATE,
        "share",
        about="NAF code, commune",
    ),
    "technology.earned.new": claim(
        "What the indicator of new activities has earned here, %(first)s to %(second)s: it "
        "put one that came before one that did not",
        NUMBER,
        "area",
        about="first year, last year",
    ),
    "technology.opens.grown": claim(
        "%(first)s is already present in commune %(second)s; of such activities, those the "
        "commune became specialised in within five years",
        ESTIMATE,
        "share",
        about="NAF code, commune",
    ),
    "technology.deepens.grown": claim(
        "%(first)s grows in commune %(second)s; of such activities, those the commune became "
        "specialised in within five years",
        ESTIMATE,
        "share",
        about="NAF code, commune",
    ),
    "technology.earned.grown": claim(
        "What the indicator of growing activities has earned here, %(first)s to %(second)s: "
        "it put one that grew before one that did not",
        NUMBER,
        "area",
        about="first year, last year",
    ),
    "technology.baseline_density": claim("Relatedness density alone", NUMBER, "area"),
    "technology.baseline_ubiquity": claim("Ubiquity alone", NUMBER, "area"),
    "technology.baseline_diversity": claim("Diversity alone", NUMBER, "area"),
    "technology.indicator_no_better": warning(
        "In this territory's past the indicator was not surely better than counting how "
        "common an activity is: its favourable end counts for nothing at worst.",
        rests_on=(potential.DEVIATES,),
    ),
    "technology.not_measured": warning(
        "The effect on technology was declared, not measured.",
        rests_on=(
            technology.OPENS_ACTIVITY,
            technology.DEEPENS_ACTIVITY,
            technology.ACTIVITY_LEAVES,
            nation.FEWEST_PLACES,
        ),
    ),
}
