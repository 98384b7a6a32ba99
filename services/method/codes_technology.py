"""The words of the method about the nation's map: complexity and the quadrants.

A part of ``codes.py``, which lists them all.
"""

from services.method.meanings import Meaning, claim
from services.method.territory.variety import Quadrant

_NUMBER = "number"
_FROM = "group of activities, employment areas of the nation, year, source"

TECHNOLOGY: dict[str, Meaning] = {
    "technology.complexity_unknown": claim(
        "Complexity needs the whole nation's data, and those loaded cover one area."
    ),
    "technology.complex": claim(
        "Upper side of the complexity axis: complexity of the activity in the nation, from the "
        "mean of all.",
        _NUMBER,
        "standard deviations",
        _FROM,
    ),
    "technology.simple": claim("The same, lower side.", _NUMBER, "standard deviations", _FROM),
    "technology.quotient_in_nation": claim(
        "Share of the activity in the territory over its share in the nation.",
        _NUMBER,
        "quotient",
        "group of activities",
    ),
} | {
    f"technology.quadrant.{where}": claim(
        "Quadrant of relatedness and complexity in which the activity lies.", about="NAF code"
    )
    for where in Quadrant
}
