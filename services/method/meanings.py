"""What a word of the method means: a claim, a warning or a veto, and what its fields hold."""

from dataclasses import dataclass
from enum import StrEnum


class CodeKind(StrEnum):
    CLAIM = "claim"
    WARNING = "warning"
    VETO = "veto"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says, in one sentence, and what its claim carries."""

    kind: CodeKind
    says: str
    about: str = ""
    value: str = ""
    unit: str = ""


def claim(says: str, value: str = "", unit: str = "", about: str = "") -> Meaning:
    return Meaning(CodeKind.CLAIM, says, about, value, unit)


def warning(says: str) -> Meaning:
    return Meaning(CodeKind.WARNING, says)


def veto(says: str) -> Meaning:
    return Meaning(CodeKind.VETO, says)
