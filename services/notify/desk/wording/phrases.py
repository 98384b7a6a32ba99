"""What each code of the method means, in words, and whose figure it carries.

One entry per code of ``services.method.codes``; a test refuses a code without words. ``%(about)s``
lists all names of the claim, ``%(first)s`` to ``%(fourth)s`` its names one by one.
"""

from collections.abc import Mapping
from types import MappingProxyType

from contracts.vocabulary.proposal import ImageAnchor
from services.notify.desk.visibility import Visibility
from services.notify.desk.wording.language import mark
from services.notify.desk.wording.phrases_aid import AID, GLOCALISATION
from services.notify.desk.wording.phrases_changes import CHANGES
from services.notify.desk.wording.phrases_draws import DRAWS
from services.notify.desk.wording.phrases_image import IMAGE_FIGURES
from services.notify.desk.wording.phrases_nation import ABSENT, NATION, NATION_WARNINGS
from services.notify.desk.wording.phrases_partnership import PARTNERSHIP
from services.notify.desk.wording.words import LABELS, Phrase

_FIRM, _GROUP = Visibility.FIRM, Visibility.GROUP

VETOES: Mapping[str, str] = MappingProxyType(
    {
        "veto.net_jobs_negative": mark("The territory would lose more jobs than it gains."),
        "veto.technology_lost": mark(
            "The territory would lose an activity it is strong in, or a technology."
        ),
        "veto.operation_prohibited": mark(
            "The competition authority has prohibited the operation."
        ),
        "veto.carbon_without_appraisal": mark(
            "Net emissions are very large and no carbon appraisal has been published."
        ),
        "veto.carbon_above_share_of_gain": mark(
            "The cost of the carbon emitted is too large beside what the firms gain."
        ),
    }
)

