"""Image: dated documents on an anchored scale, because nothing measures it for one project.

Image never makes the territory win alone and never vetoes; damage is a warning. One documented
harm outweighs any number of good points: it is not averaged away.
"""

from dataclasses import dataclass
from datetime import date

from contracts.vocabulary.assessment import LevelRange
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.image import SHARES, ImageFigure
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import ImageAnchor, ImageEvidence

_PREFIX = "image."
_DAMAGE = -2
FIGURE = _PREFIX + "figure."
LOWEST_ANCHOR = _PREFIX + ImageAnchor.DOCUMENTED_DAMAGE.value
_UNKNOWN = LevelRange(0, 0, 0, known=False)
"""Unknown evidence is level 0 marked unknown, not "none" (method, section 12)."""


@dataclass(frozen=True, slots=True)
class ImageParameters:
    """Level of each anchor."""

    anchors: dict[ImageAnchor, int]

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "ImageParameters":
        return cls({anchor: int(sheet.number(_PREFIX + anchor.value)) for anchor in ImageAnchor})


@dataclass(frozen=True, slots=True)
class ImageAssessment:
    level: LevelRange
    claim: Claim
    warnings: tuple[str, ...]


def assess_image(
    evidence: tuple[ImageEvidence, ...] | None,
    today: date,
    p: ImageParameters,
    figures: tuple[ImageFigure, ...] = (),
) -> ImageAssessment:
    """Level of the documents dated up to ``today``; a document of the future is an intention.

    ``figures`` dated up to then are shown beside the level and change nothing: the scale is
    anchored to documents, and no figure says what a place is known for.
    """
    shown = tuple(_figure(figure) for figure in figures if figure.dated <= today)
    late = ("image.evidence_in_the_future",) if len(shown) < len(figures) else ()
    if evidence is None:
        claim = _claim(_UNKNOWN, (Claim("image.unknown"), *shown))
        return ImageAssessment(_UNKNOWN, claim, late)
    dated = [document for document in evidence if document.dated <= today]
    levels = [p.anchors[document.anchor] for document in dated]
    best, worst = max(levels, default=0), min(levels, default=0)
    point = worst if worst < 0 else best
    because = tuple(_evidence(document, p) for document in dated)
    level = LevelRange(point, point, point)
    warnings = []
    if point == _DAMAGE:
        warnings.append("image.damage")
    if len(dated) < len(evidence) or late:
        warnings.append("image.evidence_in_the_future")
    claim = _claim(level, (*(because or (Claim("image.no_evidence"),)), *shown))
    return ImageAssessment(level, claim, tuple(warnings))


def _figure(figure: ImageFigure) -> Claim:
    unit = "share" if figure.measure in SHARES else ""
    about = (figure.source, figure.dated.isoformat())
    return Claim(FIGURE + figure.measure.value, float(figure.value), unit, about)


def _evidence(document: ImageEvidence, p: ImageParameters) -> Claim:
    anchor = document.anchor
    return Claim(
        "image.evidence",
        float(p.anchors[anchor]),
        "level",
        (anchor.value, document.title, document.source, document.dated.isoformat()),
        (),
        (_PREFIX + anchor.value,),
    )


def _claim(level: LevelRange, because: tuple[Claim, ...]) -> Claim:
    return Claim("image.level", float(level.central), "level", (), because)
