"""The legal sheet of a verdict, and the general description of the processing.

What French law asks of a decision reached with the help of an algorithm (*code des relations entre
le public et l'administration*, as in force on 2026-11-26): the mention of article R311-3-1-1, the
four pieces of information of article R311-3-1-2, and the description to be published under article
L312-1-3. One view, read by the page and by the JSON document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from contracts.mention import Mention, mention
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import Parameter
from contracts.vocabulary.verdict import firm_names
from services.notify.committee.roles import Role
from services.notify.desk.queries import StoredVerdict
from services.notify.desk.views.firms import Fact
from services.notify.desk.views.parameter import ParameterView, parameter_view
from services.notify.desk.views.verdict import (
    Grounded,
    Reason,
    Seals,
    journal_facts,
    provenance,
    reason_view,
    vetoes_of,
    warnings_of,
)
from services.notify.desk.visibility import firm_reader, reader
from services.notify.desk.wording.language import Speech, mark
from services.notify.desk.wording.pointers import question
from services.notify.desk.wording.sentences import certainty, header

_DEGREE = (
    mark(
        "The processing informs; it does not decide. The committee decides, after the instructing "
        "officer has examined the file, and may depart from the verdict."
    ),
    mark(
        "The verdict is computed by fixed rules from what the applicant declared and from public "
        "data. The same inputs always give the same verdict. Nothing is learnt from earlier "
        "decisions, and no other file plays a part."
    ),
)
"""Degree and mode of contribution (R311-3-1-2, 1°)."""

_DECLARED = mark(
    "the firms, their activities, staff and results alone and in the project; what they gain from "
    "one another; jobs, emissions, market and evidence; the aid asked for, earlier aid, and the "
    "size and ties of the enterprises where they were said"
)

_OPERATIONS = (
    mark("Each firm's result in the project is compared with its result alone."),
    mark("Every subgroup of firms is asked whether it would do better by leaving together."),
    mark(
        "Jobs announced become net jobs: without those that would have come anyway, those lost "
        "elsewhere and those that benefit other territories."
    ),
    mark(
        "The activities of the project are placed among those of the territory; emissions are "
        "valued and the concentration of the market is examined."
    ),
    mark(
        "The territory wins when net jobs or its technological potential progress and nothing is "
        "vetoed; the project wins when every firm wins and the territory too."
    ),
    mark(
        "What was said of past de minimis aid, of the size of the enterprises and of what the aid "
        "pays for is held against the rules on aid; the outcome is to be verified and decides "
        "nothing."
    ),
    mark(
        "All is computed at the worst, central and best values of what is uncertain; what was not "
        "said takes its whole plausible range."
    ),
)
"""Operations in general (R311-3-1-2, 4°); on a file, the explanation tree says them one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalSheet:
    """The information owed to the person concerned, as this reader may have it."""

    reference: str
    title: str
    copy: str
    """For whom this copy is and what is withheld in it; empty for the reader's own."""

    mention: Mention
    degree: tuple[str, ...]
    data: tuple[Fact, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    parameters: tuple[ParameterView, ...]
    weights: str
    result: str
    certainty: str
    vetoes: tuple[Grounded, ...]
    warnings: tuple[Grounded, ...]
    operations: Reason
    seals: tuple[Fact, ...]


ANYONE = "anyone"
"""Whom a copy is for that holds nothing of any firm. No firm is called so: see ``copies``."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that the instructing officer may hand over: for whom, and how its address says so."""

    name: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """The general description that an authority publishes."""

    mention: Mention
    degree: tuple[str, ...]
    declared: str
    day: str
    parameters: tuple[ParameterView, ...]
    weights: str
    operations: tuple[str, ...]


def legal_sheet(
    stored: StoredVerdict,
    role: Role,
    parameters: Mapping[str, Parameter],
    voice: Speech,
    contact: str,
    seals: Seals,
    copy_for: str = "",
) -> LegalSheet:
    """The sheet of one verdict for an account of this role: what the role may not see is not in it.

    ``parameters`` are those in force on the verdict's day. ``copy_for`` is a firm of the project or
    ``ANYONE`` where the officer hands a copy over: then it holds what that reader may see.
    """
    event = stored.event
    verdict = event.verdict
    shares = verdict.firms.shares if verdict.firms is not None else ()
    names = firm_names(verdict)
    listed = list(names.values())
    if copy_for != ANYONE and copy_for in names:
        seen_by = firm_reader(copy_for, shares)
    else:
        seen_by = reader(Role.MEMBER if copy_for else role, shares)
    declared = voice.say(
        "%(what)s (revision %(number)s, received on %(moment)s)",
        what=voice.say(_DECLARED),
        number=voice.number(event.revision),
        moment=voice.moment(event.submitted_at),
    )
    return LegalSheet(
        reference=stored.reference,
        title=event.title,
        copy=_copy(copy_for, names, voice),
        mention=mention(voice.language, contact),
        degree=tuple(voice.say(each) for each in _DEGREE),
        data=(
            Fact(voice.say("Declared by the applicant"), declared),
            *provenance(verdict, voice),
        ),
        unknown=tuple(question(pointer, voice, listed) for pointer in verdict.unknown),
        missing=tuple(question(pointer, voice, listed) for pointer in verdict.missing),
        parameters=tuple(
            parameter_view(name, parameters, voice) for name in _used(verdict.explanation)
        ),
        weights=_weights(voice),
        result=header(verdict, voice),
        certainty=certainty(verdict, voice),
        vetoes=vetoes_of(verdict, parameters, voice),
        warnings=warnings_of(verdict, parameters, voice),
        operations=reason_view(verdict.explanation, seen_by, parameters, names, voice),
        seals=journal_facts(seals, voice),
    )


def copies(stored: StoredVerdict, role: Role, voice: Speech) -> tuple[Copy, ...]:
    """The copies an account of this role may hand over; none where its own sheet holds no secret.

    A firm whose identifier is that of everybody (``ANYONE``) gets the copy for anyone.
    """
    if role is not Role.OFFICER:
        return ()
    firms = stored.event.verdict.firms
    shares = firms.shares if firms is not None else ()
    return (
        Copy(voice.say("anyone who asks"), urlencode({"for": ANYONE})),
        *(
            Copy(share.name, urlencode({"for": share.firm}))
            for share in shares
            if share.firm != ANYONE
        ),
    )


def _copy(copy_for: str, names: Mapping[str, str], voice: Speech) -> str:
    if copy_for != ANYONE and copy_for in names:
        return voice.say(
            "Copy for %(firm)s. Its own figures are in it; those of the other firms are business "
            "secrets (CRPA, article L311-6), withheld or given as an order of size.",
            firm=names[copy_for],
        )
    if copy_for:
        return voice.say(
            "Copy for anyone who asks. The figures of each firm are business secrets (CRPA, "
            "article L311-6), withheld or given as an order of size."
        )
    return ""


def processing(
    parameters: Mapping[str, Parameter], day: date, voice: Speech, contact: str
) -> Processing:
    """The description of the processing with the parameters in force on that day."""
    return Processing(
        mention=mention(voice.language, contact, judged=False),
        degree=tuple(voice.say(each) for each in _DEGREE),
        declared=voice.say(_DECLARED),
        day=voice.day(day),
        parameters=tuple(parameter_view(name, parameters, voice) for name in sorted(parameters)),
        weights=_weights(voice),
        operations=tuple(voice.say(each) for each in _OPERATIONS),
    )


def _weights(voice: Speech) -> str:
    return voice.say(
        "There are no weights: nothing is averaged, and no gain of one makes good the loss of "
        "another."
    )


def _used(claim: Claim) -> list[str]:
    """Every parameter of an explanation once, in the order in which they are met."""
    found = dict.fromkeys(claim.parameters)
    for reason in claim.because:
        found |= dict.fromkeys(_used(reason))
    return list(found)
