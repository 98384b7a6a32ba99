"""What the verdict page shows to one reader, decided before the template."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.not_judged import not_judged
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import Parameter
from contracts.vocabulary.verdict import Verdict, VerdictLabel, firm_names
from services.method.claims import CODES
from services.notify.committee.journal import Entry
from services.notify.committee.roles import Role
from services.notify.desk.queries import Stalled, StoredVerdict
from services.notify.desk.views.aid import AidView, GlocalView, aid_view, glocal_view
from services.notify.desk.views.changes import ChangesView, changes_view
from services.notify.desk.views.charts import Chart
from services.notify.desk.views.draws import DrawsView, draws_view
from services.notify.desk.views.firms import Fact, FirmsView, firms_view
from services.notify.desk.views.parameter import ParameterView, parameter_view
from services.notify.desk.views.partnership import PartnershipView, partnership_view
from services.notify.desk.views.queue import Chip, chip
from services.notify.desk.views.territory import TerritoryView, territory_view
from services.notify.desk.views.waterfall import waterfall
from services.notify.desk.visibility import Viewer, reader
from services.notify.desk.wording.claims import left_out, sentence, warning_or_veto
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.pointers import question
from services.notify.desk.wording.sentences import certainty, header
from services.notify.desk.wording.words import KINDS


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the explanation, as this reader may read it."""

    said: str
    parameters: tuple[ParameterView, ...]
    because: tuple["Reason", ...]


