"""What is said of the verdict: its label, the territory together, how sure it is (``verdict/``)."""

from services.method.claims.meaning import NUMBER, Meaning, claim, warning

CLAIMS: dict[str, Meaning] = {
    "verdict.win_win_win": claim("Win-Win-Win"),
    "verdict.win_win": claim("Win-Win"),
    "verdict.win_win_lose": claim("Win-Win-Lose"),
    "verdict.fragile_win": claim("Fragile win"),
    "verdict.fragile": claim("Fragile"),
    "verdict.lose": claim("Lose"),
    "verdict.subsidy": claim("Subsidy"),
    "verdict.no_gain": claim("No gain"),
    "verdict.lose_lose_lose": claim("Lose-Lose-Lose"),
    "verdict.not_computable_yet": claim("Not computable yet"),
    "verdict.firms_not_computed": claim("Territory only"),
    "verdict.missing": claim("Missing: %(about)s", about="JSON pointers into the proposal"),
    # T-: at least one veto.
    "territory.loses": claim("The territory loses"),
    # T0: no veto, and neither jobs nor technology gain.
    "territory.indifferent": claim("The territory neither wins nor loses"),
    # T+: no veto, and jobs or technology gain.
    "territory.wins": claim("The territory wins"),
    # T++: at least two dimensions gain and none loses.
    "territory.wins_twice": claim("The territory wins on at least two counts"),
    "beyond_scale": warning(
        "A figure was larger than any this method carries and was cut: check its unit.",
        rule="Source: the largest figure that a proposal may hold",
    ),
    "draws.drawn": claim("Drawn at random between worst and best", NUMBER, "draws"),
    "draws.verdict": claim(
        "“%(first)s” in this share of the draws", NUMBER, "share", about="label"
    ),
    # From the interval of the answer.
    "draws.input.said": claim(
        "Part of the uncertainty that comes from %(first)s",
        NUMBER,
        "share",
        about="JSON pointer into the proposal",
    ),
    "draws.input.unknown": claim(
        "Part of the uncertainty that comes from not knowing %(first)s",
        NUMBER,
        "share",
        about="JSON pointer into the proposal",
    ),
    "draws.together": claim("Part that comes from several answers together", NUMBER, "share"),
    "draws.none": claim("How likely each verdict is cannot be drawn for a group of this kind"),
}
