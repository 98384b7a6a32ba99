"""Compares what clients were told with what is there, in the words of the Jepsen Kafka workload.

Pure: a history and a sight in, anomalies out. An anomaly is a promise of the README that was
broken; what only costs time (repetitions that an inbox absorbed, lag) is counted, not held against
the system, except in peace, where there is no excuse.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from contracts.events import ProposalSubmitted, ProposalWithdrawn, VerdictIssued
from tests.chaos.history import Outcome, Told, What
from tests.chaos.seen import File, Logged, Seen

MEANINGS = {
    "lost-write": "a client was told yes, and what it wrote is not there",
    "unseen": "it was accepted, everything is quiet, and somebody who should see it does not",
    "aborted-read": "a client was told no, and what it wrote is there",
    "phantom": "something is there that no client asked for",
    "duplicate-effect": "one cause had one effect twice",
    "nonmonotonic": "an older revision was said or shown after a newer one",
    "stale-read": "a client was shown an earlier state than before",
    "inconsistent": "two doors show two different things",
    "wrong-verdict": "computed again from what the client sent, the verdict is another one",
    "parked": "a message that is good was set aside",
    "journal": "the journal has a gap or a break, or a notice without its entry, or two of them",
    "repeated-in-peace": "a record was sent twice though nothing was broken",
}
"""Every name the checker can say."""

TERRITORIES = "territories"
"""The topic in which events of several kinds have one key and no revision in common."""

Recompute = Callable[[Told], bytes]
"""The verdict of an accepted revision as it should be served, from what the client sent alone."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What the checker says: anomalies, and the counts around them."""

    anomalies: Sequence[Anomaly]
    counts: Mapping[str, int]
    lags: Sequence[float] = field(default_factory=tuple)
    """Seconds from the answer 202 to the verdict on its topic, ascending."""

    @property
    def valid(self) -> bool:
        return not self.anomalies

    def by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {name: [] for name in MEANINGS}
        for each in self.anomalies:
            found[each.name].append(each.about)
        return found


@dataclass(frozen=True, slots=True)
class Peace:
    """A stretch of time (Unix seconds) in which nothing was broken."""

    since: float
    until: float

    def holds(self, moment: float) -> bool:
        return self.since <= moment <= self.until


NEVER = Peace(0.0, 0.0)


def check(told: Sequence[Told], seen: Seen, recompute: Recompute, peace: Peace = NEVER) -> Findings:
    """Every anomaly of a finished, healed and drained run."""
    book = _Book.of(told)
    anomalies = [
        *_writes(book, seen),
        *_said(book, seen),
        *_nothing_else(book, seen),
        *_effects_once(seen),
        *_in_order(seen),
        *_reads(told),
        *_doors_agree(seen),
        *_verdicts(book, seen, recompute),
        *(Anomaly("parked", reason) for reason in seen.parked),
        *(Anomaly("journal", fault) for fault in seen.journal),
        *_peace(seen.log, peace),
    ]
    return Findings(anomalies, _counts(told, seen), _lags(book, seen))


@dataclass(frozen=True, slots=True)
class _Book:
    """The history by proposal."""

    accepted: Mapping[str, Mapping[int, Told]]
    """Per proposal its revisions that a client knows to be accepted."""
    withdrawn: frozenset[str]
    asked: Mapping[str, list[Told]]
    """Per file of a client everything that was asked and not read."""
    twice: Sequence[str]
    """Keys whose holder was told two different proposals."""

    @classmethod
    def of(cls, told: Sequence[Told]) -> "_Book":
        accepted: dict[str, dict[int, Told]] = defaultdict(dict)
        asked: dict[str, list[Told]] = defaultdict(list)
        ids: dict[str, str] = {}
        twice = []
        for each in told:
            if each.what is What.READ:
                continue
            asked[each.file].append(each)
            if each.outcome is not Outcome.OK or each.proposal_id is None:
                continue
            if ids.setdefault(each.file, each.proposal_id) != each.proposal_id:
                twice.append(each.file)
            if each.what is not What.WITHDRAW:
                accepted[each.proposal_id][each.revision] = each
        withdrawn = frozenset(
            each.proposal_id
            for each in told
            if each.what is What.WITHDRAW and each.outcome is Outcome.OK and each.proposal_id
        )
        return cls(accepted, withdrawn, asked, twice)

    def maybe_withdrawn(self, proposal_id: str) -> bool:
        """Withdrawn, or asked to be and nobody knows."""
        revisions = self.accepted.get(proposal_id, {})
        return proposal_id in self.withdrawn or any(
            asked.what is What.WITHDRAW and asked.outcome is not Outcome.FAIL
            for first in revisions.values()
            for asked in self.asked[first.file]
        )


