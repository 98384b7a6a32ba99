"""What the method says about figures of image: shown with their source, never scored."""

from contracts.vocabulary.image import SHARES, ImageMeasure
from services.method.meanings import Meaning, claim
from services.method.territory.image import FIGURE

_SAYS = {
    ImageMeasure.CERTIFIED_MEMBERS: "Share of the members that hold a certification.",
    ImageMeasure.EXPORT_SHARE: "Share of the members' turnover made abroad.",
    ImageMeasure.EXPORT_COUNTRIES: "Countries that the members sell to.",
    ImageMeasure.EVENTS: "Events of a year under the territory's name.",
    ImageMeasure.UNSOLICITED_CONTACTS: "Contacts of a year from abroad that nobody asked for.",
    ImageMeasure.PLACE_NAME_REGISTERED: "Trademarks and domains that hold the territory's name.",
}

IMAGE_FIGURES: dict[str, Meaning] = {
    FIGURE + measure: claim(
        f"{_SAYS[measure]} Scores nothing.",
        "number",
        "share" if measure in SHARES else "",
        "source, date",
    )
    for measure in ImageMeasure
}
