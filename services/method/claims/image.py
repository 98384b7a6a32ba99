"""What is said of image (``territory/image.py``); figures are shown, with source, never scored."""

from services.method.claims.meaning import NUMBER, Meaning, claim, warning
from services.method.territory.image import LOWEST_ANCHOR

CLAIMS: dict[str, Meaning] = {
    "image.level": claim("Image", NUMBER, "level"),
    "image.evidence": claim(
        "%(first)s: “%(second)s” (%(third)s, %(fourth)s); level",
        NUMBER,
        "level",
        about="anchor, title, source, date",
    ),
    # Level 0 marked unknown; without a document, level 0.
    "image.unknown": claim("Nothing was said about image"),
    "image.no_evidence": claim("No dated document"),
    "image.figure.certified_members": claim(
        "Members that hold a certification (%(first)s, %(second)s; scores nothing)",
        NUMBER,
        "share",
        about="source, date",
    ),
    "image.figure.export_share": claim(
        "Share of the members' turnover made abroad (%(first)s, %(second)s; scores nothing)",
        NUMBER,
        "share",
        about="source, date",
    ),
    "image.figure.export_countries": claim(
        "Countries that the members sell to (%(first)s, %(second)s; scores nothing)",
        NUMBER,
        about="source, date",
    ),
    "image.figure.events": claim(
        "Events of a year under the territory's name (%(first)s, %(second)s; scores nothing)",
        NUMBER,
        about="source, date",
    ),
    "image.figure.unsolicited_contacts": claim(
        "Contacts of a year from abroad that nobody asked for (%(first)s, %(second)s; scores "
        "nothing)",
        NUMBER,
        about="source, date",
    ),
    "image.figure.place_name_registered": claim(
        "Trademarks and domains that hold the territory's name (%(first)s, %(second)s; "
        "scores nothing)",
        NUMBER,
        about="source, date",
    ),
    "image.damage": warning(
        "A document shows damage to the territory's image.", rests_on=(LOWEST_ANCHOR,)
    ),
    "image.evidence_in_the_future": warning(
        "A document is dated in the future: it counts as an intention only.",
        rule="Source: the dates of the applicant's documents",
    ),
}
