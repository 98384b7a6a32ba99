"""Whether firms are firms: each once, with codes that exist. For projects and for registries."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from contracts.coherence_of_aid import enterprise_faults
from contracts.fault import Fault, siren_faults, unknown_firms
from contracts.geography import geography
from contracts.nomenclature import is_of_2025, naf_labels, nearest_naf
from contracts.vocabulary.partners import Firm, Synergy
from contracts.vocabulary.profile import Relation
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.registry import Registry


def registry_faults(registry: Registry) -> tuple[Fault, ...]:
    """What only the whole registry shows: a firm or a synergy twice, codes of nothing."""
    firms = [candidate.firm for candidate in registry.firms]
    known = {firm.id for firm in firms}
    return (
        *firm_faults(firms, "/firms", "/firm"),
        *twin_faults((f"/firms/{i}/firm", firm) for i, firm in enumerate(firms)),
        *synergy_faults(registry.synergies, known, "/synergies"),
        *relation_faults(registry.relations, known, "/relations"),
    )


def firm_faults(firms: Iterable[Firm], pointer: str, part: str = "") -> Iterable[Fault]:
    """Two firms of one id, and codes of nothing. ``part`` leads from an entry of the list to its
    firm.
    """
    places = geography()
    known: set[str] = set()
    for i, firm in enumerate(firms):
        at = f"{pointer}/{i}{part}"
        if firm.id in known:
            yield Fault(
                f"{at}/id", f"two firms are called {firm.id!r}", "give each firm its own id"
            )
        known.add(firm.id)
        yield from siren_faults(firm.siren, f"{at}/siren")
        yield from activity_faults(firm.naf, f"{at}/naf")
        if firm.commune and (wrong := places.refusal(firm.commune)):
            yield Fault(f"{at}/commune", *wrong)
        yield from enterprise_faults(firm.enterprise, f"{at}/enterprise")


def twin_faults(firms: Iterable[tuple[str, Firm]]) -> Iterable[Fault]:
    """One SIREN twice, or one name twice at one place, among firms by their pointers: one firm
    would count as two.
    """
    places = geography()
    sirens: dict[str, str] = {}
    at_place: dict[str | None, list[tuple[str, str]]] = {}
    for at, firm in firms:
        if firm.siren and (twin := sirens.setdefault(firm.siren, at)) != at:
            yield Fault(
                f"{at}/siren",
                f"{twin} has this SIREN too: they are one enterprise",
                "list each enterprise once, or correct the number",
            )
        there = at_place.setdefault(firm.commune and places.current(firm.commune), [])
        if twins := [twin for twin, name in there if _same(name, firm.name)]:
            yield Fault(
                f"{at}/name",
                f"{twins[0]} has this name at this place too",
                "list each firm once, or say in the names how the two differ",
            )
        there.append((at, firm.name))


def activity_faults(naf: str | None, pointer: str) -> Iterable[Fault]:
    """A code that is no sub-class of NAF rev. 2; one of NAF 2025 is told as such."""
    if naf is None or naf in naf_labels():
        return
    if is_of_2025(naf):
        yield Fault(
            pointer,
            f"{naf!r} is a code of NAF 2025, in force from 1 January 2027; activities are judged "
            f"by data in NAF rev. 2",
            "write the sub-class of NAF rev. 2: Insee's table of correspondence "
            "(insee.fr/fr/information/8181066) names it",
        )
        return
    near = "; ".join(f"{code} {naf_labels()[code]}" for code in nearest_naf(naf))
    yield Fault(pointer, f"NAF rev. 2 has no sub-class {naf!r}", f"nearest: {near}")


def synergy_faults(synergies: Sequence[Synergy], known: set[str], pointer: str) -> Iterable[Fault]:
    """Synergies with nobody, and the same one listed twice: it would count twice."""
    seen: dict[tuple[frozenset[str], str, str | None], int] = {}
    for i, synergy in enumerate(synergies):
        yield from unknown_firms(synergy.between, known, f"{pointer}/{i}/between")
        if not known.issuperset(synergy.between):
            continue
        what = synergy.what and _plain(synergy.what)
        first = seen.setdefault((frozenset(synergy.between), synergy.kind, what), i)
        if first != i:
            yield Fault(
                f"{pointer}/{i}",
                f"{pointer}/{first} is of the same firms, kind and subject: it would count twice",
                "list it once, or say in 'what' how the two differ",
            )


def relation_faults(
    relations: Sequence[Relation], known: set[str], pointer: str
) -> Iterable[Fault]:
    """Relations with nobody, and two of one pair: only one of them could be read."""
    seen: dict[frozenset[str], int] = {}
    for i, relation in enumerate(relations):
        yield from unknown_firms(relation.between, known, f"{pointer}/{i}/between")
        if (first := seen.setdefault(frozenset(relation.between), i)) != i:
            yield Fault(
                f"{pointer}/{i}",
                f"{pointer}/{first} is of the same two firms",
                "say everything of one pair in one entry",
            )


def settled(proposal: Proposal) -> tuple[Proposal, tuple[Fault, ...]]:
    """The proposal with each firm in a commune of today, and a note of each code that was replaced.

    A commune that was merged is judged as the one that it is part of: the territory's data know
    communes of today.
    """
    notes: list[Fault] = []
    firms = _moved(proposal.firms, "/firms", notes)
    incubator = proposal.export_incubator
    if incubator is not None:
        pointer = "/export_incubator/groups"
        groups = tuple(
            replace(group, firms=_moved(group.firms, f"{pointer}/{i}/firms", notes))
            for i, group in enumerate(incubator.groups)
        )
        incubator = replace(incubator, groups=groups)
    if not notes:
        return proposal, ()
    return replace(proposal, firms=firms, export_incubator=incubator), tuple(notes)


def _moved(firms: tuple[Firm, ...], pointer: str, notes: list[Fault]) -> tuple[Firm, ...]:
    places = geography()
    found = list(firms)
    for i, firm in enumerate(firms):
        now = firm.commune and places.current(firm.commune)
        if now and now != firm.commune:
            found[i] = replace(firm, commune=now)
            why = f"{firm.commune} is part of {places.named(now)} today: it is judged as that"
            notes.append(Fault(f"{pointer}/{i}/commune", why, f"write {now} from now on"))
    return tuple(found)


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """A name without case, accents, signs and doubled blanks: how people compare two."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))
