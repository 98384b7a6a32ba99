"""The table of a long run says what its chunks found."""

from typing import Any

from tests.chaos.table import table


def chunk(seed: int, *, valid: bool, **anomalies: list[str]) -> dict[str, Any]:
    return {
        "run": {
            "seed": seed,
            "accepted": 10_009,
            "faults": {"kill": 31, "pause": 30},
            "drained_in": 4.1 if valid else None,
            "seconds": 707.0,
        },
        "valid": valid,
        "anomalies": {"lost-write": [], "unseen": []} | anomalies,
        "counts": {"revise-ok": 3364, "withdraw-ok": 986},
        "lag_seconds": {"median": 43.7, "p99": 180.7, "worst": 227.0},
    }


def test_each_chunk_has_a_row_and_the_sums_stand_above() -> None:
    said = table(7, [chunk(7000, valid=True), chunk(7001, valid=False, unseen=["a", "b"])])
    first, *_ = said.splitlines()
    assert "20,018 accepted proposals, 122 faults, 24 minutes; 1 of 2 chunks valid" in first
    *_, good, bad = said.splitlines()
    assert good == (
        "| 7000 | 10,009 | 3,364 | 986 | 61 | 31 | none of 2 kinds | 44, 181, 227 | 4 s | 12 "
        "| valid |"
    )
    assert "2 unseen" in bad
    assert "never" in bad
    assert bad.endswith("**not valid** |")


def test_every_row_has_as_many_cells_as_the_head() -> None:
    _, _, *rows = table(7, [chunk(7000, valid=True)]).splitlines()
    assert len({row.count("|") for row in rows}) == 1
