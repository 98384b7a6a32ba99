"""The words about figures of image. A part of ``phrases.py``."""

from services.notify.desk.wording.language import mark
from services.notify.desk.wording.words import Phrase

IMAGE_FIGURES = {
    "image.figure.certified_members": Phrase(
        mark("Members that hold a certification (%(first)s, %(second)s; scores nothing)")
    ),
    "image.figure.export_share": Phrase(
        mark("Share of the members' turnover made abroad (%(first)s, %(second)s; scores nothing)")
    ),
    "image.figure.export_countries": Phrase(
        mark("Countries that the members sell to (%(first)s, %(second)s; scores nothing)")
    ),
    "image.figure.events": Phrase(
        mark("Events of a year under the territory's name (%(first)s, %(second)s; scores nothing)")
    ),
    "image.figure.unsolicited_contacts": Phrase(
        mark(
            "Contacts of a year from abroad that nobody asked for (%(first)s, %(second)s; scores "
            "nothing)"
        )
    ),
    "image.figure.place_name_registered": Phrase(
        mark(
            "Trademarks and domains that hold the territory's name (%(first)s, %(second)s; scores "
            "nothing)"
        )
    ),
}
