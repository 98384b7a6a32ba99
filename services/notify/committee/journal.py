"""What was shown to whom and when: an append-only journal in which every entry seals those before.

Each entry carries the hash of the one before it and a hash of its own over that and all it says.
Who changes, removes or moves an entry breaks the chain at that place; who rewrites the whole end
changes the last hash, which is printed on documents that are elsewhere by then.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Connection, Index, Table, insert, select
from sqlmodel import Field, SQLModel

from services.chassis.database.locks import hold
from services.chassis.database.store import Store
from services.chassis.database.tables import Moment
from services.chassis.web.references import is_named

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""

_END = "the end of notify's journal"


class Kind(StrEnum):
    """What happened: a verdict was heard, or that there is none, a proposal withdrawn, a verdict's
    page read.
    """

    VERDICT = "verdict"
    NOT_JUDGED = "not judged"
    WITHDRAWAL = "withdrawal"
    ACCESS = "access"


class JournalRow(SQLModel, table=True):
    """One entry. ``at`` is when it was written; ``content`` a JSON object of what else is known."""

    __tablename__ = "journal"
    __table_args__ = (Index("journal_of_proposal", "proposal_id", "seq"),)
    __table__: ClassVar[Table]

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=Moment)
    kind: str = Field(max_length=20)
    proposal_id: str = Field(max_length=32)
    revision: int
    actor: str = Field(max_length=254)
    content: str
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


JOURNAL = JournalRow.__table__
_INSERT = insert(JOURNAL)
_LAST = select(JOURNAL.c.seq, JOURNAL.c.hash).order_by(JOURNAL.c.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Said:
    """Something to be written down. ``actor`` is who did it: a service, or a desk account."""

    kind: Kind
    proposal_id: str
    revision: int
    actor: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is stored."""

    seq: int
    at: datetime
    kind: str
    proposal_id: str
    revision: int
    actor: str
    content: str
    previous: str
    hash: str

    def seal(self) -> str:
        """The hash this entry must have: SHA-256 over the one before it and all it says."""
        said = [
            self.previous,
            self.seq,
            round(self.at.timestamp() * 1_000_000),
            self.kind,
            self.proposal_id,
            self.revision,
            self.actor,
            self.content,
        ]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def append(connection: Connection, now: datetime, said: Sequence[Said]) -> list[Entry]:
    """Write these down, in their order, in the caller's transaction; answers the entries.

    Among replicas the end of the journal belongs to one transaction at a time. It is asked for
    after every other name a transaction holds, so that no two wait for each other.
    """
    if not said:
        return []
    hold(connection, (_END,))
    last = connection.execute(_LAST).one_or_none()
    seq, previous = (0, GENESIS) if last is None else (last.seq, last.hash)
    entries = []
    for each in said:
        seq += 1
        content = json.dumps(
            each.content, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        open_entry = Entry(
            seq, now, each.kind, each.proposal_id, each.revision, each.actor, content, previous, ""
        )
        previous = open_entry.seal()
        entries.append(replace(open_entry, hash=previous))
    connection.execute(_INSERT, [_values(entry) for entry in entries])
    return entries


def entries(connection: Connection, proposal_id: str | None = None) -> Iterator[Entry]:
    """The entries in their order, all or those of one proposal, by id or reference; read bit by
    bit.
    """
    wanted = select(JOURNAL).order_by(JOURNAL.c.seq)
    if proposal_id is not None:
        wanted = wanted.where(is_named(JOURNAL.c.proposal_id, proposal_id))
    for row in connection.execute(wanted.execution_options(yield_per=1_000)):
        yield Entry(*row)


def entry_of_verdict(connection: Connection, proposal_id: str, revision: int) -> Entry | None:
    """The entry of a verdict; None for one that was heard before there was a journal."""
    wanted = (
        select(JOURNAL)
        .where(
            JOURNAL.c.proposal_id == proposal_id,
            JOURNAL.c.revision == revision,
            JOURNAL.c.kind == Kind.VERDICT,
        )
        .order_by(JOURNAL.c.seq)
        .limit(1)
    )
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Entry(*row)


def note_access(store: Store, now: datetime, said: Said) -> tuple[Entry | None, Entry]:
    """Write down that a verdict was read; answers the verdict's entry and that of the reading.

    Raises ``StoreUnavailable``.
    """

    def write(connection: Connection) -> tuple[Entry | None, Entry]:
        (reading,) = append(connection, now, [said])
        return entry_of_verdict(connection, said.proposal_id, said.revision), reading

    return store.write(write)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the journal is not what it was, in a sentence. ``seq`` is the entry there."""

    seq: int
    what: str


class Check:
    """Goes through the entries in their order and finds what does not fit.

    ``known`` is a hash somebody has kept, from a printed document for example: the journal must
    still contain it.
    """

    def __init__(self, known: str | None = None) -> None:
        self.known = known
        self.count = 0
        self.head = GENESIS
        self._seq = 0
        self.found_at = 0 if known == GENESIS else None
        """The entry that has this hash, once it was met; 0 for the beginning."""

    def faults(self, journal: Iterable[Entry]) -> Iterator[Fault]:
        """Each fault once, at the entry where it shows."""
        for entry in journal:
            yield from self._look(entry)
            self.count += 1
            self._seq, self.head = entry.seq, entry.hash
            if entry.hash == self.known:
                self.found_at = entry.seq
        if self.known is not None and self.found_at is None:
            yield Fault(
                self._seq,
                f"no entry has the hash {self.known}: what was written with it was removed from "
                f"the end, or everything from some entry on was written anew",
            )

    def _look(self, entry: Entry) -> Iterator[Fault]:
        gap = entry.seq != self._seq + 1
        if gap:
            first, last = self._seq + 1, entry.seq - 1
            missing = f"entry {first} is" if first == last else f"entries {first} to {last} are"
            yield Fault(entry.seq, f"{missing} missing")
        if entry.seal() != entry.hash:
            yield Fault(entry.seq, f"entry {entry.seq} was changed or moved: its hash is another")
        if entry.previous != self.head and not gap:
            before = f"entry {self._seq}" if self._seq else "the beginning"
            yield Fault(
                entry.seq,
                f"entry {entry.seq} does not follow {before}: one of the two was replaced",
            )


def _values(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
