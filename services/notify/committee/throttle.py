"""How often one may try to sign in. Counted in the store: replicas share it, a restart keeps it.

Three counts: of an account from one address, of an address, and of an account from everywhere.
The last two hold up nobody who signed in from that address before, so that neither a neighbour
behind the same proxy nor somebody far away locks an officer out of the usual place of work.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import ClassVar

from sqlalchemy import Connection, Index, Row, Table, and_, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from services.chassis.database.tables import Moment
from services.notify.committee.accounts import normal_email

WINDOW = timedelta(minutes=15)
"""Failures are counted from the first for so long; then the count begins anew."""

OF_PAIR = 5
"""Failures of one account from one address, after which the two wait for the end of the window."""

OF_ADDRESS = 50
"""Failures from one address, whatever the accounts: a town hall shares one."""

OF_ACCOUNT = 100
"""Failures of one account, wherever from: what many addresses may try (NIST SP 800-63B, 5.2.2)."""

KNOWN_FOR = timedelta(days=30)
"""How long an address is remembered from which somebody signed in."""

MOST_ROWS = 50_000
"""Counts kept; the oldest go first. Each costs whoever makes it a password check of ours."""


class SignInTries(SQLModel, table=True):
    """One count. What of is stored as a hash: the table lists neither people nor addresses."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index("sign_in_tries_since", "since"),)
    __table__: ClassVar[Table]

    of_sha256: str = Field(primary_key=True, max_length=64)
    since: datetime = Field(sa_type=Moment)
    failures: int
    known_until: datetime | None = Field(default=None, sa_type=Moment)


_TRIES = SignInTries.__table__


@dataclass(frozen=True, slots=True)
class Wait:
    """How long there is to wait; ``begins`` with the first try that is refused for it."""

    left: timedelta
    begins: bool


def begin(connection: Connection, email: str, address: str, now: datetime) -> Wait | None:
    """Count a try as failed, before the password is checked, so that tries made at the same time
    count too. Answers how long to wait when it may not be made.
    """
    pair, *wider = _counted(email, address)
    own = _count(connection, pair, now)
    if own.failures > OF_PAIR:
        return Wait(_left(own, now), own.failures == OF_PAIR + 1)
    # In this order everywhere, and what is old last: two who wait for each other's rows would stop.
    counts = [_count(connection, each, now) for each in wider]
    _forget(connection, now)
    if own.known_until is not None and own.known_until > now:
        return None
    limits = zip(counts, (OF_ADDRESS, OF_ACCOUNT), strict=True)
    over = [(count, most) for count, most in limits if count.failures > most]
    if not over:
        return None
    return Wait(
        max(_left(count, now) for count, _ in over),
        any(count.failures == most + 1 for count, most in over),
    )


def succeeded(connection: Connection, email: str, address: str, now: datetime) -> None:
    """Take the try back that ``begin`` counted, forget the pair's failures, know the address."""
    pair, *wider = _counted(email, address)
    one = _TRIES.c.of_sha256
    connection.execute(
        update(_TRIES).where(one == pair).values(failures=0, known_until=now + KNOWN_FOR)
    )
    for each in wider:
        connection.execute(
            update(_TRIES)
            .where(one == each, _TRIES.c.failures > 0)
            .values(failures=_TRIES.c.failures - 1)
        )


def _counted(email: str, address: str) -> tuple[str, str, str]:
    """Under which hashes a try is counted: of the pair, of the address, of the account."""
    who, where = normal_email(email), _network(address)
    return (_hash("pair", who, where), _hash("address", where), _hash("account", who))


def _hash(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def _network(address: str) -> str:
    """An address of IPv6 as its network: whoever has one has as many as there are in it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def _count(connection: Connection, of: str, now: datetime) -> Row[tuple[object, ...]]:
    """One failure more, or the first of a new window."""
    module = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = module.insert(_TRIES).values(of_sha256=of, since=now, failures=1)
    over = _TRIES.c.since <= now - WINDOW
    statement = first.on_conflict_do_update(
        index_elements=[_TRIES.c.of_sha256],
        set_={
            "since": case((over, first.excluded.since), else_=_TRIES.c.since),
            "failures": case((over, 1), else_=_TRIES.c.failures + 1),
        },
    ).returning(_TRIES.c.since, _TRIES.c.failures, _TRIES.c.known_until)
    return connection.execute(statement).one()


def _left(count: Row[tuple[object, ...]], now: datetime) -> timedelta:
    left: timedelta = count.since + WINDOW - now
    return left


def _forget(connection: Connection, now: datetime) -> None:
    """Delete what counts no longer, and the oldest beyond ``MOST_ROWS``."""
    of, since, known = _TRIES.c.of_sha256, _TRIES.c.since, _TRIES.c.known_until
    last = select(since).order_by(since.desc()).offset(MOST_ROWS).limit(1).scalar_subquery()
    unknown = or_(known.is_(None), known <= now)
    old = and_(unknown, or_(since <= now - WINDOW, since <= last))
    # Rows that somebody else counts on now are left for the next time.
    found = select(of).where(old).limit(1_000).with_for_update(skip_locked=True)
    connection.execute(delete(_TRIES).where(of.in_(found)))
