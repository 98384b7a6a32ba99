"""The milieu of a territory: what is stored of it, and what is counted and said of it."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from contracts import codec
from contracts.events import MilieuProfiled
from contracts.geography import geography, spot_of
from contracts.vocabulary.funded import FundedProjects
from contracts.vocabulary.milieu import (
    Directory,
    Interaction,
    Milieu,
    RelayKind,
    Spot,
    Survey,
    WhomToAsk,
)
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritorySnapshot
from services.chassis.database.locks import hold
from services.chassis.database.upsert import Upsert
from services.chassis.messaging.transaction import Transaction
from services.externalities.milieu.relays import place_of, spots
from services.externalities.storage import MILIEUX, snapshot_of
from services.method.territory import milieu as counts
from services.method.territory.relays import NEEDS, whom_to_ask

NAMED = 3
"""Relays named to a partner: the first to call, and whom to turn to when nobody answers."""

_DECIMALS = 3
_STORE = Upsert(MILIEUX, replace=("revision", "sha256", "relays", "survey", "funded"))
_KEPT = 32


@dataclass(frozen=True, slots=True)
class Stored:
    """A territory's directory, survey and funded projects, each None until it is loaded."""

    revision: int = 0
    sha256: str = ""
    directory: Directory | None = None
    survey: Survey | None = None
    funded: FundedProjects | None = None


def stored_milieu(connection: Connection, territory: str) -> Stored:
    row = connection.execute(select(MILIEUX).where(MILIEUX.c.territory == territory)).one_or_none()
    if row is None:
        return Stored()
    return Stored(
        row.revision,
        row.sha256,
        None if row.relays is None else codec.adapter(Directory).validate_json(row.relays),
        None if row.survey is None else codec.adapter(Survey).validate_json(row.survey),
        None if row.funded is None else codec.adapter(FundedProjects).validate_json(row.funded),
    )


def keep_milieu(
    transaction: Transaction,
    territory: str,
    correlation_id: str,
    *,
    directory: Directory | None = None,
    survey: Survey | None = None,
    funded: FundedProjects | None = None,
) -> int | None:
    """Put a directory, a survey or the list of funded projects in force and say the milieu; answers
    its revision, or None where the territory is not loaded. With none, what is stored is published
    beside new data of the territory. The same twice changes and says nothing.

    This is the one door by which decisions feed the milieu, whoever brings them.
    """
    connection = transaction.connection
    hold(connection, [territory])
    body = snapshot_of(connection, territory)
    if body is None:
        return None
    before = stored_milieu(connection, territory)
    now = Stored(
        before.revision + 1,
        directory=directory or before.directory,
        survey=survey or before.survey,
        funded=funded or before.funded,
    )
    if now.directory is None and now.survey is None and now.funded is None:
        return 0
    snapshot: TerritorySnapshot = codec.adapter(TerritorySnapshot).validate_json(body)
    milieu = milieu_of(now, snapshot)
    sha256 = hashlib.sha256(codec.adapter(Milieu).dump_json(milieu)).hexdigest()
    if sha256 == before.sha256:
        return before.revision
    connection.execute(
        _STORE.on(connection),
        {
            "territory": territory,
            "revision": now.revision,
            "sha256": sha256,
            "relays": now.directory and codec.adapter(Directory).dump_json(now.directory),
            "survey": now.survey and codec.adapter(Survey).dump_json(now.survey),
            "funded": now.funded and codec.adapter(FundedProjects).dump_json(now.funded),
        },
    )
    transaction.publish(
        MilieuProfiled(territory=territory, revision=now.revision, milieu=milieu),
        correlation_id=correlation_id,
    )
    return now.revision


def milieu_of(stored: Stored, snapshot: TerritorySnapshot) -> Milieu:
    """What can be counted of a milieu, beside what was answered."""
    relays = () if stored.directory is None else stored.directory.relays
    by_kind: Counter[str] = Counter(relay.kind for relay in relays)
    establishments = sum(each.establishments for each in snapshot.activities)
    return Milieu(
        relays=relays,
        places=_places(stored, snapshot),
        establishments=establishments,
        density=round(counts.relay_density(len(relays), establishments), _DECIMALS)
        if establishments
        else None,
        diversity=round(counts.relay_diversity(by_kind, len(RelayKind)), _DECIMALS),
        missing=tuple(kind for kind in RelayKind if not by_kind[kind]),
        interaction=_interaction(stored),
        survey=stored.survey,
        funded=None if stored.funded is None else stored.funded.projects,
    )


def _interaction(stored: Stored) -> Interaction | None:
    """Ties are pairs: a project that stands in the survey and among the funded ones counts once."""
    carried = [
        *(() if stored.survey is None else (each.institutions for each in stored.survey.projects)),
        *(() if stored.funded is None else (each.institutions for each in stored.funded.projects)),
    ]
    if stored.directory is None or not any(len(each) > 1 for each in carried):
        return None
    found = counts.interaction(
        (relay.id for relay in stored.directory.relays),
        carried,
    )
    return Interaction(
        institutions=found.institutions,
        ties=found.ties,
        density=round(found.density, _DECIMALS),
        largest_part=round(found.largest_part, _DECIMALS),
    )


def _places(stored: Stored, snapshot: TerritorySnapshot) -> tuple[Spot, ...]:
    """The communes of the territory and of its relays: where somebody may ask from."""
    if stored.directory is None:
        return ()
    here = geography()
    communes = () if snapshot.employment is None else snapshot.employment.communes
    codes = {each.code: here.current(each.code) for each in communes}
    found = {now: spot_of(here.communes[now]) for now in codes.values() if now is not None}
    found |= spots(stored.directory.relays, here)
    return tuple(found[code] for code in sorted(found))


class Directories:
    """Keeps each territory's directory in memory by its revision, with where its relays are."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[Directory, Mapping[str, Spot]] | None] = {}

    def of(
        self, connection: Connection, territory: str, revision: int
    ) -> tuple[Directory, Mapping[str, Spot]] | None:
        key = territory, revision
        if key not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            directory = stored_milieu(connection, territory).directory
            self._known[key] = (
                None if directory is None else (directory, spots(directory.relays, geography()))
            )
        return self._known[key]

    def whom_to_ask(
        self, connection: Connection, revision: int | None, proposal: Proposal
    ) -> WhomToAsk | None:
        """The relays for a project; None where no directory is loaded."""
        if revision is None:
            return None
        known = self.of(connection, proposal.territory, revision)
        if known is None:
            return None
        directory, where = known
        place = place_of(
            (firm.commune for firm in proposal.firms if firm.commune is not None), geography()
        )
        return whom_to_ask(directory.relays, NEEDS[proposal.kind], place, where, most=NAMED)


def milieu_revisions(connection: Connection) -> dict[str, int]:
    """The revision of each territory's milieu."""
    rows = connection.execute(select(MILIEUX.c.territory, MILIEUX.c.revision))
    return {row.territory: row.revision for row in rows}
