"""What is said of the partnership: questions to the applicant, factors, feasibility (``firms/``).

What two firms have in common is theirs: figures are for the officer.
"""

from services.method.claims.meaning import NUMBER, Meaning, Visibility, claim

CLAIMS: dict[str, Meaning] = {
    "question.prospecting_overlap": claim(
        "%(first)s and %(second)s declare shared prospecting, and their customers overlap: "
        "do they not compete for them? Declared",
        NUMBER,
        "EUR/year",
        about="identifiers of the two firms",
        whose=Visibility.FIRM,
    ),
    "question.conflict_without_overlap": claim(
        "%(first)s and %(second)s declare a conflict, and neither their customers nor their "
        "ranges overlap: where do they meet? Declared",
        NUMBER,
        "EUR/year",
        about="identifiers of the two firms",
        whose=Visibility.FIRM,
    ),
    "question.competitors_without_conflict": claim(
        "%(first)s and %(second)s sell much the same range to much the same customers, and "
        "declare no conflict: how do they avoid one?",
        about="identifiers of the two firms",
    ),
    "question.too_little_in_common": claim(
        "%(first)s and %(second)s declare that they learn together, and have little in "
        "common: what makes them understand each other? Declared",
        NUMBER,
        "EUR/year",
        about="identifiers of the two firms",
        whose=Visibility.FIRM,
    ),
    "question.too_much_in_common": claim(
        "%(first)s and %(second)s declare that they learn together, and know the same "
        "already: what does one learn from the other? Declared",
        NUMBER,
        "EUR/year",
        about="identifiers of the two firms",
        whose=Visibility.FIRM,
    ),
    "question.mechanism_too_near": claim(
        "The partners coordinate by %(third)s, which needs proximity; %(first)s and "
        "%(second)s are far apart",
        NUMBER,
        "km",
        about="identifiers of the farthest two firms, mechanism",
    ),
    "suggestion.mechanism": claim("This distance is borne by %(about)s", about="mechanism"),
    "factor.customer_overlap": claim(
        "Their customers overlap by",
        NUMBER,
        "share",
        about="identifiers of the two firms",
        whose=Visibility.FIRM,
    ),
    "factor.product_overlap": claim(
        "Their ranges overlap by",
        NUMBER,
        "share",
        about="identifiers of the two firms",
        whose=Visibility.FIRM,
    ),
    "factor.technology": claim(
        "Closeness of their technologies",
        NUMBER,
        "share",
        about="identifiers of the two firms",
        whose=Visibility.FIRM,
    ),
    "factor.naf": claim(
        "Closeness of their activities in the nomenclature",
        NUMBER,
        "share",
        about="identifiers of the two firms",
    ),
    "group.skill_table": claim(
        "Skill relatedness of pairs: %(first)s, %(second)s", about="source, year"
    ),
    "group.size_evenness": claim("Evenness of sizes (1: all equal)", NUMBER),
    "group.related_variety": claim(
        "Variety of activities inside the same divisions", NUMBER, "bits"
    ),
    "group.unrelated_variety": claim("Variety of divisions of activity", NUMBER, "bits"),
    "mix.spatial": claim("Spatial proximity", NUMBER, "of 5"),
    "mix.hierarchical": claim("Hierarchical proximity", NUMBER, "of 5"),
    "mix.intra_functional": claim("Intra-functional proximity", NUMBER, "of 5"),
    "mix.coordination": claim("Proximity of coordination", NUMBER, "of 5"),
    "mix.information_systems": claim("Proximity of information systems", NUMBER, "of 5"),
    "mix.temporal": claim("Temporal proximity", NUMBER, "of 5"),
    "feasibility.partners_searched": claim("Partners were searched for", "state", "state"),
    "feasibility.sizes_balanced": claim(
        "Sizes of the firms are balanced (a warning, never a veto)", "state", "state"
    ),
    "feasibility.synergies_evaluated": claim("Synergies were evaluated", "state", "state"),
    "feasibility.competition_avoided": claim(
        "Situations too competitive were avoided", "state", "state"
    ),
    "feasibility.common_strategy": claim("A common strategy was thought through", "state", "state"),
    "feasibility.commitment_contract": claim(
        "Commitment and use of the shared manager are under contract", "state", "state"
    ),
    "feasibility.manager_near": claim("The shared manager is not dispersed", "state", "state"),
    "feasibility.pay_rule": claim("The rule of the manager's pay is fixed", "state", "state"),
    "feasibility.same_customers": claim(
        "The members sell to the same kind of customers", "state", "state"
    ),
    "feasibility.ranges_apart": claim(
        "Their ranges do not overlap, or only at the margin", "state", "state"
    ),
    "feasibility.territories_complementary": claim(
        "Their markets complement each other", "state", "state"
    ),
    "feasibility.return_in_time": claim(
        "A return is expected within the horizon", "state", "state"
    ),
    "feasibility.usual_size": claim("The number of members is the usual one", "state", "state"),
    "feasibility.groups_described": claim(
        "The groups inside the incubator are described", "state", "state"
    ),
    "feasibility.several_funders": claim("More than one funder takes part", "state", "state"),
    "feasibility.funding_decided": claim("Every part of the funding is decided", "state", "state"),
    "feasibility.label": claim("The label NF X50-770 is granted", "state", "state"),
    "feasibility.carried_firms_gain": claim("Every carried firm wins", "state", "state"),
    "feasibility.fee_agreed": claim("The fee for carriage is agreed", "state", "state"),
    "feasibility.deadweight_fits_survival": claim(
        "The share of jobs that would have come anyway fits the survival of firms elsewhere",
        "state",
        "state",
    ),
    # About who would lose.
    "feasibility.carrier_not_by_loss": claim(
        "The carrier does not gain, as announced, while a carried firm loses",
        "state",
        "state",
        about="identifiers of the firms",
    ),
    "feasibility.size_balance": claim(
        "Smallest staff beside the largest", NUMBER, "share", whose=Visibility.FIRM
    ),
    "feasibility.travel": claim("Longest travel between two members", NUMBER, "minutes"),
    "feasibility.pay": claim("The manager is paid %(about)s", about="rule"),
    "feasibility.years_before_return": claim("Before a return", NUMBER, "years"),
    "feasibility.members": claim("Members", NUMBER, "firms"),
    "feasibility.label_state": claim("The label is %(about)s", about="state"),
    "feasibility.funding_open": claim("Still open", NUMBER, "EUR"),
    # The share that would have lived anyway.
    "feasibility.survival_ratio": claim(
        "Survival of firms elsewhere beside survival of those supported", NUMBER, "share"
    ),
}
