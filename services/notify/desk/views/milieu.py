"""The page of a territory's milieu: whom to ask, the four D, thickness, resources, links."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.events import MilieuProfiled
from contracts.vocabulary.milieu import Milieu, Question, RelayKind, ResourceKind, Survey
from services.method.territory.relays import whom_to_ask
from services.notify.desk.views.firms import Fact
from services.notify.desk.views.funded import decision, funded_of, title_of
from services.notify.desk.views.queue import Choice
from services.notify.desk.views.relays import (
    AskView,
    RelayCard,
    ask_view,
    card,
    mandate_said,
    need_said,
)
from services.notify.desk.wording.language import Speech, mark, mark_plural
from services.notify.desk.wording.words_milieu import (
    ANSWERS,
    COALITION,
    DIRECTIONALITY,
    DYNAMICS,
    ENTERPRISE,
    QUESTIONS,
    RELAY_KINDS,
    RESOURCES,
)

NAMED = 5
"""Relays named at once to somebody who asks."""

_COUNTED = mark("counted in the directory")
_FUNDED = {True: mark("funded"), False: mark("not funded")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a table: what is asked, what is known, and who says so."""

    name: str
    known: str
    source: str


@dataclass(frozen=True, slots=True)
class Findings:
    title: str
    what: str
    lines: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class LinkLine:
    of: str
    network: str
    country: str
    since: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilieuView:
    name: str
    needs: tuple[Choice, ...]
    communes: tuple[Choice, ...]
    ask: AskView | None
    directory: tuple[RelayCard, ...]
    four: tuple[Findings, ...]
    thickness: tuple[Findings, ...]
    missing: tuple[str, ...]
    resources: tuple[Finding, ...]
    projects: tuple[Finding, ...]
    links: tuple[LinkLine, ...]
    survey: tuple[Fact, ...]


def milieu_view(
    said: MilieuProfiled,
    territory: str,
    need: str,
    commune: str,
    titles: Mapping[str, str],
    voice: Speech,
) -> MilieuView:
    """The page; ``need`` and ``commune`` are what the reader asked for, empty for nothing.
    ``titles`` are those of the funded projects, by their id.
    """
    milieu = said.milieu
    spots = {spot.code: spot for spot in milieu.places}
    place = spots.get(commune)
    asked = None
    if milieu.relays and need:
        asked = whom_to_ask(milieu.relays, need, place, spots, most=NAMED)
    return MilieuView(
        name=territory,
        needs=_needs(milieu, need, voice),
        communes=tuple(
            Choice(spot.code, spot.name, spot is place)
            for spot in sorted(milieu.places, key=lambda spot: spot.name)
        ),
        ask=ask_view(asked, voice),
        directory=tuple(card(relay, mandate_said(relay, voice), voice) for relay in milieu.relays),
        four=_four(milieu, voice),
        thickness=_thickness(milieu, voice),
        missing=tuple(voice.say(RELAY_KINDS[kind]) for kind in milieu.missing),
        resources=_resources(milieu.survey, voice),
        projects=_projects(milieu, titles, voice),
        links=_links(milieu, voice),
        survey=_survey(milieu.survey, voice),
    )


def _needs(milieu: Milieu, need: str, voice: Speech) -> tuple[Choice, ...]:
    words = sorted({word for relay in milieu.relays for word in relay.competences})
    return tuple(Choice(word, need_said(word, voice), word == need) for word in words)


def _four(milieu: Milieu, voice: Speech) -> tuple[Findings, ...]:
    here = len(RelayKind) - len(milieu.missing)
    density = (
        voice.say("not known: the territory has no establishment")
        if milieu.density is None
        else voice.say(
            "%(n)s relays per thousand establishments (%(relays)s for %(establishments)s)",
            n=voice.number(milieu.density, 2),
            relays=voice.number(len(milieu.relays)),
            establishments=voice.number(milieu.establishments),
        )
    )
    diversity = voice.say(
        "%(evenness)s on a scale from 0 to 1; %(here)s kinds of relay out of %(all)s",
        evenness=voice.number(milieu.diversity, 2),
        here=voice.number(here),
        all=voice.number(len(RelayKind)),
    )
    counted = voice.say(_COUNTED)
    return (
        Findings(
            voice.say("Density"),
            voice.say("How many relays there are for the firms of the place."),
            (Finding(voice.say("Relays"), density, counted),),
        ),
        Findings(
            voice.say("Diversity"),
            voice.say("How evenly they are spread over the kinds of relay (Shannon)."),
            (Finding(voice.say("Evenness"), diversity, counted),),
        ),
        Findings(
            voice.say("Dynamics"),
            voice.say("Cannot be counted: answers of the survey."),
            _answers(milieu.survey, DYNAMICS, voice),
        ),
        Findings(
            voice.say("Directionality"),
            voice.say("Cannot be counted: answers of the survey, and the body that co-ordinates."),
            _answers(milieu.survey, DIRECTIONALITY, voice),
        ),
    )


