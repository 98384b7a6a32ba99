"""A stored verdict computed again from what it was computed from, and compared with it.

Computing reads the bases, the sheets and the territory's data alone; the stored verdict is read
afterwards, to be compared. The bytes must be the same.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, or_, select

from contracts import codec
from contracts.events import ProposalSubmitted, VerdictIssued
from contracts.vocabulary.milieu import WhomToAsk
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.said import WhenSaid
from contracts.vocabulary.territory import TerritoryRef, TerritorySnapshot
from services.chassis.parameters import ParameterBook
from services.chassis.web.references import is_named
from services.method import (
    KEPT,
    METHOD_VERSION,
    Case,
    Rules,
    assess,
    judge_all,
    rules_of,
    territory_knowledge,
)
from services.scoring.bases import sheet_of
from services.scoring.handlers import case_of, issued
from services.scoring.storage import BASES, SHEETS, VERDICTS

AT_ONCE = 200
"""Verdicts computed together: games of the same size are solved in one go."""

PLACES_NAMED = 5
"""Differences named of one verdict; the rest are counted."""

_NO_BASIS = (
    "it was issued before verdicts kept what they were computed from, and its revision has been "
    "replaced since"
)

Key = tuple[str, int]
"""Proposal and revision."""

Data = tuple[TerritoryRef, TerritorySnapshot]

Territories = Callable[[str], Data]
"""The territory's data with this hash. Raises ``Lost``."""


class Lost(Exception):
    """Something a verdict was computed from is not there, or is not what it was."""


class Outcome(StrEnum):
    """What came of computing a verdict again."""

    SAME = "same"
    """The same bytes."""
    DIFFERENT = "different"
    """Other bytes, under the method version it was issued with."""
    OTHER_METHOD = "other_method"
    """Other bytes, and the rules of its version are not kept: what a change of the method does."""
    IMPOSSIBLE = "impossible"
    """Something it was computed from is not there any more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the two verdicts differ: a JSON pointer and both values."""

    at: str
    stored: Any
    recomputed: Any


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One verdict computed again. ``notes`` say what a reader must know about how."""

    proposal_id: str
    revision: int
    outcome: Outcome
    issued_with: str
    label: tuple[str, str] | None = None
    """Stored and recomputed."""
    differences: tuple[Difference, ...] = ()
    more_differences: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a verdict is computed from, read and understood. ``before`` are the parameters it was
    issued with, as far as they are known; ``case.sheet`` those it is computed with.
    """

    key: Key
    issued_with: str
    submitted: ProposalSubmitted
    case: Case
    before: ParameterSheet
    notes: tuple[str, ...]


