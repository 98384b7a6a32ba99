"""Whom to ask: the nearest relay that is competent.

Whose mandate covers the place comes first, the narrowest mandate before the wider ones, distance
second: a public platform once sent people to the nearest office that was not competent. Where
nobody is competent or nobody's mandate covers the place, the next ones in line are named.
"""

from collections.abc import Mapping, Sequence
from math import inf
from types import MappingProxyType

from contracts.vocabulary.milieu import NamedRelay, Relay, Spot, WhomToAsk
from contracts.vocabulary.proposal import ProjectKind
from services.method.firms.closeness import kilometres

UNKNOWN, NO_MANDATE = "unknown", "none"
COMMUNE, EPCI, DEPARTMENT, COUNTRY = "commune", "epci", "department", "country"
_WIDTH = {level: i for i, level in enumerate((COMMUNE, EPCI, DEPARTMENT, COUNTRY, NO_MANDATE))}

NEEDS: Mapping[ProjectKind, str] = MappingProxyType(
    {
        ProjectKind.EXPORT_GROUP: "export",
        ProjectKind.EXPORT_INCUBATOR: "export",
        ProjectKind.SHARED_MANAGER: "export",
        ProjectKind.CARRIER: "export",
        ProjectKind.INCUBATOR: "creation",
        ProjectKind.MULTI_FIRM: "aid",
    }
)
"""What each of the paper's kinds of project needs a relay for: carrying and the shared manager are
ways to export there (section 2.3)."""


def whom_to_ask(
    relays: Sequence[Relay],
    need: str,
    place: Spot | None,
    spots: Mapping[str, Spot],
    most: int | None = None,
) -> WhomToAsk:
    """The relays for a need and a place, best first, at most ``most``; never none, as long as
    there are relays. ``spots`` says where each relay's commune lies.
    """
    competent = [relay for relay in relays if need in relay.competences]
    found = sorted(
        (_named(relay, place, spots.get(relay.commune)) for relay in competent or relays),
        key=_order,
    )
    return WhomToAsk(need=need, place=place, competent=bool(competent), relays=tuple(found[:most]))


def distance_between(a: Spot, b: Spot) -> float | None:
    """Kilometres as the crow flies between two communes; None when one has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    return kilometres((a.latitude, a.longitude), (b.latitude, b.longitude))


def covers(mandate: str, place: Spot | None) -> bool:
    """Whether a mandate is over the place; over an unknown one only the whole country's is."""
    kind, _, code = mandate.partition(":")
    if kind == COUNTRY:
        return True
    if place is None:
        return False
    return code == {COMMUNE: place.code, EPCI: place.epci, DEPARTMENT: place.department}[kind]


def _named(relay: Relay, place: Spot | None, there: Spot | None) -> NamedRelay:
    covering = [m.partition(":")[0] for m in relay.mandate if covers(m, place)]
    km = None if place is None or there is None else distance_between(place, there)
    precisions = [spot.precision for spot in (place, there) if spot is not None]
    return NamedRelay(
        relay=relay,
        level=min(covering, key=_WIDTH.__getitem__, default=NO_MANDATE),
        km=None if km is None else round(km, 1),
        precision=_coarser(precisions) if km is not None else UNKNOWN,
    )


def _coarser(precisions: Sequence[str]) -> str:
    return DEPARTMENT if DEPARTMENT in precisions else COMMUNE


def _order(each: NamedRelay) -> tuple[int, float, str]:
    return _WIDTH[each.level], inf if each.km is None else each.km, each.relay.id
