"""Projects that reach every cell of the lattice firms x territory."""

from typing import Any

FIRMS: dict[str, dict[str, Any]] = {
    "F3": {
        "firms": [
            {"id": firm, "name": firm, "own": 50_000, "announced": 56_000, "staff": 10}
            for firm in "abc"
        ]
    },
    "F2": {},
    "F1": {
        "synergies": [
            {"between": ["a", "b"], "yearly": 10_000},
            {"between": ["a", "c"], "yearly": 10_000},
            {"between": ["a", "b", "c"], "yearly": -10_000},
        ]
    },
    "F0": {"synergies": []},
}
TERRITORY: dict[str, dict[str, Any]] = {
    "T-": {"jobs": {"destroyed": 30}},
    "T0": {"jobs": {"gross": 0}},
    "T+": {},
    "T++": {"technology": {"shared_asset_open_to_others": True}},
}
CELLS = {
    "F3": ("win_win_lose", "win_win", "win_win_win", "win_win_win"),
    "F2": ("win_win_lose", "win_win", "win_win_win", "win_win_win"),
    "F1": ("lose", "fragile", "fragile_win", "fragile_win"),
    "F0": ("lose_lose_lose", "no_gain", "subsidy", "subsidy"),
}