def _writes(book: _Book, seen: Seen) -> Iterator[Anomaly]:
    """What clients were told yes to is there, and everybody who should has seen it."""
    noticed = {(notice.proposal_id, notice.revision) for notice in seen.notices}
    for proposal_id, revisions in book.accepted.items():
        file = seen.files.get(proposal_id)
        if file is None:
            yield Anomaly("lost-write", f"{proposal_id} was accepted and is not there")
            continue
        for number, told in revisions.items():
            there = file.revisions.get(number)
            if there is None:
                yield Anomaly("lost-write", f"{proposal_id} revision {number} is not there")
            elif there.sha256 != told.sha256:
                yield Anomaly("lost-write", f"{proposal_id} revision {number} was overwritten")
            elif there.label is not None and (proposal_id, number) not in noticed:
                yield Anomaly("unseen", f"no notice of {proposal_id} revision {number}")
        if proposal_id in book.withdrawn and file.state != "withdrawn":
            yield Anomaly("lost-write", f"the withdrawal of {proposal_id} is not there")
        yield from _seen_by_all(seen, file)


def _said(book: _Book, seen: Seen) -> Iterator[Anomaly]:
    """What was accepted was also said: it stands in the topic in which the others listen."""
    said = {(record.event_type, record.key, record.revision) for record in seen.log}
    for proposal_id, revisions in book.accepted.items():
        for number in revisions:
            if (ProposalSubmitted.EVENT_TYPE, proposal_id, number) not in said:
                yield Anomaly("lost-write", f"{proposal_id} revision {number} was never said")
    gone = {key for event_type, key, _ in said if event_type == ProposalWithdrawn.EVENT_TYPE}
    for proposal_id in sorted(book.withdrawn - gone):
        yield Anomaly("lost-write", f"the withdrawal of {proposal_id} was never said")


def _seen_by_all(seen: Seen, file: File) -> Iterator[Anomaly]:
    newest = max(file.revisions)
    page = seen.desk.get(file.proposal_id)
    if file.state == "withdrawn":
        # Withdrawn before it was judged, it may have no verdict, and then it is not on the desk.
        if page is not None and not page.withdrawn:
            yield Anomaly("unseen", f"the desk does not know that {file.proposal_id} is withdrawn")
        return
    if file.revisions[newest].label is None:
        yield Anomaly("unseen", f"{file.proposal_id} revision {newest} has no verdict")
    if page is None:
        yield Anomaly("unseen", f"{file.proposal_id} is not on the desk")
    elif page.revision < newest and file.revisions[newest].label is not None:
        yield Anomaly(
            "unseen", f"the desk shows {file.proposal_id} at {page.revision}, not {newest}"
        )


def _nothing_else(book: _Book, seen: Seen) -> Iterator[Anomaly]:
    """What is there was asked for, and nobody was told no."""
    unknown = Counter(
        each.file
        for asked in book.asked.values()
        for each in asked
        if each.what is What.SUBMIT and each.outcome is Outcome.INFO
    )
    refused = {
        each.file
        for asked in book.asked.values()
        for each in asked
        if each.what is What.SUBMIT and each.outcome is Outcome.FAIL
    }
    for key in book.twice:
        yield Anomaly("duplicate-effect", f"the key {key} made two proposals")
    for proposal_id, file in seen.files.items():
        revisions = book.accepted.get(proposal_id)
        if revisions is None:
            name = file.title
            if name in refused:
                yield Anomaly("aborted-read", f"{proposal_id} ({name}) was refused and is there")
            elif unknown[name] > 0:
                unknown[name] -= 1
            elif name in book.asked:
                yield Anomaly("duplicate-effect", f"{name} is there again as {proposal_id}")
            else:
                yield Anomaly("phantom", f"{proposal_id} ({name}) was asked for by nobody")
            continue
        (first, *_) = revisions.values()
        possible = sum(
            each.what is not What.WITHDRAW and each.outcome is not Outcome.FAIL
            for each in book.asked[first.file]
        )
        if len(file.revisions) > possible:
            yield Anomaly(
                "duplicate-effect",
                f"{proposal_id} has {len(file.revisions)} revisions, {possible} were asked for",
            )
        if file.state == "withdrawn" and not book.maybe_withdrawn(proposal_id):
            yield Anomaly("phantom", f"{proposal_id} was withdrawn by nobody")


def _effects_once(seen: Seen) -> Iterator[Anomaly]:
    """One event of each type per revision, one notice per verdict."""
    said: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for record in seen.log:
        said[record.event_type, record.key, record.revision].add(record.event_id)
    for (event_type, key, revision), ids in said.items():
        if len(ids) > 1:
            yield Anomaly("duplicate-effect", f"{len(ids)} {event_type} of {key} ({revision})")
    for (proposal_id, revision), times in Counter(
        (notice.proposal_id, notice.revision) for notice in seen.notices
    ).items():
        if times > 1:
            yield Anomaly("duplicate-effect", f"{times} notices of {proposal_id} ({revision})")


