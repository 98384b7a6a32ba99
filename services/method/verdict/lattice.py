"""Two chains, one lattice: no averaging, no weights (method, section 0, steps 2 and 3)."""

from collections.abc import Mapping
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

_MAKES_IT_WIN = (Dimension.JOBS, Dimension.TECHNOLOGY)


def territory_level(levels: Mapping[Dimension, int], vetoed: bool) -> TerritoryLevel:
    """The territory's level at one point, from the levels of its five dimensions there.

    It loses by a veto only; it wins by jobs or technology only, image alone never makes it win;
    it wins twice with two positive dimensions and none negative.
    """
    if vetoed:
        return TerritoryLevel.LOSES
    if not any(levels[dimension] >= 1 for dimension in _MAKES_IT_WIN):
        return TerritoryLevel.INDIFFERENT
    positive = sum(level >= 1 for level in levels.values())
    if positive >= 2 and min(levels.values()) >= 0:  # noqa: PLR2004 - "twice" is two
        return TerritoryLevel.WINS_TWICE
    return TerritoryLevel.WINS
