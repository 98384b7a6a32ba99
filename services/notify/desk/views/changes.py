"""What would change a verdict, read from its explanation: nothing is computed here.

Every figure is a node of the tree, as far as the reader may see it; a firm's own are withheld from
whom they do not belong to, with the order of size of the distance where it is in euros.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.verdict import Verdict, VerdictLabel
from services.method.claims import CODES
from services.method.claims.changes import BETTER
from services.notify.desk.visibility import Viewer
from services.notify.desk.wording.claims import figure, name, sentence
from services.notify.desk.wording.figures import bare
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.words import LABELS

_NOTES = ("change.small_gain", "change.large_group")
_LEAVES = ("lever.firms.leaves", "safety.firms.leaves")


@dataclass(frozen=True, slots=True)
class NeedView:
    """Something that is lacking, and the changes of which each one is enough for it."""

    heading: str
    levers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SafetyRow:
    """One answer: the last figure at which the verdict holds, what it is now, how far that is."""

    what: str
    last: str
    now: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesView:
    """A part that does not apply is empty."""

    better: str
    needs: tuple[NeedView, ...]
    together: tuple[NeedView, ...]
    worse: str
    rows: tuple[SafetyRow, ...]
    without: tuple[str, ...]
    notes: tuple[str, ...]


def changes_view(
    verdict: Verdict, names: Mapping[str, str], seen_by: Viewer, voice: Speech
) -> ChangesView | None:
    """None where the explanation says nothing about it (a verdict of an earlier method)."""
    branches = verdict.explanation.because
    better = next((claim for claim in branches if claim.code.startswith(BETTER)), None)
    falls = next((claim for claim in branches if claim.code == "change.falls"), None)
    if better is None and falls is None:
        return None
    said = _Said(names, seen_by, voice)
    inside = better.because if better is not None else ()
    needs = [claim for claim in inside if claim.code.startswith("change.need.")]
    both = [claim for claim in inside if claim.code in ("lever.pair", "lever.together")]
    rows = [
        claim
        for claim in (falls.because if falls is not None else ())
        if claim.code.startswith("safety.") and claim.code not in _LEAVES
    ]
    return ChangesView(
        better="" if better is None else said.better(needs),
        needs=tuple(map(said.need, needs)),
        together=tuple(map(said.need, both)),
        worse="" if falls is None else said.first(rows, LABELS[VerdictLabel(falls.about[0])]),
        rows=tuple(map(said.row, rows)),
        without=said.without(
            claim
            for branch in (better, falls)
            if branch is not None
            for claim in branch.because
            if claim.code in _LEAVES
        ),
        notes=tuple(
            dict.fromkeys(
                said.sentence(claim)
                for branch in (better, falls)
                if branch is not None
                for claim in branch.because
                if claim.code in _NOTES
            )
        ),
    )


_TELLING = 10.0
"""Times what a figure is now: a larger part of it, near nothing then, tells nobody much."""


def _telling(part: Claim) -> bool:
    return isinstance(part.value, float) and part.value <= _TELLING


def _with_its_end(claim: Claim) -> Claim:
    """A firm that leaves for the better, told like one that leaves for the worse: with the verdict
    that there would be.
    """
    if claim.code != "lever.firms.leaves":
        return claim
    return Claim("safety.firms.leaves", about=(*claim.about, VerdictLabel.WIN_WIN_WIN.value))


@dataclass(frozen=True, slots=True)
class _Said:
    names: Mapping[str, str]
    seen_by: Viewer
    voice: Speech

    def sentence(self, claim: Claim) -> str:
        return sentence(claim, self.voice, names=self.names, seen_by=self.seen_by)

    def without(self, claims: Iterable[Claim]) -> tuple[str, ...]:
        """A sentence for each firm that may leave, or one where it is the same whoever does."""
        leaving = list(map(_with_its_end, claims))
        after = {claim.about[1] for claim in leaving}
        whoever = {claim.about[0] for claim in leaving} == self.names.keys()
        if not whoever or len(after) != 1:
            return tuple(map(self.sentence, leaving))
        return (
            self.voice.say(
                "Whichever firm left, the others and the territory staying as now: “%(verdict)s”",
                verdict=self.voice.say(LABELS[VerdictLabel(*after)]),
            ),
        )

    def better(self, needs: list[Claim]) -> str:
        if len(needs) > 1:
            return self.voice.say(
                "Several things are lacking at once. One change of each kind is needed, "
                "everything else staying as it is."
            )
        return self.voice.say("At the central values, everything else staying as it is:")

    def need(self, claim: Claim) -> NeedView:
        levers = tuple(self.lever(each) for each in claim.because)
        if not levers:
            levers = (self.voice.say("No change of this kind that is enough was found."),)
        return NeedView(self.sentence(claim), levers)

    def lever(self, claim: Claim) -> str:
        """One change as a sentence: what it must be, instead of what, by how much."""
        parts = [each for each in claim.because if each.code.startswith("lever.")]
        if parts:
            return self.parts(claim, parts)
        by = self._child(claim, "by")
        if by is None:
            return self.sentence(claim)
        words = {"what": name(claim, self.voice, names=self.names), "by": self._bare(by)}
        if not self._seen(claim):
            return self.voice.say("%(what)s … (distance: %(by)s)", **words)
        words |= {"then": self._figure(claim), "now": self._bare(self._child(claim, "now"))}
        part = self._child(claim, "part")
        if part is None or not _telling(part):
            return self.voice.say("%(what)s %(then)s instead of %(now)s (by %(by)s)", **words)
        return self.voice.say(
            "%(what)s %(then)s instead of %(now)s (by %(by)s, that is %(part)s)",
            part=self._figure(part),
            **words,
        )

    def parts(self, claim: Claim, parts: list[Claim]) -> str:
        """A change of several figures at once: their total, where it has one, and each."""
        words = {"what": name(claim, self.voice, names=self.names)}
        said = (lever[:1].lower() + lever[1:] for lever in map(self.lever, parts))
        words["parts"] = self.voice.series(said)
        if claim.value is None:
            return self.voice.say("%(what)s: %(parts)s", **words)
        return self.voice.say(
            "%(what)s (%(total)s in all): %(parts)s", total=self._figure(claim), **words
        )

    def first(self, rows: list[Claim], label: str) -> str:
        verdict = self.voice.say(label)
        if not rows:
            return self.voice.say(
                "No single figure that was declared would end the verdict “%(verdict)s” within "
                "reason.",
                verdict=verdict,
            )
        return self.voice.say(
            "At the central values, what would end the verdict “%(verdict)s” first: it holds only "
            "with %(what)s.",
            verdict=verdict,
            what=self._kept(rows[0]),
        )

    def _kept(self, claim: Claim) -> str:
        """The last figure at which the verdict holds, as a sentence says it."""
        words = {"what": name(claim, self.voice, names=self.names)}
        by, part = self._child(claim, "by"), self._child(claim, "part")
        if by is None:
            return self.voice.say("“%(what)s”", **words)
        words["by"] = self._bare(by)
        if not self._seen(claim):
            return self.voice.say("“%(what)s” as now (distance: %(by)s)", **words)
        words |= {"then": self._figure(claim), "now": self._bare(self._child(claim, "now"))}
        if by.value == 0:
            return self.voice.say("“%(what)s %(then)s”, which is what it is now: no room", **words)
        if part is None:
            return self.voice.say("“%(what)s %(then)s” (now %(now)s)", **words)
        return self.voice.say(
            "“%(what)s %(then)s” (now %(now)s: a distance of %(by)s, that is %(part)s)",
            part=self._figure(part),
            **words,
        )

    def row(self, claim: Claim) -> SafetyRow:
        by, part = self._child(claim, "by"), self._child(claim, "part")
        distance = self._figure(by)
        if by is not None and by.value == 0 and self._seen(by):
            distance = self.voice.say("no room")
        elif part is not None and self._seen(part):
            distance = self.voice.say("%(by)s (%(part)s)", by=distance, part=self._figure(part))
        return SafetyRow(
            what=name(claim, self.voice, names=self.names),
            last=self._figure(claim) if self._seen(claim) else "",
            now=self._figure(self._child(claim, "now")) if self._seen(claim) else "",
            by=distance,
        )

    def _seen(self, claim: Claim) -> bool:
        return claim.code in CODES and self.seen_by.sees(CODES[claim.code].whose)

    def _figure(self, claim: Claim | None) -> str:
        return "" if claim is None else figure(claim, self.voice, seen_by=self.seen_by)

    def _bare(self, claim: Claim | None) -> str:
        """The figure without its unit's words, which stand beside it already."""
        if claim is None or not isinstance(claim.value, float):
            return ""
        if not self._seen(claim) or claim.unit == "percentage points":
            return self._figure(claim)
        return bare(claim.value, claim.unit, self.voice)

    def _child(self, claim: Claim, which: str) -> Claim | None:
        start = f"change.{which}."
        return next((each for each in claim.because if each.code.startswith(start)), None)