CLAIMS: Mapping[str, Phrase] = MappingProxyType(
    {
        **{f"verdict.{label}": Phrase(words) for label, words in LABELS.items()},
        "verdict.missing": Phrase(mark("Missing: %(about)s")),
        # The territory together
        "territory.loses": Phrase(mark("The territory loses")),
        "territory.indifferent": Phrase(mark("The territory neither wins nor loses")),
        "territory.wins": Phrase(mark("The territory wins")),
        "territory.wins_twice": Phrase(mark("The territory wins on at least two counts")),
        **{code: Phrase(words) for code, words in VETOES.items()},
        # Outside aid. It may be a firm's threshold and a euro, which gives its result away.
        "aid.needed": Phrase(mark("Outside aid after which every firm wins"), _FIRM),
        "aid.present_value": Phrase(mark("Its present value over the horizon"), _FIRM),
        "aid.per_net_job": Phrase(mark("The same per net job"), _FIRM),
        "aid.requested": Phrase(mark("Aid requested")),
        "aid.requested_per_net_job": Phrase(mark("Aid requested per net job")),
        "aid.no_net_job": Phrase(mark("No net job to divide it by")),
        "aid.below_reference": Phrase(mark("Below what past schemes cost")),
        "aid.within_reference": Phrase(mark("Within what past schemes cost")),
        "aid.above_reference": Phrase(mark("Above what past schemes cost")),
        # The firms together
        "firms.not_computed": Phrase(mark("Too many firms for their side to be computed")),
        "firms.missing": Phrase(mark("The firms' side cannot be computed without %(about)s")),
        "firms.no_gain": Phrase(mark("The firms gain nothing together")),
        "firms.unstable": Phrase(mark("The firms gain together, but some would rather leave")),
        "firms.not_every_firm_gains": Phrase(
            mark("The firms gain together, but no stable sharing lets each of them win")
        ),
        "firms.win_under_contract": Phrase(mark("Every firm wins under a sharing contract")),
        "firms.win_as_announced": Phrase(mark("Every firm wins with the results it announced")),
        "firms.gain": Phrase(mark("Gain of the whole group over staying alone"), _GROUP),
        "firms.synergies": Phrase(mark("Synergies and conflicts declared, in all"), _GROUP),
        # Below zero where sharing costs more than it saves.
        "firms.shared_cost_saved": Phrase(
            mark("Effect of sharing a function, against each on its own"), _GROUP
        ),
        "firms.blocking": Phrase(
            mark("Would rather leave together: %(about)s; what they would gain by it"),
            _FIRM,
            mark("Would rather leave: %(about)s; what it would gain by it"),
        ),
        "firms.gets_nothing": Phrase(
            mark("Win nothing in any stable sharing: %(about)s"),
            alone=mark("Wins nothing in any stable sharing: %(about)s"),
        ),
        "firms.cost_of_stability": Phrase(mark("Outside aid that makes the group hold"), _FIRM),
        "firms.needed_aid": Phrase(mark("Outside aid that also makes every firm win"), _FIRM),
        "firms.least_core": Phrase(
            mark("Cost of leaving after which no subgroup would leave"), _FIRM
        ),
        "firms.proof": Phrase(
            mark(
                "Proof that no sharing is stable: counted with the weights below, every firm is in "
                "these subgroups exactly once, and together they have more than the whole group, by"
            ),
            _FIRM,
        ),
        "firms.proof_group": Phrase(mark("%(about)s, with the weight")),
        "firms.proof_surplus": Phrase(mark("What they have together beyond each alone"), _FIRM),
        "firms.excluded_groups": Phrase(
            mark("Subgroups that law or contract forbids to act without the others")
        ),
        "firms.notions_not_computed": Phrase(
            mark("Too many firms to look at every subgroup; no longer computed: %(about)s")
        ),
        "firms.search_ended": Phrase(
            mark("The search for the worst cut in two did not end: the firms' side is not computed")
        ),
        "firms.announced.partly": Phrase(
            mark("Only some firms announced a result; silent: %(about)s")
        ),
        "firms.announced.sum_differs": Phrase(
            mark("The results announced do not add up to the group's; difference"), _GROUP
        ),
        "firms.sharing.shapley": Phrase(
            mark("Sharing shown, by the Shapley value: each firm receives what it adds on average")
        ),
        "firms.sharing.nucleolus": Phrase(
            mark("Sharing shown, by the nucleolus: the least satisfied subgroup is served first")
        ),
        "firms.sharing.max_min": Phrase(
            mark("Sharing shown, by max-min: the firm that gains least gains as much as possible")
        ),
        "firms.firm_wins": Phrase(mark("%(about)s wins; its gain"), _FIRM),
        "firms.firm_does_not_win": Phrase(mark("%(about)s does not win; its gain"), _FIRM),
        **PARTNERSHIP,
        **DRAWS,
        **AID,
        **GLOCALISATION,
        **CHANGES,
        # Jobs
        "jobs.net": Phrase(mark("Net jobs")),
        "jobs.remaining": Phrase(mark("Remaining")),
        "jobs.gross.missing": Phrase(mark("The number of jobs created was not said")),
        "jobs.gross.said": Phrase(mark("Jobs announced")),
        "jobs.deadweight.said": Phrase(mark("Would have come anyway")),
        "jobs.deadweight.unknown": Phrase(mark("Would have come anyway (not said)")),
        "jobs.leakage.said": Phrase(mark("Go outside the territory")),
        "jobs.leakage.unknown": Phrase(mark("Go outside the territory (not said)")),
        "jobs.displacement.said": Phrase(mark("Taken from other local firms")),
        "jobs.displacement.unknown": Phrase(mark("Taken from other firms (not said)")),
        "jobs.substitution.said": Phrase(mark("Replace others in the firm")),
        "jobs.substitution.unknown": Phrase(mark("Replace others in the firm (not said)")),
        "jobs.multiplier.said": Phrase(mark("Follow elsewhere locally")),
        "jobs.multiplier.unknown": Phrase(mark("Follow elsewhere locally (not said)")),
        "jobs.multiplier.none": Phrase(mark("Follow elsewhere: none, sells locally")),
        "jobs.reference.said": Phrase(mark("Without the project")),
        "jobs.full_time.said": Phrase(mark("Full-time equivalents of one job")),
        "jobs.permanent.said": Phrase(mark("Of the announced jobs, permanent")),
        "jobs.survival.supported": Phrase(
            mark("Supported firms that live on after %(first)s years (%(second)s)")
        ),
        "jobs.survival.reference": Phrase(
            mark("Firms that would live on anyway after %(first)s years (%(second)s)")
        ),
        "jobs.destroyed.said": Phrase(mark("Destroyed")),
        "jobs.destroyed.unknown": Phrase(mark("Destroyed (not said)")),
        # Technology and industry
        "technology.level": Phrase(mark("Technology and industry")),
        "technology.unknown": Phrase(mark("Nothing was said about technology")),
        "technology.asset_open": Phrase(mark("A shared asset is open to firms outside the group")),
        "technology.opens": Phrase(mark("New activities are opened: %(about)s")),
        "technology.deepens": Phrase(mark("Activities are made larger: %(about)s")),
        "technology.opens.new": Phrase(
            mark(
                "%(first)s is new to commune %(second)s; of such activities, those that came "
                "within five years in this territory's past"
            )
        ),
        "technology.opens.grown": Phrase(
            mark(
                "%(first)s is already present in commune %(second)s; of such activities, those "
                "the commune became specialised in within five years"
            )
        ),
        "technology.deepens.new": Phrase(
            mark(
                "%(first)s is not present yet in commune %(second)s; of such activities, those "
                "that came within five years"
            )
        ),
        "technology.deepens.grown": Phrase(
            mark(
                "%(first)s grows in commune %(second)s; of such activities, those the commune "
                "became specialised in within five years"
            )
        ),
        "technology.usual_share": Phrase(mark("Of all candidates")),
        "technology.related": Phrase(
            mark("Related to what is there: of what is close to it, the commune is strong in")
        ),
        "technology.unrelated": Phrase(
            mark("Not closely related: of what is close to it, the commune is strong in only")
        ),
        "technology.relatedness_median": Phrase(mark("Half of all candidates have less than")),
        "technology.already_special": Phrase(
            mark("Commune %(second)s is specialised in %(first)s already")
        ),
        **NATION,
        "technology.leaves_no_speciality": Phrase(
            mark("An activity leaves that no commune of the firms is specialised in: %(about)s")
        ),
        "technology.indicator_untested": Phrase(
            mark("The indicator was not tested on this territory's past: its data do not go back")
        ),
        "technology.earned.new": Phrase(
            mark(
                "What the indicator of new activities has earned here, %(first)s to %(second)s: "
                "it put one that came before one that did not"
            )
        ),
        "technology.earned.grown": Phrase(
            mark(
                "What the indicator of growing activities has earned here, %(first)s to "
                "%(second)s: it put one that grew before one that did not"
            )
        ),
        "technology.baseline_density": Phrase(mark("Relatedness density alone")),
        "technology.baseline_ubiquity": Phrase(mark("Ubiquity alone")),
        "technology.baseline_diversity": Phrase(mark("Diversity alone")),
        "technology.transferred_out": Phrase(
            mark("A technology is transferred out of the territory")
        ),
        "technology.activity_leaves": Phrase(mark("An activity leaves the territory")),
        "technology.harm_unknown": Phrase(
            mark("It was not said whether an activity leaves or a technology is transferred out")
        ),
        "technology.no_effect": Phrase(mark("No effect declared")),
        # Image
        "image.level": Phrase(mark("Image")),
        "image.unknown": Phrase(mark("Nothing was said about image")),
        "image.no_evidence": Phrase(mark("No dated document")),
        **IMAGE_FIGURES,
        **ABSENT,
        "image.evidence": Phrase(mark("%(first)s: “%(second)s” (%(third)s, %(fourth)s); level")),
        # Carbon
        "carbon.unknown": Phrase(mark("Emissions were not said")),
        "carbon.net": Phrase(mark("Net emissions")),
        "carbon.emitted.said": Phrase(mark("Emitted")),
        "carbon.avoided.said": Phrase(mark("Avoided")),
        "carbon.avoided.unknown": Phrase(mark("Avoided emissions were not said and do not count")),
        "carbon.present_value": Phrase(mark("Present value of the net emissions over the horizon")),
        "pollution.level": Phrase(mark("Pollution")),
        # Beside the carbon's present value, which is public, this share gives the gain away.
        "pollution.share_of_gain": Phrase(
            mark(
                "Value of the carbon, emitted or avoided, as a share of the firms' gain, both as "
                "present values"
            ),
            _GROUP,
        ),
        # Concentration
        "concentration.level": Phrase(mark("Concentration")),
        "concentration.market_unknown": Phrase(mark("The market was not described")),
        "concentration.index_after": Phrase(
            mark("Concentration index of the market “%(first)s” (%(second)s) after the project")
        ),
        "concentration.index_change": Phrase(mark("Change of that index, at most")),
        "concentration.staff_unknown": Phrase(mark("The staff of some firms was not said")),
        "concentration.employment_before": Phrase(
            mark("Concentration of the territory's employment over activities, before")
        ),
        "concentration.employment_after": Phrase(
            mark("With the announced jobs, spread evenly over %(about)s"),
            alone=mark("With the announced jobs, all in %(about)s"),
        ),
        "concentration.employer_share": Phrase(
            mark("One firm's share of the territory's private employment")
        ),
        "concentration.prohibited": Phrase(
            mark("The competition authority has prohibited the operation")
        ),
        "concentration.prohibition_unknown": Phrase(
            mark("It was not said whether the operation has been prohibited")
        ),
    }
)

WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "beyond_scale": mark(
            "A figure was larger than any this method carries and was cut: check its unit."
        ),
        "tie.margin": mark(
            "A firm's gain equals the threshold exactly: a tie, counted as not winning."
        ),
        "tie.gain": mark("The group's gain rounds to zero: a tie, counted as no gain."),
        "tie.jobs": mark("Net jobs equal a threshold exactly: a tie, counted at the lower level."),
        "tie.carbon": mark(
            "A carbon figure equals a threshold exactly: a tie, counted against the project."
        ),
        "tie.concentration": mark(
            "The concentration index equals a line exactly: a tie, counted as above it."
        ),
        "tie.employer": mark(
            "One firm's share of employment equals the line exactly: a tie, counted as above it."
        ),
        "announced_partly": mark(
            "Only some firms announced a result, so the announced results cannot be judged."
        ),
        "announced_sum_differs": mark(
            "The results announced do not add up to what the group earns: ask the partner why."
        ),
        "jobs.interval_contains_zero": mark(
            "Net jobs could be zero or less: the territory might not gain a single job."
        ),
        "jobs.local_multiplier_not_tradable": mark(
            "Further local jobs are claimed although the activity does not sell outside the "
            "territory: customers would mostly move from other local firms."
        ),
        **NATION_WARNINGS,
        "technology.indicator_no_better": mark(
            "In this territory's past the indicator was not surely better than counting how common "
            "an activity is: its favourable end counts for nothing at worst."
        ),
        "technology.not_measured": mark("The effect on technology was declared, not measured."),
        "image.damage": mark("A document shows damage to the territory's image."),
        "image.evidence_in_the_future": mark(
            "A document is dated in the future: it counts as an intention only."
        ),
        "carbon.path_extrapolated": mark(
            "The project outlasts the official value of carbon, which was continued beyond its end."
        ),
        "concentration.to_be_examined": mark(
            "Market concentration lies above the European line: to be examined by the competition "
            "authority. The line is a first indication, not a presumption."
        ),
        "concentration.dominant_employer": mark(
            "One employer would hold a large share of the territory's jobs."
        ),
    }
)

ANCHORS: Mapping[ImageAnchor, str] = MappingProxyType(
    {
        ImageAnchor.DOCUMENTED_DAMAGE: mark("documented damage"),
        ImageAnchor.ORGANISED_OPPOSITION: mark("organised local opposition"),
        ImageAnchor.TERRITORY_NAME_USED_OUTSIDE: mark(
            "the territory's name is used outside the region"
        ),
        ImageAnchor.CERTIFIED_THIRD_OF_MEMBERS: mark(
            "at least a third of the members are newly certified"
        ),
        ImageAnchor.STAND_UNDER_TERRITORY_NAME: mark("a stand under the territory's name"),
        ImageAnchor.LABEL_GRANTED: mark("a label was granted"),
        ImageAnchor.CITED_BY_OUTSIDE_FIRMS: mark("cited by firms that settled here"),
        ImageAnchor.RECURRENT_INTERNATIONAL_EVENT: mark("a recurrent international event"),
    }
)
