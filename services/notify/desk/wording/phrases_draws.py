"""The words about how sure a verdict is. A part of ``phrases.py``."""

from services.notify.desk.wording.language import mark
from services.notify.desk.wording.words import Phrase

DRAWS = {
    "draws.drawn": Phrase(mark("Drawn at random between worst and best")),
    "draws.verdict": Phrase(mark("“%(first)s” in this share of the draws")),
    "draws.input.said": Phrase(mark("Part of the uncertainty that comes from %(first)s")),
    "draws.input.unknown": Phrase(
        mark("Part of the uncertainty that comes from not knowing %(first)s")
    ),
    "draws.together": Phrase(mark("Part that comes from several answers together")),
    "draws.none": Phrase(
        mark("How likely each verdict is cannot be drawn for a group of this kind")
    ),
}