def _in_order(seen: Seen) -> Iterator[Anomaly]:
    """Per proposal, news come in ascending order; a repetition of old news is not news, nor is what
    is published again where the first record is gone. Of a territory, data, profile, milieu and
    competences each count revisions of their own.
    """
    news: dict[tuple[str, str], list[int]] = defaultdict(list)
    heard: set[str] = set()
    # Where first records are gone, a repetition by the relay cannot be told from news.
    again = {(r.topic, r.key) for r in seen.log if r.again and r.topic == ProposalSubmitted.TOPIC}
    for record in seen.log:
        known = record.event_id in heard or (record.topic, record.key) in again
        if not known and not record.again:
            heard.add(record.event_id)
            counted = record.event_type if record.topic == TERRITORIES else record.topic
            news[counted, record.key].append(record.revision)
    for notice in seen.notices:
        news["the feed", notice.proposal_id].append(notice.revision)
    for (where, key), revisions in news.items():
        if any(later < earlier for earlier, later in pairwise(revisions)):
            yield Anomaly("nonmonotonic", f"{key} in {where}: {revisions}")


def _reads(told: Sequence[Told]) -> Iterator[Anomaly]:
    """No client was shown an earlier state than it had been told before it asked."""
    floor: dict[str, tuple[int, int]] = {}
    ends: dict[str, list[tuple[float, tuple[int, int]]]] = defaultdict(list)
    for each in sorted(told, key=lambda one: one.told_at):
        if each.outcome is not Outcome.OK or each.proposal_id is None:
            continue
        state = _progress(each)
        if each.what is What.READ:
            known = [known for at, known in ends[each.proposal_id] if at <= each.asked_at]
            if known and state < max(known):
                yield Anomaly("stale-read", f"{each.proposal_id}: {state} after {max(known)}")
        floor[each.proposal_id] = max(state, floor.get(each.proposal_id, state))
        ends[each.proposal_id].append((each.told_at, floor[each.proposal_id]))


def _progress(told: Told) -> tuple[int, int]:
    """How far a file had come: revision, then accepted, judged, withdrawn. Withdrawn is for good,
    whatever the revision.
    """
    if told.what is What.WITHDRAW or told.state == "withdrawn":
        return (10**9, 2)
    return (told.revision, 1 if told.state == "judged" else 0)


def _doors_agree(seen: Seen) -> Iterator[Anomaly]:
    """The desk and intake show the same label of the same revision."""
    for proposal_id, page in seen.desk.items():
        file = seen.files.get(proposal_id)
        if file is None:
            yield Anomaly("phantom", f"the desk shows {proposal_id}, which intake does not know")
            continue
        there = file.revisions.get(page.revision)
        if there is None or there.label not in {None, page.label}:
            yield Anomaly(
                "inconsistent",
                f"{proposal_id} ({page.revision}): {page.label} at the desk, "
                f"{there and there.label} at intake",
            )


def _verdicts(book: _Book, seen: Seen, recompute: Recompute) -> Iterator[Anomaly]:
    """The verdict served is, byte for byte, the one that follows from what the client sent."""
    for proposal_id, revisions in book.accepted.items():
        file = seen.files.get(proposal_id)
        if file is None or file.verdict is None:
            continue
        told = revisions.get(max(file.revisions))
        if told is not None and recompute(told) != file.verdict:
            yield Anomaly("wrong-verdict", f"{proposal_id} revision {told.revision}")


def _peace(log: Iterable[Logged], peace: Peace) -> Iterator[Anomaly]:
    """While nothing is broken, every record is sent once."""
    first: dict[tuple[str, str], Logged] = {}
    for record in log:
        earlier = first.setdefault((record.topic, record.event_id), record)
        if earlier is not record and peace.holds(earlier.at) and peace.holds(record.at):
            yield Anomaly(
                "repeated-in-peace",
                f"{record.event_type} of {record.key} ({record.revision}) at {record.topic}/"
                f"{record.partition}: offsets {earlier.offset} and {record.offset}",
            )


def _counts(told: Sequence[Told], seen: Seen) -> dict[str, int]:
    counts: Counter[str] = Counter(f"{each.what}-{each.outcome}" for each in told)
    counts["attempts"] = sum(each.attempts for each in told)
    counts["records"] = len(seen.log)
    counts["repeated-records"] = len(seen.log) - len(
        {(record.topic, record.event_id) for record in seen.log}
    )
    counts["verdicts"] = sum(
        revision.label is not None
        for file in seen.files.values()
        for revision in file.revisions.values()
    )
    counts["notices"] = len(seen.notices)
    return dict(counts)


def _lags(book: _Book, seen: Seen) -> list[float]:
    """Seconds from being told yes to the verdict being said."""
    issued: dict[tuple[str, int], float] = {}
    for record in seen.log:
        if record.event_type == VerdictIssued.EVENT_TYPE:
            issued.setdefault((record.key, record.revision), record.at)
    return sorted(
        max(0.0, issued[proposal_id, number] - told.told_at)
        for proposal_id, revisions in book.accepted.items()
        for number, told in revisions.items()
        if (proposal_id, number) in issued
    )
