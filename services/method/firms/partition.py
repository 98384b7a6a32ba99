"""Splitting firms into groups: the coalition structure of greatest total worth."""

from services.method.firms.coalitions import Array, players_of


def best_structure(worths: Array) -> tuple[float, list[int]]:
    """Greatest sum of worths over the partitions of the players, and its blocks as masks.

    Dynamic programming over coalitions and their parts, 3**n steps (Rahwan & Jennings 2008); of
    equal structures, the one that splits least at each step.
    """
    players_of(worths)
    grand = len(worths) - 1
    best: list[float] = worths.tolist()
    split = list(range(len(worths)))
    for mask in range(1, len(worths)):
        part = (mask - 1) & mask
        while part > mask ^ part:
            total = best[part] + best[mask ^ part]
            if total > best[mask]:
                best[mask], split[mask] = total, part
            part = (part - 1) & mask
    return best[grand], sorted(_blocks(grand, split))


def _blocks(mask: int, split: list[int]) -> list[int]:
    if split[mask] == mask:
        return [mask]
    return _blocks(split[mask], split) + _blocks(mask ^ split[mask], split)
