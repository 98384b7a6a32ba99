"""What the list of verdicts shows, decided before the template."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from contracts.vocabulary.verdict import VerdictLabel
from services.notify.desk.queries import QueuePage, QueueQuery, QueueRow, Sort
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.words import KINDS, LABELS, TONES, Tone
from services.notify.verdict_rows import BEST_FIRST, NOT_JUDGED, Losers

MAX_NAMED_LOSERS = 3
"""Names of losers shown in a row; the verdict page has them all."""

UNSTABLE = frozenset({VerdictLabel.FRAGILE_WIN, VerdictLabel.FRAGILE, VerdictLabel.LOSE})
"""Verdicts in which the group does not hold, even where each firm would gain if it did."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A verdict as a word with its icon and colour."""

    word: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    address: str
    reference: str
    title: str
    kind: str
    chip: Chip | None
    stalled: Chip | None
    withdrawn: bool
    losers: str
    submitted: str
    age: str


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column's heading; ``address`` sorts by it, ``sorted`` is aria-sort's value."""

    name: str
    address: str | None = None
    sorted: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    word: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """The list: ``cleared`` is the address without the filter, None when there is none."""

    territory: str
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    labels: tuple[Choice, ...]
    filter_word: str | None
    kept: tuple[tuple[str, str], ...]
    cleared: str | None
    first: str | None
    following: str | None


def chip(label: VerdictLabel, voice: Speech) -> Chip:
    return Chip(voice.say(LABELS[label]), TONES[label])


def queue_view(
    query: QueueQuery, page: QueuePage, territory: str, now: datetime, voice: Speech
) -> QueueView:
    """The list as one reader sees it now. Addresses are relative to the list's own."""
    kept = tuple(_order(query).items())
    return QueueView(
        territory=territory,
        columns=_columns(query, voice),
        rows=tuple(_row(row, now, voice) for row in page.rows),
        labels=tuple(
            Choice(label, _word(label, voice), label == query.label)
            for label in (*BEST_FIRST, NOT_JUDGED)
        ),
        filter_word=None if query.label is None else _word(query.label, voice),
        kept=kept,
        cleared=None if query.label is None else _address(_order(query)),
        first=_address(_chosen(query)) if query.cursor is not None else None,
        following=(
            _address({**_chosen(query), "after": page.next_cursor})
            if page.next_cursor is not None
            else None
        ),
    )


def _word(label: str, voice: Speech) -> str:
    if label == NOT_JUDGED:
        return voice.say("Not judged")
    return voice.say(LABELS[VerdictLabel(label)])


def _row(row: QueueRow, now: datetime, voice: Speech) -> RowView:
    return RowView(
        address=f"verdicts/{row.proposal_id}",
        reference=row.reference,
        title=row.title,
        kind=voice.say(KINDS[row.kind]),
        chip=None if row.label is None else chip(row.label, voice),
        stalled=_stalled(row, voice),
        withdrawn=row.withdrawn_at is not None,
        losers=_losers(row.label, row.losers, voice),
        submitted=voice.short_day(row.submitted_at),
        age=voice.age(now - row.submitted_at),
    )


def _stalled(row: QueueRow, voice: Speech) -> Chip | None:
    if row.stalled is None:
        return None
    if row.label is None:
        return Chip(_word(NOT_JUDGED, voice), Tone.PENDING)
    said = voice.say("Revision %(n)s not judged", n=voice.number(row.stalled.revision))
    return Chip(said, Tone.PENDING)


def _losers(label: VerdictLabel | None, losers: Losers, voice: Speech) -> str:
    if label is None or label is VerdictLabel.NOT_COMPUTABLE_YET:
        return voice.say("not known yet")
    names = list(losers.firms[:MAX_NAMED_LOSERS])
    if label is VerdictLabel.FIRMS_NOT_COMPUTED:
        names.append(voice.say("firms not computed"))
    elif label in UNSTABLE and not names:
        names.append(voice.say("the group, which does not hold"))
    more = len(losers.firms) - MAX_NAMED_LOSERS
    if more > 0:
        names.append(voice.say("%(n)s more", n=voice.number(more)))
    if losers.territory:
        names.append(voice.say("the territory"))
    return voice.listing(names) if names else voice.say("nobody")


def _columns(query: QueueQuery, voice: Speech) -> tuple[ColumnView, ...]:
    def sorting(name: str, sort: Sort) -> ColumnView:
        here = query.sort is sort
        descending = not query.descending if here else sort is Sort.SUBMITTED
        chosen = QueueQuery(query.territory, query.label, sort, descending)
        arrow = ("descending" if query.descending else "ascending") if here else None
        return ColumnView(name, _address(_chosen(chosen)), arrow)

    return (
        sorting(voice.say("Reference"), Sort.REFERENCE),
        sorting(voice.say("Project"), Sort.TITLE),
        sorting(voice.say("Kind"), Sort.KIND),
        sorting(voice.say("Verdict"), Sort.VERDICT),
        ColumnView(voice.say("Who does not win")),
        sorting(voice.say("Submitted"), Sort.SUBMITTED),
    )


def _order(query: QueueQuery) -> dict[str, str]:
    """The query's order, where it is not the usual one: short addresses are shared more easily."""
    order: dict[str, str] = {}
    if query.sort is not Sort.SUBMITTED or not query.descending:
        order["sort"] = query.sort.value
        order["order"] = "desc" if query.descending else "asc"
    return order


def _chosen(query: QueueQuery) -> dict[str, str]:
    label = {} if query.label is None else {"label": query.label}
    return {**label, **_order(query)}


def _address(parts: dict[str, str]) -> str:
    return "verdicts" + ("?" + urlencode(parts) if parts else "")