class Bases:
    """Reads what verdicts were computed from. Changes nothing, and reads no verdict but its key."""

    def __init__(
        self,
        connection: Connection,
        territories: Territories,
        book: ParameterBook,
        *,
        day: date | None = None,
        kept_parameters: bool = True,
    ) -> None:
        """``kept_parameters`` False judges with this version's parameters instead of those that
        were kept; ``day`` with those of another day.
        """
        self._connection = connection
        self._territories = territories
        self._book = book
        self._day = day
        self._kept_parameters = kept_parameters and day is None
        self._sheets: dict[tuple[str, date], tuple[ParameterSheet, tuple[str, ...]]] = {}
        self._data: dict[str, Data] = {}

    def keys(self, proposal_id: str) -> list[Key]:
        """The verdicts of a proposal, by revision; of each one a reference means."""
        id_, revision = VERDICTS.c.proposal_id, VERDICTS.c.revision
        wanted = select(id_, revision).where(is_named(id_, proposal_id)).order_by(id_, revision)
        return [(row[0], row[1]) for row in self._connection.execute(wanted)]

    def after(self, key: Key) -> list[Key]:
        """The next verdicts after this one, in the order of proposal and revision."""
        id_, revision = VERDICTS.c.proposal_id, VERDICTS.c.revision
        wanted = select(id_, revision).where(_after(key)).order_by(id_, revision).limit(AT_ONCE)
        return [(row[0], row[1]) for row in self._connection.execute(wanted)]

    def count(self, after: Key) -> int:
        """How many verdicts are stored after this one."""
        counted = select(func.count()).select_from(VERDICTS).where(_after(after))
        return self._connection.execute(counted).scalar_one()

    def prepare(self, keys: Sequence[Key]) -> dict[Key, Prepared | Lost]:
        """What each of these verdicts was computed from, or why it cannot be computed again."""
        found: dict[Key, Prepared | Lost] = {key: Lost(_NO_BASIS) for key in keys}
        for key, basis in self._rows(BASES, keys).items():
            if key in found:
                try:
                    found[key] = self._prepared(basis)
                except Lost as error:
                    found[key] = error
        return found

    def case(self, prepared: Prepared, sheet: ParameterSheet, rules: Rules) -> Case:
        """The same revision and territory with other parameters or by other rules."""
        ref, snapshot = self._data[prepared.case.assessment.territory.snapshot_sha256]
        proposal = prepared.submitted.proposal
        assessment = assess(proposal, ref, sheet, territory_knowledge(snapshot, sheet), rules)
        return Case(proposal, assessment, sheet, prepared.case.inputs_sha256)

    def stored(self, keys: Sequence[Key]) -> dict[Key, bytes]:
        """The stored verdicts, to be compared with."""
        return {key: row.body for key, row in self._rows(VERDICTS, keys).items()}

    def _rows(self, table: Table, keys: Sequence[Key]) -> dict[Key, Row[Any]]:
        ids = {proposal_id for proposal_id, _ in keys}
        found = self._connection.execute(select(table).where(table.c.proposal_id.in_(ids)))
        return {(row.proposal_id, row.revision): row for row in found}

    def _prepared(self, basis: Row[Any]) -> Prepared:
        sha = basis.snapshot_sha256
        if sha not in self._data:
            self._data[sha] = self._territories(sha)
        ref, snapshot = self._data[sha]
        before, notes = self._before(basis.parameters_sha256, basis.parameters_on)
        sheet = before if self._kept_parameters else self._book.on(self._day or before.on)
        try:
            submitted = codec.decode(ProposalSubmitted, basis.body)
        except ValidationError as error:
            raise Lost(f"the revision it was computed from cannot be read: {error}") from error
        rules = rules_of(basis.method_version)
        if basis.method_version not in KEPT:
            notes = (*notes, _not_kept(basis.method_version))
        assessment = assess(
            submitted.proposal, ref, sheet, territory_knowledge(snapshot, sheet), rules
        )
        return Prepared(
            (basis.proposal_id, basis.revision),
            basis.method_version,
            submitted,
            case_of(submitted.proposal, assessment, sheet),
            before,
            notes,
        )

    def _before(self, sha: str, day: date) -> tuple[ParameterSheet, tuple[str, ...]]:
        if (sha, day) not in self._sheets:
            self._sheets[sha, day] = self._read_sheet(sha, day)
        return self._sheets[sha, day]

    def _read_sheet(self, sha: str, day: date) -> tuple[ParameterSheet, tuple[str, ...]]:
        now = self._book.on(day)
        if not sha:
            return now, (f"its parameters were not kept: those of {day} in this version are used",)
        kept = self._connection.execute(
            select(SHEETS.c.body).where(SHEETS.c.sha256 == sha)
        ).scalar_one_or_none()
        if kept is None or hashlib.sha256(kept).hexdigest() != sha:
            raise Lost(f"the parameters it was computed with ({sha}) are not there as they were")
        sheet = sheet_of(day, kept, now)
        changed = changed_parameters(sheet, now)
        if not changed:
            return sheet, ()
        said = f"this version has other values for {day}: {', '.join(changed)}"
        return sheet, (f"{said}; the kept ones are used" if self._kept_parameters else said,)


