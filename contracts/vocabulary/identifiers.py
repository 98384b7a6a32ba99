"""How things are called: the shapes of the identifiers that travel between services."""

import re
from typing import Annotated

from pydantic import Field, StringConstraints

ProposalId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""32 hexadecimal digits, sortable by time of acceptance."""

LetterId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Of a dead letter: what the operator's `winwinwin dlq show` takes."""

PartnerId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
FirmId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
TerritoryId = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z0-9]{1,24}){1,3}$")]
"""Country, kind, code: ``fr-ze-2815`` is the employment area (zone d'emploi) of Rouen."""

NafCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}[A-Z]$")]
"""Sub-class of the French activity nomenclature NAF rev. 2 without its dot: ``1071C``."""

CommuneCode = Annotated[str, StringConstraints(pattern=r"^(2[AB]|[0-9]{2})[0-9]{3}$")]
"""Code of a commune in the official geography (INSEE), not its post code."""

EpciCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
"""SIREN of a group of communes with own taxation (EPCI)."""

Siren = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/\x00-\x1f\x7f]*)*$", max_length=300)]
"""JSON pointer (RFC 6901) into a proposal: ``/firms/2/own``."""

ParameterId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
RelayId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Revision = Annotated[int, Field(ge=1, le=100_000)]


def reference_of(proposal_id: str) -> str:
    """A short name people can say on the phone: the id's last eight digits, ``3F2A-90BC``."""
    return f"{proposal_id[-8:-4]}-{proposal_id[-4:]}".upper()


_REFERENCE = re.compile(r"\s*([0-9a-f]{4})-?([0-9a-f]{4})\s*", re.IGNORECASE | re.ASCII)


def end_of_id(reference: str) -> str | None:
    """The last eight digits of the ids a reference means, however it is written down; None when it
    is no reference. It is short: two proposals may share one.
    """
    found = _REFERENCE.fullmatch(reference)
    return None if found is None else (found[1] + found[2]).lower()
