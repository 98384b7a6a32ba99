"""Proposals that are dear to judge: valid, accepted in no time, and seconds of work each."""

import json

from contracts.samples import five_firms_2kb


def pairwise(firms: int, *, most: int = 300) -> bytes:
    """So many firms, each with an uncertain result of its own, and an uncertain synergy of every
    pair, two of three of them a gain; at most ``most`` pairs.
    """
    proposal = json.loads(five_firms_2kb())
    proposal["firms"] = [
        {
            "id": f"firm-{i}",
            "name": f"Atelier Exemple {i}",
            "naf": "2562B",
            "commune": "76540",
            "staff": 12 + i,
            "own": {"low": 20_000 + 900 * i, "central": 25_000 + 900 * i, "high": 30_000 + 900 * i},
        }
        for i in range(firms)
    ]
    pairs = [(i, j) for i in range(firms) for j in range(i + 1, firms)][:most]
    proposal["synergies"] = [_synergy(i, j) for i, j in pairs]
    return json.dumps(proposal).encode()


def _synergy(i: int, j: int) -> dict[str, object]:
    worth = 3_000 + 137 * ((7 * i + 13 * j) % 29)
    if (i + j) % 3 == 0:
        worth = -worth
    low, high = sorted((worth // 2, 2 * worth))
    kind = "production" if worth > 0 else "conflict"
    yearly = {"low": low, "central": worth, "high": high}
    return {"between": [f"firm-{i}", f"firm-{j}"], "yearly": yearly, "kind": kind}
