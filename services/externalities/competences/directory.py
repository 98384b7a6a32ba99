"""The directory of competences in force: put there, said to the others, asked."""

from collections.abc import Sequence
from functools import cache, lru_cache

from sqlalchemy import Connection, select

from contracts import codec
from contracts.events import CompetencesPublished
from contracts.nomenclature import word_families
from contracts.vocabulary.competences import CompetenceDirectory, CompetenceEntry
from contracts.vocabulary.territory import TerritoryRef
from services.chassis.database.locks import hold
from services.chassis.database.upsert import Upsert
from services.chassis.messaging.transaction import Transaction
from services.externalities.storage import DIRECTORIES
from services.method.competences.asking import Index
from services.method.competences.words import Lexicon

_PUT_IN_FORCE = Upsert(DIRECTORIES, replace=("revision", "body"))

_INDEXES_KEPT = 4
"""Directories ready to be asked at a time; the least used makes room."""


def publish(
    transaction: Transaction,
    territory: TerritoryRef,
    entries: Sequence[CompetenceEntry],
    correlation_id: str,
) -> CompetencesPublished:
    """Replace the territory's directory and say so; the same entries change and say nothing."""
    body = codec.adapter(CompetenceDirectory).dump_json(CompetenceDirectory(entries=tuple(entries)))
    connection = transaction.connection
    hold(connection, [f"competences of {territory.id}"])
    current = connection.execute(
        select(DIRECTORIES.c.revision, DIRECTORIES.c.body).where(
            DIRECTORIES.c.territory == territory.id
        )
    ).one_or_none()
    unchanged = current is not None and bytes(current.body) == body
    revision = current.revision + (not unchanged) if current is not None else 1
    event = CompetencesPublished(territory=territory, revision=revision, entries=tuple(entries))
    if unchanged:
        return event
    connection.execute(
        _PUT_IN_FORCE.on(connection),
        {"territory": territory.id, "revision": revision, "body": body},
    )
    transaction.publish(event, correlation_id=correlation_id)
    transaction.flush()
    return event


def directory_of(connection: Connection, territory: str) -> tuple[int, bytes] | None:
    """Revision and JSON of a territory's directory; None when it has none."""
    found = connection.execute(
        select(DIRECTORIES.c.revision, DIRECTORIES.c.body).where(
            DIRECTORIES.c.territory == territory
        )
    ).one_or_none()
    return None if found is None else (found.revision, bytes(found.body))


@cache
def lexicon() -> Lexicon:
    """The trade words this version ships."""
    return Lexicon(word_families())


@lru_cache(_INDEXES_KEPT)
def index_of(body: bytes) -> Index:
    """The directory ready to be asked; made once for each content."""
    directory: CompetenceDirectory = codec.adapter(CompetenceDirectory).validate_json(body)
    return Index(directory.entries, lexicon())
