"""What is said of the firms together and one by one (``firms/``)."""

from services.method.claims.meaning import ESTIMATE, NUMBER, Meaning, Visibility, claim, warning
from services.method.firms.found import ANNOUNCED_TOLERANCE, MARGIN, MARGIN_SHARE

CLAIMS: dict[str, Meaning] = {
    # F0
    "firms.no_gain": claim("The firms gain nothing together"),
    # F1: some gain more apart.
    "firms.unstable": claim("The firms gain together, but some would rather leave"),
    # F1: nobody gains more apart, and someone no more than the margin.
    "firms.not_every_firm_gains": claim(
        "The firms gain together, but no stable sharing lets each of them win"
    ),
    # F2
    "firms.win_under_contract": claim("Every firm wins under a sharing contract"),
    # F3
    "firms.win_as_announced": claim("Every firm wins with the results it announced"),
    "firms.not_computed": claim("Too many firms for their side to be computed", NUMBER, "firms"),
    "firms.missing": claim(
        "The firms' side cannot be computed without %(about)s",
        about="JSON pointers into the proposal",
    ),
    "firms.gain": claim(
        "Gain of the whole group over staying alone", ESTIMATE, "EUR/year", whose=Visibility.GROUP
    ),
    "firms.synergies": claim(
        "Synergies and conflicts declared, in all", ESTIMATE, "EUR/year", whose=Visibility.GROUP
    ),
    # Below zero where sharing costs more than it saves.
    "firms.shared_cost_saved": claim(
        "Effect of sharing a function, against each on its own",
        NUMBER,
        "EUR/year",
        whose=Visibility.GROUP,
    ),
    # The value: what they would have more than in the sharing shown.
    "firms.blocking": claim(
        "Would rather leave together: %(about)s; what they would gain by it",
        NUMBER,
        "EUR/year",
        about="identifiers of the firms",
        whose=Visibility.FIRM,
        alone="Would rather leave: %(about)s; what it would gain by it",
    ),
    # No more than their margin.
    "firms.gets_nothing": claim(
        "Win nothing in any stable sharing: %(about)s",
        about="identifiers of the firms",
        alone="Wins nothing in any stable sharing: %(about)s",
    ),
    # This and the next two: the least of it a year.
    "firms.cost_of_stability": claim(
        "Outside aid that makes the group hold", NUMBER, "EUR/year", whose=Visibility.FIRM
    ),
    "firms.needed_aid": claim(
        "Outside aid that also makes every firm win", NUMBER, "EUR/year", whose=Visibility.FIRM
    ),
    "firms.least_core": claim(
        "Cost of leaving after which no subgroup would leave",
        NUMBER,
        "EUR/year",
        whose=Visibility.FIRM,
    ),
    "firms.proof": claim(
        "Proof that no sharing is stable: counted with the weights below, every firm is in "
        "these subgroups exactly once, and together they have more than the whole group, by",
        NUMBER,
        "EUR/year",
        whose=Visibility.FIRM,
    ),
    "firms.proof_group": claim(
        "%(about)s, with the weight", NUMBER, "weight", about="identifiers of the firms"
    ),
    "firms.proof_surplus": claim(
        "What they have together beyond each alone", NUMBER, "EUR/year", whose=Visibility.FIRM
    ),
    "firms.excluded_groups": claim(
        "Subgroups that law or contract forbids to act without the others", NUMBER, "groups"
    ),
    "firms.notions_not_computed": claim(
        "Too many firms to look at every subgroup; no longer computed: %(about)s", about="notions"
    ),
    "firms.search_ended": claim(
        "The search for the worst cut in two did not end: the firms' side is not computed",
        NUMBER,
        "firms",
    ),
    "firms.announced.partly": claim(
        "Only some firms announced a result; silent: %(about)s",
        about="identifiers of the firms that announced none",
    ),
    # Announced minus computed.
    "firms.announced.sum_differs": claim(
        "The results announced do not add up to the group's; difference",
        NUMBER,
        "EUR/year",
        whose=Visibility.GROUP,
    ),
    # Its gain in the sharing shown, against its margin.
    "firms.firm_wins": claim(
        "%(about)s wins; its gain",
        NUMBER,
        "EUR/year",
        about="identifier of the firm",
        whose=Visibility.FIRM,
    ),
    "firms.firm_does_not_win": claim(
        "%(about)s does not win; its gain",
        NUMBER,
        "EUR/year",
        about="identifier of the firm",
        whose=Visibility.FIRM,
    ),
    # One branch a firm.
    "firms.sharing.shapley": claim(
        "Sharing shown, by the Shapley value: each firm receives what it adds on average"
    ),
    "firms.sharing.nucleolus": claim(
        "Sharing shown, by the nucleolus: the least satisfied subgroup is served first"
    ),
    "firms.sharing.max_min": claim(
        "Sharing shown, by max-min: the firm that gains least gains as much as possible"
    ),
    "announced_partly": warning(
        "Only some firms announced a result, so the announced results cannot be judged.",
        rule="Source: the applicant's own figures",
    ),
    "announced_sum_differs": warning(
        "The results announced do not add up to what the group earns: ask the partner why.",
        rests_on=(ANNOUNCED_TOLERANCE,),
    ),
    "tie.gain": warning(
        "The group's gain rounds to zero: a tie, counted as no gain.", rests_on=("rounding.euros",)
    ),
    "tie.margin": warning(
        "A firm's gain equals the threshold exactly: a tie, counted as not winning.",
        rests_on=(MARGIN, MARGIN_SHARE),
    ),
}
