"""What other parameters or newer rules would do to the verdicts that are stored, and what does it.

Before a change is put in force. A verdict is said to change when its label, one of its two corners
or any level moves; other figures may. What did it is found by judging again: each parameter that
differs is put alone into what the verdict was computed from.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from contracts import codec
from contracts.events import VerdictIssued
from contracts.vocabulary.parameters import Parameter, ParameterSheet
from contracts.vocabulary.verdict import Verdict
from services.method import KEPT, NEWEST, Case, Rules, judge_all, rules_of
from services.scoring.recomputation import Bases, Key, Lost, Prepared, changed_parameters

DAY, RULES = "day", "rules"
"""Causes that are no parameter: the day of the judgement, and the version of the method."""

_MIXED_AT_MOST = 2_000
"""Sheets held for the next batch: some tens of megabytes."""

_FORGED = "the stored verdict is not the one computed again: see `winwinwin verdict recompute`"

NewSheet = Callable[[ParameterSheet], ParameterSheet]
"""From what a verdict was issued with to what it would be judged with."""


class Effect(StrEnum):
    """What would become of one stored verdict."""

    CHANGED = "changed"
    """Its label, a corner or a level moves."""
    KEPT = "kept"
    """None of them does."""
    IMPOSSIBLE = "impossible"
    """Something it was computed from is not there any more."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that moves: ``label``, ``necessary``, ``possible``, ``firms``, ``territory`` or a
    dimension. Levels are written from the worst over the central to the best.
    """

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Cause:
    """What moves it: a parameter, the day or the rules, with both values.

    ``moves`` names what it moves by itself; empty where it moves something only together with
    others.
    """

    name: str
    old: str
    new: str
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one stored verdict, and why."""

    proposal_id: str
    revision: int
    effect: Effect
    title: str = ""
    moved: tuple[Moved, ...] = ()
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class Comparison:
    """Compares stored verdicts with what they would be. ``new_sheet`` answers the same object for
    the same one, so that what is prepared from it is kept.
    """

    bases: Bases
    new_sheet: NewSheet
    rules: Rules = NEWEST
    _mixed: dict[tuple[int, int, str], ParameterSheet] = field(default_factory=dict)
    _held: list[ParameterSheet] = field(default_factory=list)

    def of(self, keys: Sequence[Key]) -> Iterator[Change]:
        """What would become of these verdicts, in their order."""
        prepared = self.bases.prepare(keys)
        ready = {key: each for key, each in prepared.items() if isinstance(each, Prepared)}
        stored = self.bases.stored(list(ready))
        issued = {key: codec.decode(VerdictIssued, body).verdict for key, body in stored.items()}
        after = dict(
            zip(ready, judge_all([self._new(each) for each in ready.values()]), strict=True)
        )
        moved = {key: list(_moved(issued[key], after[key])) for key in ready}
        changed = {key: ready[key] for key in ready if moved[key]}
        base = dict(zip(changed, judge_all([each.case for each in changed.values()]), strict=True))
        causes = self._causes(changed, issued, base, after)
        for key, each in prepared.items():
            if isinstance(each, Lost):
                yield Change(*key, Effect.IMPOSSIBLE, notes=(str(each),))
                continue
            other = each.issued_with in KEPT and key in base and _what(issued[key], base[key])
            yield Change(
                *key,
                Effect.CHANGED if moved[key] else Effect.KEPT,
                each.submitted.proposal.title,
                tuple(moved[key]),
                tuple(causes.get(key, ())),
                (*each.notes, *((_FORGED,) if other else ())),
            )

    def _new(self, each: Prepared) -> Case:
        return self.bases.case(each, self.new_sheet(each.before), self.rules)

    def _causes(
        self,
        changed: Mapping[Key, Prepared],
        issued: Mapping[Key, Verdict],
        base: Mapping[Key, Verdict],
        after: Mapping[Key, Verdict],
    ) -> dict[Key, list[Cause]]:
        """Each candidate alone first; where none moves anything, those without which the change
        does not happen; where there is none either, all of them together.
        """
        alone = self._judged(changed, self._with)
        found: dict[Key, list[Cause]] = {}
        for key, each in changed.items():
            names = _what(issued[key], after[key])
            moves = {name: _what(base[key], said) for name, said in alone[key].items()}
            if each.issued_with not in KEPT:
                moves[RULES] = _what(issued[key], base[key])
            found[key] = [
                self._cause(each, name, tuple(what for what in moved if what in names))
                for name, moved in moves.items()
                if set(moved) & set(names)
            ]
        rest = {key: each for key, each in changed.items() if not found[key]}
        without = self._judged(rest, self._without)
        for key, each in rest.items():
            needed = [name for name, said in without[key].items() if _what(said, after[key])]
            found[key] = [self._cause(each, name, ()) for name in needed or self._candidates(each)]
        return found

    def _judged(
        self,
        changed: Mapping[Key, Prepared],
        variant: Callable[[Prepared, str], Case | None],
    ) -> dict[Key, dict[str, Verdict]]:
        """Every candidate of every verdict, judged together."""
        asked = [
            (key, name, case)
            for key, each in changed.items()
            for name in self._candidates(each)
            if (case := variant(each, name)) is not None
        ]
        found: dict[Key, dict[str, Verdict]] = {key: {} for key in changed}
        verdicts = judge_all([case for _, _, case in asked])
        for (key, name, _), verdict in zip(asked, verdicts, strict=True):
            found[key][name] = verdict
        return found

    def _candidates(self, each: Prepared) -> list[str]:
        new = self.new_sheet(each.before)
        names = [name for name in changed_parameters(each.before, new) if name in new]
        if each.before.on != new.on:
            names.append(DAY)
        if each.issued_with in KEPT and each.issued_with != self.rules.version:
            names.append(RULES)
        return names

    def _with(self, each: Prepared, name: str) -> Case | None:
        """What the verdict was computed from, with this alone as it would be."""
        old, new = rules_of(each.issued_with), self.new_sheet(each.before)
        if name == RULES:
            return self.bases.case(each, each.before, self.rules)
        return self._case(each, self._mix(each.before, new, name), old)

    def _without(self, each: Prepared, name: str) -> Case | None:
        """What it would be computed from, with this alone as it was."""
        new = self.new_sheet(each.before)
        if name == RULES:
            return self.bases.case(each, new, rules_of(each.issued_with))
        return self._case(each, self._mix(new, each.before, name), self.rules)

    def _case(self, each: Prepared, sheet: ParameterSheet, rules: Rules) -> Case | None:
        try:
            return self.bases.case(each, sheet, rules)
        except (KeyError, ValueError):
            # Some values make sense only beside others of the same set: none of them does it alone.
            return None

    def _mix(self, base: ParameterSheet, other: ParameterSheet, name: str) -> ParameterSheet:
        """The sheet ``base`` with one thing of ``other``; the same object for the same question."""
        key = id(base), id(other), name
        if key not in self._mixed:
            if len(self._mixed) >= _MIXED_AT_MOST:
                self._mixed.clear()
                self._held.clear()
            if name == DAY:
                mixed = ParameterSheet(other.on, base)
            elif name in other:
                mixed = ParameterSheet(base.on, {**base, name: other[name]})
            else:
                mixed = ParameterSheet(base.on, {n: p for n, p in base.items() if n != name})
            # Both are held, so that no other sheet is given their identity.
            self._held += [base, other]
            self._mixed[key] = mixed
        return self._mixed[key]

    def _cause(self, each: Prepared, name: str, moves: tuple[str, ...]) -> Cause:
        new = self.new_sheet(each.before)
        if name == DAY:
            return Cause(DAY, each.before.on.isoformat(), new.on.isoformat(), moves)
        if name == RULES:
            kept = "" if each.issued_with in KEPT else " (not kept)"
            return Cause(RULES, each.issued_with + kept, self.rules.version, moves)
        return Cause(name, _value(each.before.get(name)), _value(new.get(name)), moves)


def _value(parameter: Parameter | None) -> str:
    if parameter is None:
        return "none"
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    return f"{' · '.join(f'{value:g}' for value in values)} {parameter.unit}"


def _moved(old: Verdict, new: Verdict) -> Iterator[Moved]:
    """What differs between two verdicts, of what decides."""
    after = dict(_levels(new))
    for what, level in _levels(old):
        if level != after[what]:
            yield Moved(what, level, after[what])


def _what(old: Verdict, new: Verdict) -> list[str]:
    return [moved.what for moved in _moved(old, new)]


def _levels(verdict: Verdict) -> Iterator[tuple[str, str]]:
    yield "label", verdict.label.value
    yield "necessary", verdict.necessary.value
    yield "possible", verdict.possible.value
    firms, territory = verdict.firms, verdict.territory
    yield (
        "firms",
        "not computed"
        if firms is None
        else f"{firms.worst.value} · {firms.level.value} · {firms.best.value}",
    )
    yield "territory", f"{territory.worst.value} · {territory.level.value} · {territory.best.value}"
    for judged in territory.dimensions:
        level = judged.level
        yield judged.dimension.value, f"{level.low:+d} · {level.central:+d} · {level.high:+d}"
