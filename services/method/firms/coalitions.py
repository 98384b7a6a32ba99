"""The coalitions of n players as bit masks, and the tables that depend on n alone.

Coalition ``S`` is the integer whose bit i says whether player i is a member; a game is the array
of the worths of the 2**n coalitions in that order, the empty one first with worth 0.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import comb, lcm

import numpy as np
import numpy.typing as npt

from contracts.vocabulary.limits import MAX_PLAYERS

Array = npt.NDArray[np.float64]
Masks = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MAX_TABULATED = 8
"""Up to 8 players the whole zeta table (256 x 256) is kept; beyond, it is computed when needed."""


@dataclass(frozen=True, slots=True)
class Coalitions:
    """Tables for n players.

    ``singles[i]`` is the mask of player i alone; ``members[S, i]`` is 1 when i is in S;
    ``sizes[S]`` is #S; ``shapley[S, i] / parts`` is the weight of the worth of S in the Shapley
    value of i, both whole numbers.
    """

    n: int
    grand: int
    masks: Masks
    singles: Masks
    members: Array
    membersT: Array  # noqa: N815 - the transpose, kept because a product needs it contiguous
    sizes: Array
    shapley: Array
    parts: int
    zeta: Array | None

    def containing(self, masks: list[int]) -> Array:
        """One row per mask, 1 for every coalition that contains it (the zeta transform)."""
        if self.zeta is not None:
            rows: Array = self.zeta[masks]
            return rows
        wanted = np.array(masks, dtype=np.int64)[:, None]
        contains: Array = ((self.masks & wanted) == wanted).astype(np.float64)
        return contains


@lru_cache(maxsize=MAX_PLAYERS + 1)
def coalitions(n: int) -> Coalitions:
    """The tables for ``n`` players. Raises ``ValueError`` outside 1 to 12."""
    if not 1 <= n <= MAX_PLAYERS:
        raise ValueError(f"a game has 1 to {MAX_PLAYERS} players, not {n}")
    masks = np.arange(1 << n, dtype=np.int64)
    members = ((masks[:, None] >> np.arange(n)) & 1).astype(np.float64)
    sizes = members.sum(axis=1)
    # 1 / (n * comb(n - 1, s)) of the orders of arrival; the least common multiple of all is known.
    parts = lcm(*range(1, n + 1))
    joining = np.array([parts // (n * comb(n - 1, s)) for s in range(n)], dtype=np.float64)
    # A coalition's worth counts for its members when they join it, against the others.
    as_member = joining[np.maximum(sizes - 1, 0).astype(int)][:, None] * members
    as_outsider = joining[np.minimum(sizes, n - 1).astype(int)][:, None] * (1 - members)
    zeta = None
    if n <= MAX_TABULATED:
        zeta = ((masks[None, :] & masks[:, None]) == masks[:, None]).astype(np.float64)
    return Coalitions(
        n=n,
        grand=(1 << n) - 1,
        masks=masks,
        singles=1 << np.arange(n, dtype=np.int64),
        members=members,
        membersT=np.ascontiguousarray(members.T),
        sizes=sizes,
        shapley=as_member - as_outsider,
        parts=parts,
        zeta=zeta,
    )


def players_of(worths: Array) -> int:
    """Number of players of a game. Raises ``ValueError`` when its length is not a power of two."""
    n = len(worths).bit_length() - 1
    if len(worths) != 1 << n:
        raise ValueError(f"a game of n players has 2**n worths, got {len(worths)}")
    return n