def _after(key: Key) -> ColumnElement[bool]:
    id_, revision = VERDICTS.c.proposal_id, VERDICTS.c.revision
    return or_(id_ > key[0], and_(id_ == key[0], revision > key[1]))


def _not_kept(version: str) -> str:
    return (
        f"the rules of method {version} are not kept (kept are {', '.join(KEPT)}): it was computed "
        f"with method {METHOD_VERSION}"
    )


def changed_parameters(before: ParameterSheet, now: ParameterSheet) -> list[str]:
    """Names of the parameters whose value or unit differs, and of those only one side has."""

    def said(sheet: ParameterSheet, name: str) -> object:
        return (sheet[name].value, sheet[name].unit) if name in sheet else None

    return sorted(n for n in {*before, *now} if said(before, n) != said(now, n))


def recompute(bases: Bases, keys: Sequence[Key]) -> Iterator[Recomputed]:
    """Compute these verdicts again and compare, in their order."""
    prepared = bases.prepare(keys)
    ready = {key: each for key, each in prepared.items() if isinstance(each, Prepared)}
    verdicts = judge_all([each.case for each in ready.values()])
    # Only now, when everything is computed, is a stored verdict looked at.
    stored = bases.stored(list(ready))
    computed = dict(zip(ready, verdicts, strict=True))
    for key, each in prepared.items():
        if isinstance(each, Lost):
            yield Recomputed(*key, Outcome.IMPOSSIBLE, "", notes=(str(each),))
        else:
            asked = _asked(stored[key])
            yield _compared(each, stored[key], issued(each.submitted, computed[key], asked))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of a stored verdict the relays alone: the rest need not be understood to be compared."""

    whom_to_ask: WhenSaid[WhomToAsk] = None


def _asked(stored: bytes) -> WhomToAsk | None:
    """The relays named in a stored verdict: no part of the judgement, so not computed again."""
    try:
        found: _Asked = codec.adapter(_Asked).validate_json(stored, extra="ignore")
    except ValidationError:
        # What is wrong with the stored verdict is said where both are compared.
        return None
    return found.whom_to_ask


def _compared(ready: Prepared, stored: bytes, event: VerdictIssued) -> Recomputed:
    recomputed = codec.encode(event)
    if recomputed == stored:
        label = event.verdict.label
        return Recomputed(
            *ready.key,
            Outcome.SAME,
            ready.issued_with,
            (label, label),
            notes=ready.notes,
        )
    before, after = _read(stored), json.loads(recomputed)
    found = list(differences(before, after))
    same_method = ready.issued_with in KEPT
    return Recomputed(
        *ready.key,
        Outcome.DIFFERENT if same_method else Outcome.OTHER_METHOD,
        ready.issued_with,
        (_label(before), event.verdict.label),
        tuple(found[:PLACES_NAMED]),
        max(0, len(found) - PLACES_NAMED),
        ready.notes,
    )


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "backslashreplace")


def _label(event: Any) -> str:
    try:
        return str(event["verdict"]["label"])
    except (KeyError, TypeError):
        return "unreadable"


def differences(stored: Any, recomputed: Any, at: str = "") -> Iterator[Difference]:
    """Where two JSON values differ, from the top; two texts of the same values differ nowhere."""
    if isinstance(stored, dict) and isinstance(recomputed, dict):
        for name in [*stored, *(name for name in recomputed if name not in stored)]:
            yield from differences(stored.get(name), recomputed.get(name), f"{at}/{name}")
    elif isinstance(stored, list) and isinstance(recomputed, list):
        if len(stored) != len(recomputed):
            yield Difference(at, f"{len(stored)} items", f"{len(recomputed)} items")
        for i, (one, other) in enumerate(zip(stored, recomputed, strict=False)):
            yield from differences(one, other, f"{at}/{i}")
    elif stored != recomputed:
        yield Difference(at or "/", stored, recomputed)
