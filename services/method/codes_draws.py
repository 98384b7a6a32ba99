"""What the method says about how sure a verdict is (``verdict/draws.py``)."""

from services.method.meanings import Meaning, claim

_SHARE, _NUMBER = "share", "number"
_POINTER = "JSON pointer into the proposal"

DRAWS: dict[str, Meaning] = {
    "draws.drawn": claim(
        "How many draws over the declared intervals judge the verdict.", _NUMBER, "draws"
    ),
    "draws.verdict": claim("Share of the draws with this verdict.", _NUMBER, _SHARE, "label"),
    "draws.input.said": claim(
        "Share of the uncertainty that comes from this answer's interval.",
        _NUMBER,
        _SHARE,
        _POINTER,
    ),
    "draws.input.unknown": claim(
        "Share of the uncertainty that comes from this answer not being given.",
        _NUMBER,
        _SHARE,
        _POINTER,
    ),
    "draws.together": claim(
        "Share of the uncertainty that no answer explains by itself.", _NUMBER, _SHARE
    ),
    "draws.none": claim("The firms' side of a group of this kind is not drawn."),
}
