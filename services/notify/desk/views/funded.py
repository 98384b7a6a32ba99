"""What funded projects bring a territory, as their verdicts say it: apart from public data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.funded import FundedProject
from contracts.vocabulary.identifiers import reference_of
from contracts.vocabulary.milieu import Milieu
from services.method.territory.milieu import may_be_in_public_data, sum_of
from services.notify.desk.queries import StoredVerdict
from services.notify.desk.views.firms import Fact
from services.notify.desk.views.nation import project_lines
from services.notify.desk.wording.figures import said
from services.notify.desk.wording.language import Speech, mark

JOBS = "FTE"

_COUNTED = mark("counted")
_NO_FIGURE = mark("not counted: its verdict has no figure of net jobs")
_MAY_BE_PUBLIC = mark(
    "not counted: the public figures of the end of %(year)s may hold what it brought"
)
_ANOTHER_REVISION = mark(
    "not counted: revision %(funded)s was funded, the desk has the verdict of revision %(here)s"
)
_TAKEN_BACK = mark("not counted: the partner took the proposal back on %(day)s")
_NO_VERDICT = mark("not counted: the desk has no verdict of this proposal")


@dataclass(frozen=True, slots=True, kw_only=True)
class FundedLine:
    """One decision. ``id`` is empty where there is no verdict to lead to."""

    id: str
    title: str
    jobs: str
    activities: tuple[str, ...]
    institutions: str
    source: str
    counted: str


@dataclass(frozen=True, slots=True)
class FundedView:
    facts: tuple[Fact, ...]
    lines: tuple[FundedLine, ...]


def funded_of(milieu: Milieu | None) -> tuple[FundedProject, ...]:
    """The funded projects, the latest decision first."""
    found = () if milieu is None or milieu.funded is None else milieu.funded
    return tuple(sorted(found, key=lambda each: (each.decided_on, each.proposal_id), reverse=True))


def funded_view(
    milieu: Milieu | None, verdicts: Iterable[StoredVerdict], year: int, voice: Speech
) -> FundedView | None:
    """None where nothing is known to be funded. ``year``: public figures are of its end."""
    funded = funded_of(milieu)
    if milieu is None or not funded:
        return None
    by_id = {each.event.proposal_id: each for each in verdicts}
    names = {relay.id: relay.name for relay in milieu.relays}
    rows = [_row(each, by_id.get(each.proposal_id), names, year, voice) for each in funded]
    counted = [jobs for _, jobs in rows if jobs is not None]
    return FundedView(
        facts=(
            Fact(voice.say("Funded projects"), voice.number(len(funded))),
            Fact(
                voice.say("Net jobs of those counted (%(n)s), by their verdicts", n=len(counted)),
                said(sum_of(counted), JOBS, voice) if counted else voice.say("none"),
            ),
        ),
        lines=tuple(line for line, _ in rows),
    )


def _row(
    funded: FundedProject,
    stored: StoredVerdict | None,
    names: Mapping[str, str],
    year: int,
    voice: Speech,
) -> tuple[FundedLine, Estimate | None]:
    """One line, and the net jobs to be added up: None where they are not counted."""
    decided = stored if stored is not None and stored.event.revision == funded.revision else None
    jobs = None if decided is None else decided.event.verdict.net_jobs
    why_not = _why_not(funded, stored, jobs, year, voice)
    return (
        FundedLine(
            id="" if stored is None else funded.proposal_id,
            title=title_of(funded, None if stored is None else stored.event.title, voice),
            jobs=voice.say("not known") if jobs is None else said(jobs, JOBS, voice),
            activities=() if decided is None else _activities(decided, voice),
            institutions=voice.listing([names.get(who, who) for who in funded.institutions]),
            source=decision(funded, voice),
            counted=why_not or voice.say(_COUNTED),
        ),
        None if why_not else jobs,
    )


def _why_not(
    funded: FundedProject,
    stored: StoredVerdict | None,
    jobs: Estimate | None,
    year: int,
    voice: Speech,
) -> str:
    """Why a project's jobs are not added up; empty where they are."""
    if stored is None:
        return voice.say(_NO_VERDICT)
    if stored.withdrawn_at is not None:
        return voice.say(_TAKEN_BACK, day=voice.short_day(stored.withdrawn_at))
    if stored.event.revision != funded.revision:
        return voice.say(
            _ANOTHER_REVISION,
            funded=voice.number(funded.revision),
            here=voice.number(stored.event.revision),
        )
    if may_be_in_public_data(funded.decided_on, year):
        return voice.say(_MAY_BE_PUBLIC, year=str(year))
    return voice.say(_NO_FIGURE) if jobs is None else ""


def title_of(funded: FundedProject, title: str | None, voice: Speech) -> str:
    """The project's title; its reference where the desk has no verdict of it."""
    reference = reference_of(funded.proposal_id)
    return title or voice.say("File %(reference)s", reference=reference)


def _activities(stored: StoredVerdict, voice: Speech) -> tuple[str, ...]:
    return tuple(f"{line.effect} {line.activities}" for line in project_lines([stored], voice))


def decision(funded: FundedProject, voice: Speech) -> str:
    """Who decided on which revision, and when."""
    return voice.say(
        "%(source)s, %(day)s, on revision %(revision)s",
        source=funded.source,
        day=voice.day(funded.decided_on),
        revision=voice.number(funded.revision),
    )


def not_funded(
    verdicts: Sequence[StoredVerdict], funded: Iterable[FundedProject]
) -> Sequence[StoredVerdict]:
    """The verdicts on which no decision to fund is known."""
    decided = {each.proposal_id for each in funded}
    return [each for each in verdicts if each.event.proposal_id not in decided]
