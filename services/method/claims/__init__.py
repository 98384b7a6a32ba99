"""Every word the method says: one table, a file for each subject, read by tests and by the desk.

A code is a claim of the explanation tree, a warning of the verdict, or a veto (which is also a
claim). One that ends in ``.said`` is the applicant's own figure, in ``.unknown`` the sourced range
that stands for an answer not given. Everything else about a code is in its row.
"""

from collections.abc import Mapping
from types import MappingProxyType

from services.method.claims import (
    aid,
    carbon,
    changes,
    concentration,
    firms,
    glocalisation,
    image,
    jobs,
    partnership,
    technology,
    verdict,
)
from services.method.claims.meaning import CodeKind, Meaning, Visibility

__all__ = ["CODES", "CodeKind", "Meaning", "Visibility"]

CODES: Mapping[str, Meaning] = MappingProxyType(
    verdict.CLAIMS
    | firms.CLAIMS
    | partnership.CLAIMS
    | jobs.CLAIMS
    | technology.CLAIMS
    | image.CLAIMS
    | carbon.CLAIMS
    | concentration.CLAIMS
    | aid.CLAIMS
    | glocalisation.CLAIMS
    | changes.CLAIMS
)
"""Code by code, what the method says."""