@dataclass(frozen=True, slots=True)
class Grounded:
    """A veto or a warning with its source: parameters, or the rule where no number decides."""

    said: str
    parameters: tuple[ParameterView, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Seals:
    """Entries of the journal: when this verdict was heard (None before there was a journal), and
    this very reading, which is its end.
    """

    heard: Entry | None
    reading: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """The whole page. A part that does not apply is None or empty."""

    id: str
    reference: str
    title: str
    summary: tuple[str, ...]
    chip: Chip
    header: str
    certainty: str
    necessary: Chip
    possible: Chip
    file: tuple[Fact, ...]
    withdrawn: str | None
    stalled: str | None
    """That a newer revision could not be judged; None when this is where the file stands."""
    computable: bool
    uncertain: bool
    draws: DrawsView | None
    changes: ChangesView | None
    firms: FirmsView | None
    partnership: PartnershipView
    territory: TerritoryView
    jobs: Chart | None
    glocal: GlocalView | None
    aid: AidView | None
    vetoes: tuple[Grounded, ...]
    warnings: tuple[Grounded, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    why: Reason
    provenance: tuple[Fact, ...]


def told(stalled: Stalled, voice: Speech) -> str:
    """That a revision could not be judged, and what to do."""
    return not_judged(voice.language, stalled.revision, stalled.reference)


def _overtaken(stored: StoredVerdict, stalled: Stalled, voice: Speech) -> str:
    of = voice.number(stored.event.revision)
    said = voice.say("The verdict below is that of revision %(n)s.", n=of)
    return f"{told(stalled, voice)} {said}"


def verdict_view(
    stored: StoredVerdict,
    role: Role,
    parameters: Mapping[str, Parameter],
    voice: Speech,
    seals: Seals | None = None,
) -> VerdictView:
    """The page of one verdict for an account of this role; ``seals`` when the reading was noted.

    ``parameters`` are those in force on the verdict's day. What the role may not see is not in
    the result.
    """
    event = stored.event
    verdict = event.verdict
    shares = verdict.firms.shares if verdict.firms is not None else ()
    seen_by = reader(role, shares)
    names = firm_names(verdict)
    listed = list(names.values())
    withdrawn = stored.withdrawn_at
    return VerdictView(
        id=event.proposal_id,
        reference=stored.reference,
        title=event.title,
        summary=tuple(part for part in event.summary.split("\n\n") if part.strip()),
        chip=chip(verdict.label, voice),
        header=header(verdict, voice),
        certainty=certainty(verdict, voice),
        necessary=chip(verdict.necessary, voice),
        possible=chip(verdict.possible, voice),
        file=_file(stored, voice),
        withdrawn=None if withdrawn is None else voice.moment(withdrawn),
        stalled=None if stored.stalled is None else _overtaken(stored, stored.stalled, voice),
        computable=verdict.label is not VerdictLabel.NOT_COMPUTABLE_YET,
        uncertain=not verdict.necessary is verdict.label is verdict.possible,
        draws=draws_view(verdict, listed, voice),
        changes=changes_view(verdict, names, seen_by, voice),
        firms=None if verdict.firms is None else firms_view(event, verdict.firms, seen_by, voice),
        partnership=partnership_view(verdict, names, seen_by, voice),
        territory=territory_view(verdict.territory, voice),
        jobs=waterfall(verdict.explanation, voice),
        glocal=glocal_view(verdict, names, seen_by, voice),
        aid=aid_view(verdict, names, seen_by, parameters, voice),
        vetoes=vetoes_of(verdict, parameters, voice),
        warnings=warnings_of(verdict, parameters, voice),
        missing=tuple(question(pointer, voice, listed) for pointer in verdict.missing),
        unknown=tuple(question(pointer, voice, listed) for pointer in verdict.unknown),
        why=reason_view(verdict.explanation, seen_by, parameters, names, voice),
        provenance=provenance(verdict, voice) + journal_facts(seals, voice),
    )


def vetoes_of(
    verdict: Verdict, parameters: Mapping[str, Parameter], voice: Speech
) -> tuple[Grounded, ...]:
    return tuple(_grounded(code, parameters, voice) for code in verdict.territory.vetoes)


def warnings_of(
    verdict: Verdict, parameters: Mapping[str, Parameter], voice: Speech
) -> tuple[Grounded, ...]:
    return tuple(_grounded(code, parameters, voice) for code in verdict.warnings)


def _grounded(code: str, parameters: Mapping[str, Parameter], voice: Speech) -> Grounded:
    """A code of a newer method is shown without what it rests on."""
    meaning = CODES.get(code)
    rests_on, rule = (meaning.rests_on, meaning.rule) if meaning else ((), "")
    return Grounded(
        warning_or_veto(code, voice),
        tuple(parameter_view(each, parameters, voice) for each in rests_on),
        voice.say(rule) if rule else "",
    )


def _file(stored: StoredVerdict, voice: Speech) -> tuple[Fact, ...]:
    event = stored.event
    return (
        Fact(voice.say("Reference"), stored.reference),
        Fact(voice.say("Kind"), voice.say(KINDS[event.kind])),
        Fact(voice.say("Territory"), event.verdict.territory_ref.name),
        Fact(voice.say("Submitted by"), event.partner),
        Fact(voice.say("Submitted"), voice.moment(event.submitted_at)),
        Fact(voice.say("Judged"), voice.moment(stored.issued_at)),
        Fact(voice.say("Revision"), voice.number(event.revision)),
    )


def provenance(verdict: Verdict, voice: Speech) -> tuple[Fact, ...]:
    """What the figures were computed from: data, method, parameters, each with its fingerprint."""
    territory = verdict.territory_ref
    return (
        Fact(
            voice.say("Territory data"),
            voice.say(
                "%(name)s, %(year)s: %(jobs)s private jobs",
                name=territory.name,
                year=territory.year,
                jobs=voice.number(territory.private_employment),
            ),
        ),
        Fact(voice.say("Source"), territory.source),
        Fact(voice.say("Licence"), territory.licence),
        Fact(voice.say("Fingerprint of the territory data"), territory.snapshot_sha256),
        Fact(voice.say("Version of the method"), verdict.method_version),
        Fact(voice.say("Day of the parameters"), voice.day(verdict.parameters_on)),
        Fact(voice.say("Fingerprint of the inputs"), verdict.inputs_sha256),
    )


def journal_facts(seals: Seals | None, voice: Speech) -> tuple[Fact, ...]:
    """Where this verdict and this reading of it stand in the journal."""
    if seals is None:
        return ()
    heard = seals.heard
    said = () if heard is None else (Fact(voice.say("This verdict"), _entry(heard, voice)),)
    return (*said, Fact(voice.say("This reading"), _entry(seals.reading, voice)))


def _entry(entry: Entry, voice: Speech) -> str:
    return voice.say(
        "entry %(number)s of the journal, %(hash)s", number=voice.number(entry.seq), hash=entry.hash
    )


def reason_view(
    claim: Claim,
    seen_by: Viewer,
    parameters: Mapping[str, Parameter],
    names: Mapping[str, str],
    voice: Speech,
) -> Reason:
    """The explanation tree from this claim down, in words, as this reader may read it."""
    here = seen_by.at(claim)
    return Reason(
        said=sentence(claim, voice, names=names, seen_by=here),
        parameters=tuple(
            parameter_view(parameter_id, parameters, voice) for parameter_id in claim.parameters
        ),
        because=tuple(
            reason_view(reason, here, parameters, names, voice)
            for reason in claim.because
            if not left_out(reason, here.at(reason))
        ),
    )