def _thickness(milieu: Milieu, voice: Speech) -> tuple[Findings, ...]:
    by_kind = Counter(relay.kind for relay in milieu.relays)
    return (
        Findings(
            voice.say("Presence"),
            voice.say("Can be counted: institutions by kind."),
            tuple(
                Finding(
                    voice.say(RELAY_KINDS[kind]),
                    voice.number(by_kind[kind]),
                    voice.say(_COUNTED),
                )
                for kind in RelayKind
                if by_kind[kind]
            ),
        ),
        Findings(
            voice.say("Interaction"),
            voice.say("Can be counted where joint projects are known: each ties its institutions."),
            _interaction(milieu, voice),
        ),
        Findings(
            voice.say("Coalition"),
            voice.say("Cannot be counted: documents show it."),
            _answers(milieu.survey, COALITION, voice),
        ),
        Findings(
            voice.say("Common enterprise"),
            voice.say("Cannot be counted: only those concerned can say."),
            _answers(milieu.survey, ENTERPRISE, voice),
        ),
    )


def _interaction(milieu: Milieu, voice: Speech) -> tuple[Finding, ...]:
    found = milieu.interaction
    if found is None:
        return (Finding(voice.say("Ties"), voice.say("not known: no joint project is named"), ""),)
    counted = voice.say("counted in the joint projects below")
    return (
        Finding(
            voice.say("Ties"),
            voice.say(
                "%(ties)s between %(n)s institutions: %(density)s of those possible",
                ties=voice.number(found.ties),
                n=voice.number(found.institutions),
                density=voice.percent(found.density),
            ),
            counted,
        ),
        Finding(
            voice.say("Largest connected part"),
            voice.say("%(share)s of the institutions", share=voice.percent(found.largest_part)),
            counted,
        ),
    )


def _answers(
    survey: Survey | None, questions: Sequence[Question], voice: Speech
) -> tuple[Finding, ...]:
    given = {} if survey is None else {each.question: each for each in survey.answers}
    lines = []
    for question in questions:
        answer = given.get(question)
        if answer is None:
            lines.append(Finding(voice.say(QUESTIONS[question]), voice.say("not known"), ""))
            continue
        said = voice.say(ANSWERS[answer.answer])
        lines.append(
            Finding(
                voice.say(QUESTIONS[question]),
                f"{said} · {answer.said}" if answer.said else said,
                f"{answer.source}, {voice.day(answer.dated)}",
            )
        )
    return tuple(lines)


def _resources(survey: Survey | None, voice: Speech) -> tuple[Finding, ...]:
    found = () if survey is None else survey.resources
    return tuple(
        Finding(
            each.name, voice.say(RESOURCES[each.kind]), f"{each.source}, {voice.day(each.dated)}"
        )
        for each in sorted(found, key=lambda each: each.kind is ResourceKind.GENERIC)
    )


def _projects(milieu: Milieu, titles: Mapping[str, str], voice: Speech) -> tuple[Finding, ...]:
    """Those that the authority decided to fund, then those that the survey names."""
    names = {relay.id: relay.name for relay in milieu.relays}
    found = () if milieu.survey is None else milieu.survey.projects
    by_decision = tuple(
        Finding(
            title_of(each, titles.get(each.proposal_id), voice) + f" · {voice.say(_FUNDED[True])}",
            voice.listing([names.get(who, who) for who in each.institutions])
            or voice.say("no institution named"),
            decision(each, voice),
        )
        for each in funded_of(milieu)
    )
    return by_decision + tuple(
        Finding(
            f"{each.name} · {voice.say(_FUNDED[each.funded])}",
            voice.listing([names.get(who, who) for who in each.institutions]),
            f"{each.source}, {voice.day(each.dated)}",
        )
        for each in found
    )


def _links(milieu: Milieu, voice: Speech) -> tuple[LinkLine, ...]:
    names = {relay.id: relay.name for relay in milieu.relays}
    of_relays = [
        LinkLine(relay.name, relay.network, relay.country, relay.since, relay.source)
        for relay in milieu.relays
        if relay.network
    ]
    found = () if milieu.survey is None else milieu.survey.links
    return (
        *of_relays,
        *(
            LinkLine(
                names.get(each.of, each.of),
                each.network,
                each.country,
                "" if each.since is None else str(each.since),
                f"{each.source}, {voice.day(each.dated)}",
            )
            for each in found
        ),
    )


def _survey(survey: Survey | None, voice: Speech) -> tuple[Fact, ...]:
    if survey is None:
        return ()
    funded = sum(project.funded for project in survey.projects)
    return (
        Fact(voice.say("Survey"), survey.title),
        Fact(voice.say("Source"), survey.source),
        Fact(voice.say("Date"), voice.day(survey.dated)),
        Fact(
            voice.say("Funded projects that the survey names"),
            voice.count(mark_plural("%(n)s project", "%(n)s projects"), funded),
        ),
    )
