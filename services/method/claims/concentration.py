"""What is said of concentration (``territory/concentration.py``)."""

from services.method.claims.meaning import NUMBER, Meaning, claim, veto, warning
from services.method.territory import concentration

_LINES = (
    concentration.INDEX_LOW,
    concentration.INDEX_HIGH,
    concentration.CHANGE_LOW,
    concentration.CHANGE_HIGH,
)

CLAIMS: dict[str, Meaning] = {
    "veto.operation_prohibited": veto(
        "The competition authority has prohibited the operation.",
        rule="Source: the decision of the competition authority, as the applicant states it",
    ),
    "concentration.level": claim("Concentration", NUMBER, "level"),
    "concentration.market_unknown": claim("The market was not described"),
    "concentration.staff_unknown": claim("The staff of some firms was not said"),
    "concentration.prohibited": claim("The competition authority has prohibited the operation"),
    "concentration.prohibition_unknown": claim(
        "It was not said whether the operation has been prohibited"
    ),
    "concentration.index_after": claim(
        "Concentration index of the market “%(first)s” (%(second)s) after the project",
        NUMBER,
        "HHI points",
        about="definition, source",
    ),
    # An upper bound for firms that only contract.
    "concentration.index_change": claim("Change of that index, at most", NUMBER, "HHI points"),
    "concentration.employment_before": claim(
        "Concentration of the territory's employment over activities, before", NUMBER, "HHI points"
    ),
    "concentration.employment_after": claim(
        "With the announced jobs, spread evenly over %(about)s",
        NUMBER,
        "HHI points",
        about="NAF codes",
        alone="With the announced jobs, all in %(about)s",
    ),
    "concentration.employer_share": claim(
        "One firm's share of the territory's private employment", NUMBER, "share"
    ),
    "concentration.dominant_employer": warning(
        "One employer would hold a large share of the territory's jobs.",
        rests_on=(concentration.EMPLOYER_SHARE,),
    ),
    "concentration.to_be_examined": warning(
        "Market concentration lies above the European line: to be examined by the "
        "competition authority. The line is a first indication, not a presumption.",
        rests_on=_LINES,
    ),
    "tie.concentration": warning(
        "The concentration index equals a line exactly: a tie, counted as above it.",
        rests_on=_LINES,
    ),
    "tie.employer": warning(
        "One firm's share of employment equals the line exactly: a tie, counted as above it.",
        rests_on=(concentration.EMPLOYER_SHARE,),
    ),
}
