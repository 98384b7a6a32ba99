"""What is said of emissions and pollution (``territory/carbon.py``, ``territory/pollution.py``)."""

from services.method.claims.meaning import (
    ESTIMATE,
    NUMBER,
    Meaning,
    Visibility,
    claim,
    veto,
    warning,
)
from services.method.territory import carbon, pollution

CLAIMS: dict[str, Meaning] = {
    "veto.carbon_without_appraisal": veto(
        "Net emissions are very large and no carbon appraisal has been published.",
        rests_on=(pollution.VETO_TONNES,),
    ),
    "veto.carbon_above_share_of_gain": veto(
        "The cost of the carbon emitted is too large beside what the firms gain.",
        rests_on=(pollution.VETO_SHARE, carbon.VALUE, carbon.VALUE_GROWTH, carbon.DISCOUNT_RATE),
    ),
    "pollution.level": claim("Pollution", NUMBER, "level"),
    # Beside the carbon's present value, which is public, this share gives the gain away.
    "pollution.share_of_gain": claim(
        "Value of the carbon, emitted or avoided, as a share of the firms' gain, both as "
        "present values",
        NUMBER,
        "share",
        whose=Visibility.GROUP,
    ),
    "carbon.net": claim("Net emissions", ESTIMATE, "tCO2e/year"),
    "carbon.unknown": claim("Emissions were not said"),
    "carbon.emitted.said": claim("Emitted", ESTIMATE, "tCO2e/year"),
    "carbon.avoided.said": claim("Avoided", ESTIMATE, "tCO2e/year"),
    "carbon.avoided.unknown": claim("Avoided emissions were not said and do not count"),
    "carbon.present_value": claim(
        "Present value of the net emissions over the horizon", ESTIMATE, "EUR and its year"
    ),
    "carbon.path_extrapolated": warning(
        "The project outlasts the official value of carbon, which was continued beyond its end.",
        rests_on=(carbon.VALUE_LAST_YEAR, carbon.VALUE_GROWTH),
    ),
    "tie.carbon": warning(
        "A carbon figure equals a threshold exactly: a tie, counted against the project.",
        rests_on=pollution.LEVEL_PARAMETERS,
    ),
}
