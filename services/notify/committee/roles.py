"""Who reads, as far as that decides what is shown."""

from enum import StrEnum


class Role(StrEnum):
    """What an account may see of a firm's own figures, which are business secrets (CRPA L311-6)."""

    OFFICER = "officer"
    """Instructs the file: sees each firm's figures."""
    MEMBER = "member"
    """Sits on the committee: sees whether each firm wins, and the order of size of its gain."""
