"""Whom to ask: named relays with phone, mandate and distance, for pages and notices."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.vocabulary.milieu import NamedRelay, Relay, WhomToAsk
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.words_milieu import (
    AREAS,
    MANDATES,
    NEEDS,
    PRECISIONS,
    RELAY_KINDS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayCard:
    name: str
    kind: str
    function: str
    phone: str
    where: str
    opening: str
    why: str
    competences: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskView:
    sentence: str
    relays: tuple[RelayCard, ...]


def ask_view(asked: WhomToAsk | None, voice: Speech) -> AskView | None:
    """None where no directory is loaded."""
    if asked is None:
        return None
    return AskView(
        sentence=_sentence(asked, voice),
        relays=tuple(card(each.relay, _why(each, voice), voice) for each in asked.relays),
    )


def ask_instead(contact: str, voice: Speech) -> str:
    """Whom to ask where no directory is loaded: the authority, and the next level up.

    ``contact`` is the authority's name and address; empty when it did not say.
    """
    return voice.say(
        "No directory of relays is loaded for this territory, so no relay can be named. Ask "
        "%(contact)s; above it, the regional council, which is in charge of economic development.",
        contact=contact or voice.say("the authority to which the project was submitted"),
    )


def in_one_line(asked: WhomToAsk, voice: Speech) -> str:
    """The first to ask, for a notice."""
    first = asked.relays[0].relay
    parts = [part for part in (first.name, first.function, first.phone) if part]
    return voice.say(
        "Whom to ask (%(need)s): %(relay)s.",
        need=need_said(asked.need, voice),
        relay=", ".join(parts),
    )


def need_said(need: str, voice: Speech) -> str:
    return _said(NEEDS, need, voice)


def _sentence(asked: WhomToAsk, voice: Speech) -> str:
    need = need_said(asked.need, voice)
    if not asked.competent:
        return voice.say(
            "Nobody in the directory is competent for %(need)s; these have a mandate here and can "
            "pass you on.",
            need=need,
        )
    if asked.place is None:
        return voice.say(
            "For %(need)s. No commune was said: those whose mandate covers the country come first.",
            need=need,
        )
    return voice.say(
        "For %(need)s, from %(place)s: whose mandate covers the place comes first, the narrowest "
        "before the wider ones, then the distance.",
        need=need,
        place=asked.place.name,
    )


def _why(each: NamedRelay, voice: Speech) -> str:
    km = "" if each.km is None else voice.number(each.km)
    distance = voice.say(PRECISIONS[each.precision], km=km) if each.precision in PRECISIONS else km
    return f"{_said(MANDATES, each.level, voice)} · {distance}"


def mandate_said(relay: Relay, voice: Speech) -> str:
    """Where a relay has to answer, in words."""
    parts = [mandate.partition(":") for mandate in relay.mandate]
    return voice.listing(
        [voice.say(AREAS[kind], code=code) if kind in AREAS else code for kind, _, code in parts]
    )


def card(relay: Relay, why: str, voice: Speech) -> RelayCard:
    """One relay, with why it is shown."""
    return RelayCard(
        name=relay.name,
        kind=voice.say(RELAY_KINDS[relay.kind]),
        function=relay.function,
        # A number that breaks at the end of a line is dialled wrong.
        phone=relay.phone.replace(" ", "\u00a0"),
        where=relay.address,
        opening=relay.opening,
        why=why,
        competences=voice.listing([need_said(word, voice) for word in relay.competences]),
        source=voice.say(
            "%(source)s, checked on %(day)s", source=relay.source, day=voice.day(relay.checked_on)
        ),
    )


def _said(words: Mapping[str, str], word: str, voice: Speech) -> str:
    return voice.say(words[word]) if word in words else word.replace("_", " ")
