"""What a code of the method means: its words, what its fields hold, whose figure it is."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

NUMBER, ESTIMATE = "number", "estimate"


class CodeKind(StrEnum):
    CLAIM = "claim"
    WARNING = "warning"
    VETO = "veto"


class Visibility(Enum):
    """Whose figure it is."""

    PUBLIC = auto()
    """The territory's side, and rules anyone may know."""
    GROUP = auto()
    """A total over the firms: shown to all where it does not give a firm away."""
    FIRM = auto()
    """A firm's own, or that of a pair: for the instructing officer and, where it is about one firm
    alone, that firm.
    """
    WHOLE = auto()
    """The same, words included (who granted an aid, who owns a part): others do not read it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says. ``about``, ``value`` and ``unit`` say what those fields of its claim hold;
    empty means that the field is empty.
    """

    kind: CodeKind
    words: str
    """In English, the key of the French; the figure follows. ``%(about)s`` lists all names of the
    claim, ``%(first)s`` to ``%(fourth)s`` its names one by one.
    """
    value: str = ""
    unit: str = ""
    about: str = ""
    whose: Visibility = Visibility.PUBLIC
    alone: str = ""
    """The words where the claim is about one only, where they differ."""
    rests_on: tuple[str, ...] = ()
    """Of a veto or a warning: the parameters whose source and day stand behind it."""
    rule: str = ""
    """The source of one that rests on no number: a rule, a law, or an answer."""


def claim(
    words: str,
    value: str = "",
    unit: str = "",
    about: str = "",
    *,
    whose: Visibility = Visibility.PUBLIC,
    alone: str = "",
) -> Meaning:
    return Meaning(CodeKind.CLAIM, words, value, unit, about, whose, alone)


def warning(words: str, *, rests_on: tuple[str, ...] = (), rule: str = "") -> Meaning:
    return Meaning(CodeKind.WARNING, words, rests_on=rests_on, rule=rule)


def veto(words: str, *, rests_on: tuple[str, ...] = (), rule: str = "") -> Meaning:
    """Also a claim of the explanation."""
    return Meaning(CodeKind.VETO, words, rests_on=rests_on, rule=rule)
