"""The words of the method about the partnership: questions, factors, feasibility.

A part of ``codes.py``, which lists them all.
"""

from services.method.meanings import Meaning, claim

_EUR = "EUR/year"
_NUMBER, _STATE = "number", "state"
_PAIR = "identifiers of the two firms"

QUESTIONS: dict[str, Meaning] = {
    "question.prospecting_overlap": claim(
        "Shared prospecting is declared (the value), and the customers of the two overlap.",
        _NUMBER,
        _EUR,
        _PAIR,
    ),
    "question.conflict_without_overlap": claim(
        "A conflict is declared (the value), and neither customers nor ranges overlap.",
        _NUMBER,
        _EUR,
        _PAIR,
    ),
    "question.competitors_without_conflict": claim(
        "Customers and ranges overlap, and no conflict is declared.", about=_PAIR
    ),
    "question.too_little_in_common": claim(
        "Learning together is declared (the value), and the two have little in common.",
        _NUMBER,
        _EUR,
        _PAIR,
    ),
    "question.too_much_in_common": claim(
        "Learning together is declared (the value), and the two know the same.",
        _NUMBER,
        _EUR,
        _PAIR,
    ),
    "question.mechanism_too_near": claim(
        "The declared mechanism of coordination does not bear the distance (the value).",
        _NUMBER,
        "km",
        "identifiers of the farthest two firms, mechanism",
    ),
    "suggestion.mechanism": claim("A mechanism that bears the distance.", about="mechanism"),
}

FACTORS: dict[str, Meaning] = {
    f"factor.{name}": claim(says, _NUMBER, "share", _PAIR)
    for name, says in {
        "customer_overlap": "Overlap of their shares by kind of customer.",
        "product_overlap": "Overlap of their shares by product range.",
        "technology": "Cosine of their shares by technology.",
        "naf": "Wu-Palmer similarity of their activities.",
    }.items()
}

GROUP: dict[str, Meaning] = {
    "group.skill_table": claim(
        "The table that the skill relatedness of pairs comes from.", about="source, year"
    ),
    "group.size_evenness": claim("Evenness of the firms' staff (Pielou); 1 when equal.", _NUMBER),
    "group.related_variety": claim(
        "Variety of activities inside the same divisions.", _NUMBER, "bits"
    ),
    "group.unrelated_variety": claim("Variety of divisions.", _NUMBER, "bits"),
} | {
    f"mix.{name}": claim(f"Declared proximity ({name}), from 1 to 5.", _NUMBER, "of 5")
    for name in (
        "spatial",
        "hierarchical",
        "intra_functional",
        "coordination",
        "information_systems",
        "temporal",
    )
}

FEASIBILITY: dict[str, Meaning] = {
    f"feasibility.{name}": claim(says, _STATE, "state")
    for name, says in {
        "partners_searched": "Partners were searched for.",
        "sizes_balanced": "Sizes are balanced; a warning, never a veto.",
        "synergies_evaluated": "Synergies were evaluated.",
        "competition_avoided": "Situations too competitive were avoided.",
        "common_strategy": "A common strategic reflection took place.",
        "commitment_contract": "Commitment and use of the manager are under contract.",
        "manager_near": "The shared manager is not dispersed.",
        "pay_rule": "The rule of the manager's pay is fixed.",
        "same_customers": "The members sell to the same kind of customers.",
        "ranges_apart": "Their ranges do not overlap, or only at the margin.",
        "territories_complementary": "Their territories complement each other.",
        "return_in_time": "A return is expected within the horizon.",
        "usual_size": "The group has the usual number of members.",
        "groups_described": "The groups inside the incubator are described.",
        "several_funders": "More than one funder takes part.",
        "funding_decided": "Every part of the funding is decided.",
        "label": "The label NF X50-770 is granted.",
        "carried_firms_gain": "Every carried firm wins in the shown sharing.",
        "fee_agreed": "The fee for carriage is agreed.",
        "deadweight_fits_survival": "The deadweight said fits the survival of firms elsewhere.",
    }.items()
} | {
    "feasibility.carrier_not_by_loss": claim(
        "The carrier does not gain by a loss of the carried, as announced; about who would lose.",
        _STATE,
        "state",
        "identifiers of the firms",
    ),
    "feasibility.size_balance": claim("Smallest over largest staff of a pair.", _NUMBER, "share"),
    "feasibility.travel": claim("Longest travel between two members.", _NUMBER, "minutes"),
    "feasibility.pay": claim("How the manager is paid.", about="rule"),
    "feasibility.years_before_return": claim("Years before a return.", _NUMBER, "years"),
    "feasibility.members": claim("Members of the group.", _NUMBER, "firms"),
    "feasibility.label_state": claim("Where the label stands.", about="state"),
    "feasibility.funding_open": claim("Funding not decided yet.", _NUMBER, "EUR"),
    "feasibility.survival_ratio": claim(
        "Survival elsewhere over survival here: the share that would have lived anyway.",
        _NUMBER,
        "share",
    ),
}

PARTNERSHIP = QUESTIONS | FACTORS | GROUP | FEASIBILITY
