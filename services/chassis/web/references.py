"""Proposals named as people name them: by the id, or by the reference said on the phone."""

from typing import Any

from sqlalchemy import ColumnElement

from contracts.vocabulary.identifiers import end_of_id


def is_named(proposal_id: ColumnElement[str], named: str) -> ColumnElement[bool]:
    """Whether a column of ids holds the one that was named. A reference may name several."""
    end = end_of_id(named)
    found: ColumnElement[Any] = proposal_id == named if end is None else proposal_id.endswith(end)
    return found
