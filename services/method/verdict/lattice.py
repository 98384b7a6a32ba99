"""Two chains, one lattice: no averaging, no weights (method, section 0, steps 2 and 3)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from contracts.vocabulary.assessment import Dimension
from contracts.vocabulary.verdict import FirmLevel, TerritoryLevel, VerdictLabel

_L, _T = VerdictLabel, TerritoryLevel

_COLUMNS = (_T.LOSES, _T.INDIFFERENT, _T.WINS, _T.WINS_TWICE)
_ROWS = {
    FirmLevel.F3: (_L.WIN_WIN_LOSE, _L.WIN_WIN, _L.WIN_WIN_WIN, _L.WIN_WIN_WIN),
    FirmLevel.F2: (_L.WIN_WIN_LOSE, _L.WIN_WIN, _L.WIN_WIN_WIN, _L.WIN_WIN_WIN),
    FirmLevel.F1: (_L.LOSE, _L.FRAGILE, _L.FRAGILE_WIN, _L.FRAGILE_WIN),
    FirmLevel.F0: (_L.LOSE_LOSE_LOSE, _L.NO_GAIN, _L.SUBSIDY, _L.SUBSIDY),
}

LATTICE: Mapping[tuple[FirmLevel, TerritoryLevel], VerdictLabel] = MappingProxyType(
    {
        (firms, territory): label
        for firms, row in _ROWS.items()
        for territory, label in zip(_COLUMNS, row, strict=True)
    }
)
"""The verdict of every pair of levels."""

_DIMENSIONS = tuple(Dimension)
_MAKES_IT_WIN = tuple(map(_DIMENSIONS.index, (Dimension.JOBS, Dimension.TECHNOLOGY)))
_IMAGE = _DIMENSIONS.index(Dimension.IMAGE)

VETO_LEVEL = -2
"""The lowest level of any dimension but image is a veto."""


def territory_level(levels: Sequence[int]) -> TerritoryLevel:
    """The territory's level at one point, from the levels there in the order of ``Dimension``.

    It loses by a veto only; it wins by jobs or technology only, image alone never makes it win;
    it wins twice with two positive dimensions and none negative.
    """
    for position, level in enumerate(levels):
        if level <= VETO_LEVEL and position != _IMAGE:
            return TerritoryLevel.LOSES
    if max(levels[position] for position in _MAKES_IT_WIN) < 1:
        return TerritoryLevel.INDIFFERENT
    positive = sum(level >= 1 for level in levels)
    if positive >= 2 and min(levels) >= 0:  # noqa: PLR2004 - "twice" is two
        return TerritoryLevel.WINS_TWICE
    return TerritoryLevel.WINS
