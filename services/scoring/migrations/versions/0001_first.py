"""First schema of scoring."""

import sqlalchemy as sa
from alembic import op

from services.chassis.database.migrations import create_bus_tables_v1
from services.chassis.database.tables import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_bus_tables_v1()
    for half in ("submitted", "assessed"):
        op.create_table(
            half,
            sa.Column("proposal_id", sa.String(32), primary_key=True),
            sa.Column("revision", sa.Integer, nullable=False),
            sa.Column("body", sa.LargeBinary, nullable=False),
        )
    op.create_table(
        "withdrawn",
        sa.Column("proposal_id", sa.String(32), primary_key=True),
        sa.Column("withdrawn_at", Moment, nullable=False),
    )
    op.create_table(
        "verdict",
        sa.Column("proposal_id", sa.String(32), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("issued_at", Moment, nullable=False),
    )
