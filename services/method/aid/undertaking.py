"""Single undertakings: firms of the project that count as one, and the aid all of them received.

Enterprises linked to each other are one, also through a third one (Regulation (EU) 2023/2831,
article 2(2)). Two firms that name the same linked enterprise, or each other, are therefore one
undertaking; enterprises are known by their company number, else by their name.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.vocabulary.enterprise import AidRegulation, PastAid, RelatedEnterprise
from contracts.vocabulary.partners import Firm
from services.method.aid.parameters import AidParameters
from services.method.aid.size import Tie, tie
from services.method.aid.window import Grant

_SERVICES = frozenset((AidRegulation.SERVICES, AidRegulation.SERVICES_BEFORE))


@dataclass(frozen=True, slots=True)
class Undertaking:
    """Firms of the project that are one undertaking.

    ``received`` is what they and their linked enterprises received, each aid once;
    ``past_said`` and ``ties_said`` say whether all of them said something of past aid and of the
    enterprises they are tied to.
    """

    firms: tuple[Firm, ...]
    received: tuple[PastAid, ...]
    past_said: bool
    ties_said: bool

    @property
    def grants(self) -> list[Grant]:
        return [Grant(aid.granted_on, aid.amount) for aid in self.received]

    @property
    def silent(self) -> bool:
        """Whether nothing at all was said of these firms as enterprises."""
        return all(firm.enterprise is None for firm in self.firms)

    @property
    def services(self) -> bool:
        """Whether some of it was for services of general economic interest."""
        return any(aid.regulation in _SERVICES for aid in self.received)


def undertakings(firms: Sequence[Firm], p: AidParameters) -> tuple[Undertaking, ...]:
    """The firms of a project as single undertakings, in the order of their first firms."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    for firm in firms:
        keys = _keys(firm.name, firm.siren)
        for related in _linked(firm, p):
            keys += _keys(related.name, related.siren)
        for key in keys:
            root[find(key)] = find(keys[0])
    groups: dict[str, list[Firm]] = {}
    for firm in firms:
        groups.setdefault(find(_keys(firm.name, firm.siren)[0]), []).append(firm)
    return tuple(_undertaking(tuple(group), p) for group in groups.values())


def _undertaking(firms: tuple[Firm, ...], p: AidParameters) -> Undertaking:
    received: dict[tuple[object, ...], PastAid] = {}
    for firm in firms:
        linked = {related.name for related in _linked(firm, p)}
        alike: Counter[tuple[object, ...]] = Counter()
        for aid in (firm.enterprise and firm.enterprise.past_aid) or ():
            if aid.received_by is not None and aid.received_by not in linked:
                # A partner enterprise's own aid is not this undertaking's.
                continue
            who = aid.received_by or firm.name
            what = (aid.granted_on, aid.amount, aid.granted_by.casefold(), who.casefold())
            alike[what] += 1
            # Two firms may name one aid to their common parent; one firm does not name it twice.
            received.setdefault((*what, alike[what]), aid)
    return Undertaking(
        firms=firms,
        received=tuple(sorted(received.values(), key=lambda aid: (aid.granted_on, aid.amount))),
        past_said=all(
            f.enterprise is not None and f.enterprise.past_aid is not None for f in firms
        ),
        ties_said=all(f.enterprise is not None and f.enterprise.related is not None for f in firms),
    )


def _linked(firm: Firm, p: AidParameters) -> Iterable[RelatedEnterprise]:
    related = (firm.enterprise and firm.enterprise.related) or ()
    return [each for each in related if tie(each, p) is Tie.LINKED]


def _keys(name: str, siren: str | None) -> list[str]:
    return [name.casefold().strip(), *([siren] if siren else [])]
