"""The mention of article R311-3-1-1 and whom to ask, the one place for the words of both.

*Code des relations entre le public et l'administration*, as in force on 2026-11-26: whoever is
concerned by an individual decision reached with the help of an algorithm is told the purpose of the
processing, the right to be told its rules and main characteristics, how to exercise it, and whom to
ask for an opinion when it is refused (the CADA). Said to partners by intake, to everybody else by
notify.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Mention:
    """The mention every notice and individual decision carries."""

    purpose: str
    right: str
    exercise: str

    def __str__(self) -> str:
        return f"{self.purpose} {self.right} {self.exercise}"


@dataclass(frozen=True, slots=True)
class _Words:
    of_a_file: str
    of_all: str
    right: str
    exercise: str
    authority: str
    instead: str


_WORDS: Mapping[str, _Words] = MappingProxyType(
    {
        "fr": _Words(
            of_a_file=(
                "Ce dossier a été instruit à l’aide d’un traitement algorithmique. Sa finalité est "
                "de dire quels projets de plusieurs entreprises méritent de l’argent public\u00a0: "
                "si chaque entreprise gagne, et si le territoire gagne."
            ),
            of_all=(
                "Les projets sont instruits à l’aide d’un traitement algorithmique. Sa finalité "
                "est de dire quels projets de plusieurs entreprises méritent de l’argent "
                "public\u00a0: si chaque entreprise gagne, et si le territoire gagne."
            ),
            right=(
                "Vous avez le droit d’obtenir communication des règles définissant ce traitement "
                "et des principales caractéristiques de sa mise en œuvre (articles L311-3-1, "
                "R311-3-1-1 et R311-3-1-2 du code des relations entre le public et "
                "l’administration)."
            ),
            exercise=(
                "Pour exercer ce droit, écrivez à {contact}. En cas de refus, ou sans réponse au "
                "bout d’un mois, vous avez deux mois pour saisir la Commission d’accès aux "
                "documents administratifs (CADA)."
            ),
            authority="la collectivité à laquelle le projet a été soumis",
            instead=(
                "Aucun relais n’est encore nommé. Adressez-vous à {contact}\u00a0; au-dessus, au "
                "conseil régional, chargé du développement économique."
            ),
        ),
        "en": _Words(
            of_a_file=(
                "This file was examined with the help of an algorithm. Its purpose is "
                "to tell which projects of several firms deserve public money: whether every firm "
                "wins, and whether the territory wins."
            ),
            of_all=(
                "Projects are examined with the help of an algorithm. Its purpose is "
                "to tell which projects of several firms deserve public money: whether every firm "
                "wins, and whether the territory wins."
            ),
            right=(
                "You have the right to be told the rules that define this processing and the main "
                "characteristics of how they were applied to you (articles L311-3-1, R311-3-1-1 "
                "and R311-3-1-2 of the French code on relations between the public and the "
                "administration)."
            ),
            exercise=(
                "To exercise it, write to {contact}. If you are refused, or have no answer within "
                "one month, you have two months to ask the Commission d'accès aux documents "
                "administratifs (CADA) for its opinion."
            ),
            authority="the authority to which the project was submitted",
            instead=(
                "No relay is named yet. Ask {contact}; above it, the regional council, which is in "
                "charge of economic development."
            ),
        ),
    }
)

LANGUAGES = tuple(_WORDS)


def mention(language: str, contact: str, *, judged: bool = True) -> Mention:
    """The mention in ``fr`` or ``en``. ``contact`` is where the right is exercised, empty when the
    authority did not say; ``judged`` False speaks of the processing and not of one file.
    """
    words = _WORDS[language]
    return Mention(
        purpose=words.of_a_file if judged else words.of_all,
        right=words.right,
        exercise=words.exercise.format(contact=contact or words.authority),
    )


def ask_instead(language: str, contact: str) -> str:
    """Whom to ask while no relay is named, in ``fr`` or ``en``: never a dead end."""
    words = _WORDS[language]
    return words.instead.format(contact=contact or words.authority)
