"""What each verdict was computed from, so that it can be computed again.

Verdicts already issued get theirs where both halves of their revision are still there; which
parameters they used is then known by the day alone.
"""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

AT_ONCE = 500


def upgrade() -> None:
    basis = op.create_table(
        "basis",
        sa.Column("proposal_id", sa.String(32), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("snapshot_sha256", sa.String(64), nullable=False),
        sa.Column("parameters_on", sa.Date, nullable=False),
        sa.Column("parameters_sha256", sa.String(64), nullable=False),
        sa.Column("method_version", sa.String(20), nullable=False),
    )
    op.create_table(
        "parameter_sheet",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    _fill(basis)


def _fill(basis: sa.Table) -> None:
    connection = op.get_bind()
    submitted, assessed, verdict = (
        sa.table(name, *map(sa.column, ("proposal_id", "revision", "body")))
        for name in ("submitted", "assessed", "verdict")
    )
    joined = submitted.join(
        assessed,
        sa.and_(
            assessed.c.proposal_id == submitted.c.proposal_id,
            assessed.c.revision == submitted.c.revision,
        ),
    ).join(
        verdict,
        sa.and_(
            verdict.c.proposal_id == submitted.c.proposal_id,
            verdict.c.revision == submitted.c.revision,
        ),
    )
    last = ""
    while True:
        rows = connection.execute(
            sa.select(submitted, assessed.c.body.label("assessed"))
            .select_from(joined)
            .where(submitted.c.proposal_id > last)
            .order_by(submitted.c.proposal_id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        connection.execute(sa.insert(basis), [_basis(row) for row in rows])
        last = rows[-1].proposal_id


def _basis(row: sa.Row[Any]) -> dict[str, object]:
    assessment = json.loads(row.assessed)["assessment"]
    return {
        "proposal_id": row.proposal_id,
        "revision": row.revision,
        "body": row.body,
        "snapshot_sha256": assessment["territory"]["snapshot_sha256"],
        "parameters_on": date.fromisoformat(assessment["parameters_on"]),
        "parameters_sha256": "",
        "method_version": assessment["method_version"],
    }
