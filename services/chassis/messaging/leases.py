"""Who relays what, where several relays share one outbox: leases on buckets of keys.

A key always falls into the same bucket, and a bucket has one relay at a time, so that events of one
key leave in their order. A lease ends by the database's clock; whoever takes it over writes a token
of its own, and whatever the former holder still does with the old one has no effect.
"""

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import structlog
from sqlalchemy import BigInteger, Column, Connection, Integer, Table, text
from sqlmodel import Field, SQLModel

from services.chassis.database.store import Store
from services.chassis.ops.metrics import Metrics

log = structlog.get_logger()

BUCKETS = 64
"""Few enough to be read at a glance, many enough to be shared out evenly among replicas."""

BUCKET_OF_KEY = f"(hashtext(key) & {BUCKETS - 1})"
"""In SQL: computed where it is asked for, so that no column and no client has to agree with it."""

LEASE_SECONDS = 45.0
"""Longer than a bus may take to say what became of a record (Kafka: 30 s and 10 s of slack): who
still waits for an outcome still has the lease. So long the events of a relay that was killed wait.
"""

RENEW_SECONDS = 5.0
LOOK_SECONDS = 1.0
"""How soon a bucket that was given back, or a relay that came, is noticed."""


class RelayRow(SQLModel, table=True):
    """A relay that lives: it says so again and again."""

    __tablename__ = "relay"
    __table__: ClassVar[Table]

    owner: str = Field(primary_key=True, max_length=32)
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class LeaseRow(SQLModel, table=True):
    """Who relays the keys of a bucket, and until when."""

    __tablename__ = "relay_lease"
    __table__: ClassVar[Table]

    bucket: int = Field(
        sa_column=Column(Integer, primary_key=True, autoincrement=False, nullable=False)
    )
    token: str | None = Field(default=None, max_length=32)
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))


LEASE_TABLES: tuple[Table, ...] = (RelayRow.__table__, LeaseRow.__table__)
"""Only PostgreSQL has them: elsewhere a database belongs to one process."""

_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
_TERM = int(LEASE_SECONDS * 1_000_000)
_MINE = "token = ANY(CAST(:tokens AS varchar[]))"

_MAKE = text(
    f"INSERT INTO relay_lease (bucket, expires_at) SELECT bucket, 0 "
    f"FROM generate_series(0, {BUCKETS - 1}) AS bucket ON CONFLICT DO NOTHING"
)
_ALIVE = text(
    f"INSERT INTO relay (owner, expires_at) VALUES (:owner, {_NOW} + {_TERM}) "
    f"ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at"
)
_BURY = text(f"DELETE FROM relay WHERE expires_at <= {_NOW}")
_LIVING = text(f"SELECT count(*) FROM relay WHERE expires_at > {_NOW}")
_RENEW = text(
    f"UPDATE relay_lease SET expires_at = {_NOW} + {_TERM} WHERE {_MINE} RETURNING bucket"
)
_CLAIM = text(
    f"UPDATE relay_lease SET token = :token, expires_at = {_NOW} + {_TERM} WHERE bucket IN ("
    f"SELECT bucket FROM relay_lease WHERE expires_at <= {_NOW} ORDER BY bucket LIMIT :most "
    f"FOR UPDATE SKIP LOCKED) RETURNING bucket"
)
_GIVE_BACK = text(
    f"UPDATE relay_lease SET token = NULL, expires_at = 0 "
    f"WHERE bucket = ANY(CAST(:buckets AS integer[])) AND {_MINE}"
)
_LEAVE = text("DELETE FROM relay WHERE owner = :owner")
_FREE = text(f"SELECT count(*) FROM relay_lease WHERE expires_at <= {_NOW}")


class Leases:
    """The buckets of one relay: claimed up to its fair share, renewed, given back."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self.owner = uuid.uuid4().hex
        self.tokens: dict[int, str] = {}
        """The token under which each bucket is held."""
        self.leaving: set[int] = set()
        """Buckets above the fair share: nothing more of them is sent, and they are given back when
        nothing of them is under way."""
        self._store = store
        self._metrics = metrics
        self._lost = metrics.relay_leases_lost
        self._living = 0
        self._next_look = 0.0
        self._next_renewal = 0.0
        self._good_until = 0.0

    @property
    def good(self) -> bool:
        """Whether the leases last for certain by this machine's clock: a process that was stopped
        for a while must not send before it has asked again.
        """
        return bool(self.tokens) and time.monotonic() < self._good_until

    def keep(self, busy: Collection[int]) -> None:
        """Renew, and share with who came or went. ``busy`` are the buckets with something under
        way. Most calls cost nothing.
        """
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        if now >= self._next_renewal or self._changed(busy):
            self._renew(busy)

    def give_back(self) -> None:
        """Let others have every bucket at once."""

        def leave(connection: Connection) -> None:
            connection.execute(_GIVE_BACK, self._named(self.tokens))
            connection.execute(_LEAVE, {"owner": self.owner})

        self._store.write(leave)
        self.tokens, self.leaving, self._good_until = {}, set(), 0.0
        self._metrics.relay_leases.set(0)

    def _changed(self, busy: Collection[int]) -> bool:
        with self._store.read() as connection:
            living = connection.execute(_LIVING).scalar_one()
            free = connection.execute(_FREE).scalar_one()
        wanted = free > 0 and len(self.tokens) < -(-BUCKETS // max(living, 1))
        return living != self._living or wanted or bool(self.leaving - set(busy))

    def _renew(self, busy: Collection[int]) -> None:
        # Counted from before the database is asked, so that we never think longer than it does.
        asked = time.monotonic()
        done = self._store.write(lambda connection: self._round(connection, set(busy)))
        if lost := self.tokens.keys() - done.tokens.keys() - done.given:
            self._lost.inc(len(lost))
            log.warning("leases went to another relay", store=self._store.name, count=len(lost))
        self.tokens, self.leaving, self._living = done.tokens, done.leaving, done.living
        self._good_until = asked + LEASE_SECONDS
        self._next_renewal = asked + RENEW_SECONDS
        self._metrics.relay_leases.set(len(self.tokens))

    def _round(self, connection: Connection, busy: set[int]) -> "_Round":
        connection.execute(_MAKE)
        connection.execute(_BURY)
        connection.execute(_ALIVE, {"owner": self.owner})
        living = connection.execute(_LIVING).scalar_one()
        share = -(-BUCKETS // living)
        kept = set(connection.execute(_RENEW, {"tokens": [*self.tokens.values()]}).scalars())
        # Those already on their way out first, then those that can go at once.
        order = sorted(kept, key=lambda b: (b not in self.leaving, b in busy, b))
        surplus = set(order[: max(0, len(kept) - share)])
        given = surplus - busy
        if given:
            connection.execute(_GIVE_BACK, self._named(given))
        tokens = {bucket: self.tokens[bucket] for bucket in kept - given}
        if len(kept) < share:
            claim = {"token": uuid.uuid4().hex, "most": share - len(kept)}
            for bucket in connection.execute(_CLAIM, claim).scalars():
                tokens[bucket] = claim["token"]
        return _Round(living, tokens, given, surplus & busy)

    def _named(self, buckets: Collection[int]) -> dict[str, list[int] | list[str]]:
        return {"buckets": [*buckets], "tokens": [*set(self.tokens.values())]}


@dataclass(frozen=True, slots=True)
class _Round:
    """What one look at the leases brought."""

    living: int
    tokens: dict[int, str]
    given: set[int]
    leaving: set[int]
