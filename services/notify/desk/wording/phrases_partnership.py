"""The words about the partnership: questions to the applicant, factors, feasibility.

A part of ``phrases.py``. What two firms have in common is theirs: figures are for the officer.
"""

from services.notify.desk.visibility import Visibility
from services.notify.desk.wording.language import mark
from services.notify.desk.wording.words import Phrase

_FIRM = Visibility.FIRM

PARTNERSHIP = {
    "question.prospecting_overlap": Phrase(
        mark(
            "%(first)s and %(second)s declare shared prospecting, and their customers overlap: do "
            "they not compete for them? Declared"
        ),
        _FIRM,
    ),
    "question.conflict_without_overlap": Phrase(
        mark(
            "%(first)s and %(second)s declare a conflict, and neither their customers nor their "
            "ranges overlap: where do they meet? Declared"
        ),
        _FIRM,
    ),
    "question.competitors_without_conflict": Phrase(
        mark(
            "%(first)s and %(second)s sell much the same range to much the same customers, and "
            "declare no conflict: how do they avoid one?"
        )
    ),
    "question.too_little_in_common": Phrase(
        mark(
            "%(first)s and %(second)s declare that they learn together, and have little in common: "
            "what makes them understand each other? Declared"
        ),
        _FIRM,
    ),
    "question.too_much_in_common": Phrase(
        mark(
            "%(first)s and %(second)s declare that they learn together, and know the same already: "
            "what does one learn from the other? Declared"
        ),
        _FIRM,
    ),
    "question.mechanism_too_near": Phrase(
        mark(
            "The partners coordinate by %(third)s, which needs proximity; %(first)s and %(second)s "
            "are far apart"
        )
    ),
    "suggestion.mechanism": Phrase(mark("This distance is borne by %(about)s")),
    "factor.customer_overlap": Phrase(mark("Their customers overlap by"), _FIRM),
    "factor.product_overlap": Phrase(mark("Their ranges overlap by"), _FIRM),
    "factor.technology": Phrase(mark("Closeness of their technologies"), _FIRM),
    "factor.naf": Phrase(mark("Closeness of their activities in the nomenclature")),
    "group.skill_table": Phrase(mark("Skill relatedness of pairs: %(first)s, %(second)s")),
    "group.size_evenness": Phrase(mark("Evenness of sizes (1: all equal)")),
    "group.related_variety": Phrase(mark("Variety of activities inside the same divisions")),
    "group.unrelated_variety": Phrase(mark("Variety of divisions of activity")),
    "mix.spatial": Phrase(mark("Spatial proximity")),
    "mix.hierarchical": Phrase(mark("Hierarchical proximity")),
    "mix.intra_functional": Phrase(mark("Intra-functional proximity")),
    "mix.coordination": Phrase(mark("Proximity of coordination")),
    "mix.information_systems": Phrase(mark("Proximity of information systems")),
    "mix.temporal": Phrase(mark("Temporal proximity")),
    "feasibility.partners_searched": Phrase(mark("Partners were searched for")),
    "feasibility.sizes_balanced": Phrase(
        mark("Sizes of the firms are balanced (a warning, never a veto)")
    ),
    "feasibility.synergies_evaluated": Phrase(mark("Synergies were evaluated")),
    "feasibility.competition_avoided": Phrase(mark("Situations too competitive were avoided")),
    "feasibility.common_strategy": Phrase(mark("A common strategy was thought through")),
    "feasibility.commitment_contract": Phrase(
        mark("Commitment and use of the shared manager are under contract")
    ),
    "feasibility.manager_near": Phrase(mark("The shared manager is not dispersed")),
    "feasibility.pay_rule": Phrase(mark("The rule of the manager's pay is fixed")),
    "feasibility.same_customers": Phrase(mark("The members sell to the same kind of customers")),
    "feasibility.ranges_apart": Phrase(mark("Their ranges do not overlap, or only at the margin")),
    "feasibility.territories_complementary": Phrase(mark("Their markets complement each other")),
    "feasibility.return_in_time": Phrase(mark("A return is expected within the horizon")),
    "feasibility.usual_size": Phrase(mark("The number of members is the usual one")),
    "feasibility.groups_described": Phrase(mark("The groups inside the incubator are described")),
    "feasibility.several_funders": Phrase(mark("More than one funder takes part")),
    "feasibility.funding_decided": Phrase(mark("Every part of the funding is decided")),
    "feasibility.label": Phrase(mark("The label NF X50-770 is granted")),
    "feasibility.carried_firms_gain": Phrase(mark("Every carried firm wins")),
    "feasibility.carrier_not_by_loss": Phrase(
        mark("The carrier does not gain, as announced, while a carried firm loses")
    ),
    "feasibility.fee_agreed": Phrase(mark("The fee for carriage is agreed")),
    "feasibility.deadweight_fits_survival": Phrase(
        mark("The share of jobs that would have come anyway fits the survival of firms elsewhere")
    ),
    "feasibility.size_balance": Phrase(mark("Smallest staff beside the largest"), _FIRM),
    "feasibility.travel": Phrase(mark("Longest travel between two members")),
    "feasibility.pay": Phrase(mark("The manager is paid %(about)s")),
    "feasibility.years_before_return": Phrase(mark("Before a return")),
    "feasibility.members": Phrase(mark("Members")),
    "feasibility.label_state": Phrase(mark("The label is %(about)s")),
    "feasibility.funding_open": Phrase(mark("Still open")),
    "feasibility.survival_ratio": Phrase(
        mark("Survival of firms elsewhere beside survival of those supported")
    ),
}
