"""One thing wrong inside a proposal, and the fault that many parts may have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong inside a proposal: where (JSON pointer), why, and what to do."""

    pointer: str
    why: str
    fix: str


def unknown_firms(named: Sequence[str], known: set[str], pointer: str) -> Iterable[Fault]:
    """Names of no firm of the project, and firms named twice, each at its place."""
    if len(named) == len(known.intersection(named)):
        # Every proposal comes by here some twenty times, nearly always without a fault.
        return
    seen: set[str] = set()
    for j, firm in enumerate(named):
        if firm not in known:
            yield Fault(
                f"{pointer}/{j}",
                f"no firm is called {firm!r}",
                f"use one of: {', '.join(sorted(known))}",
            )
        elif firm in seen:
            yield Fault(f"{pointer}/{j}", f"firm {firm!r} is named twice", "name each firm once")
        seen.add(firm)


def siren_faults(siren: str | None, pointer: str) -> Iterable[Fault]:
    """A SIREN whose last digit is not the check digit of the others (Luhn).

    La Poste's exception is one of its establishments' numbers (SIRET), not of its SIREN.
    """
    if siren is None:
        return
    doubled = "0246813579"
    total = sum(int(doubled[int(d)] if i % 2 else d) for i, d in enumerate(siren))
    if total % 10 or not total:
        yield Fault(
            pointer,
            f"{siren!r} is no SIREN: its check digit is wrong",
            "compare it with the enterprise's notice in the Sirene register",
        )
