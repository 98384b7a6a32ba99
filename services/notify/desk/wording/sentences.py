"""The verdict in sentences a mayor would say. Used by the pages and by the command line."""

from collections.abc import Mapping
from types import MappingProxyType

from contracts.events import VerdictIssued
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.limits import MAX_PLAYERS
from contracts.vocabulary.verdict import FirmsJudgement, TerritoryLevel, Verdict, VerdictLabel
from services.notify.desk.wording.claims import sentence
from services.notify.desk.wording.language import Language, Speech, mark, mark_plural, speech
from services.notify.desk.wording.words import LABELS, TERRITORY_LEVELS

_HEADERS: Mapping[VerdictLabel, str] = MappingProxyType(
    {
        VerdictLabel.WIN_WIN_WIN: mark("A win for each of %(firms)s and for the territory."),
        VerdictLabel.WIN_WIN: mark(
            "A win for each of %(firms)s; the territory neither wins nor loses."
        ),
        VerdictLabel.WIN_WIN_LOSE: mark("A win for each of %(firms)s, but the territory loses."),
        VerdictLabel.FRAGILE_WIN: mark(
            "The territory wins, but what binds %(firms)s does not hold without outside aid."
        ),
        VerdictLabel.FRAGILE: mark(
            "What binds %(firms)s does not hold without outside aid, "
            "and the territory does not win."
        ),
        VerdictLabel.LOSE: mark(
            "What binds %(firms)s does not hold without outside aid, and the territory loses."
        ),
        VerdictLabel.SUBSIDY: mark(
            "The territory wins, but %(firms)s gain nothing together: aid would be a plain subsidy."
        ),
        VerdictLabel.NO_GAIN: mark("Neither %(firms)s nor the territory win anything."),
        VerdictLabel.LOSE_LOSE_LOSE: mark(
            "Everybody loses: %(firms)s gain nothing together, and the territory loses."
        ),
    }
)

_UNDER_CONTRACT: Mapping[VerdictLabel, str] = MappingProxyType(
    {
        VerdictLabel.WIN_WIN_WIN: mark(
            "A win for each of %(firms)s and for the territory, "
            "provided the firms sign a sharing contract."
        ),
        VerdictLabel.WIN_WIN: mark(
            "A win for each of %(firms)s, provided they sign a sharing contract; "
            "the territory neither wins nor loses."
        ),
        VerdictLabel.WIN_WIN_LOSE: mark(
            "A win for each of %(firms)s, provided they sign a sharing contract, "
            "but the territory loses."
        ),
    }
)

_NOT_EVERY_FIRM: Mapping[VerdictLabel, str] = MappingProxyType(
    {
        VerdictLabel.FRAGILE_WIN: mark(
            "The territory wins, but without outside aid no stable sharing makes every firm win."
        ),
        VerdictLabel.FRAGILE: mark(
            "Without outside aid no stable sharing makes every firm win, "
            "and the territory does not win."
        ),
        VerdictLabel.LOSE: mark(
            "Without outside aid no stable sharing makes every firm win, and the territory loses."
        ),
    }
)
"""Where nobody would rather leave: the group holds, and leaves some firms with nothing."""

_WITHOUT_FIRMS: Mapping[TerritoryLevel, str] = MappingProxyType(
    {
        TerritoryLevel.LOSES: mark(
            "The territory loses. With more than %(most)s firms, the firms' side is not computed."
        ),
        TerritoryLevel.INDIFFERENT: mark(
            "The territory neither wins nor loses. With more than %(most)s firms, "
            "the firms' side is not computed."
        ),
        TerritoryLevel.WINS: mark(
            "The territory wins. With more than %(most)s firms, the firms' side is not computed."
        ),
        TerritoryLevel.WINS_TWICE: mark(
            "The territory wins on at least two counts. With more than %(most)s firms, "
            "the firms' side is not computed."
        ),
    }
)

_ANSWERS_MISSING = mark_plural(
    "No verdict yet: %(n)s answer is missing.", "No verdict yet: %(n)s answers are missing."
)


def verdict_sentence(said: VerdictIssued | Verdict, language: Language | str) -> str:
    """The verdict and how certain it is, without any amount: fit for every reader."""
    verdict = said.verdict if isinstance(said, VerdictIssued) else said
    voice = speech(Language(language))
    return " ".join(part for part in (header(verdict, voice), certainty(verdict, voice)) if part)


def claim_sentence(claim: Claim, language: Language | str) -> str:
    """One step of the explanation as a sentence, its exact figure included.

    For the applicant's own command line and the instructing officer; pages for others go through
    ``visibility`` first.
    """
    return sentence(claim, speech(Language(language)))


def header(verdict: Verdict, voice: Speech) -> str:
    """Who wins and who does not, at the central values."""
    if verdict.label is VerdictLabel.NOT_COMPUTABLE_YET:
        return voice.count(_ANSWERS_MISSING, len(verdict.missing))
    if verdict.firms is None:
        return voice.say(_WITHOUT_FIRMS[verdict.territory.level], most=voice.number(MAX_PLAYERS))
    messages = _HEADERS
    if verdict.under_contract and verdict.label in _UNDER_CONTRACT:
        messages = _UNDER_CONTRACT
    elif verdict.label in _NOT_EVERY_FIRM and not verdict.firms.blocking:
        messages = _NOT_EVERY_FIRM
    return voice.say(messages[verdict.label], firms=_the_firms(verdict.firms, voice))


def certainty(verdict: Verdict, voice: Speech) -> str:
    """Whether the verdict holds at the worst and best values; empty when there is no verdict."""
    if verdict.label is VerdictLabel.NOT_COMPUTABLE_YET:
        return ""
    if verdict.label is VerdictLabel.FIRMS_NOT_COMPUTED:
        worst, best = verdict.territory.worst, verdict.territory.best
        central = verdict.territory.level
        words = (voice.say(TERRITORY_LEVELS[worst]), voice.say(TERRITORY_LEVELS[best]))
        return _certainty(voice, falls=worst is not central, rises=best is not central, words=words)
    words = (voice.say(LABELS[verdict.necessary]), voice.say(LABELS[verdict.possible]))
    return _certainty(
        voice,
        falls=verdict.necessary is not verdict.label,
        rises=verdict.possible is not verdict.label,
        words=words,
    )


def _certainty(voice: Speech, *, falls: bool, rises: bool, words: tuple[str, str]) -> str:
    worst, best = words
    if falls and rises:
        return voice.say(
            "Not certain: at worst “%(worst)s”, at best “%(best)s”.", worst=worst, best=best
        )
    if falls:
        return voice.say("Not certain: it could fall to “%(worst)s”.", worst=worst)
    if rises:
        return voice.say("Certain at least; at best it becomes “%(best)s”.", best=best)
    return voice.say("Certain, whatever the stated uncertainties.")


def _the_firms(firms: FirmsJudgement, voice: Speech) -> str:
    return voice.count(mark_plural("the firm", "the %(n)s firms"), len(firms.shares))
