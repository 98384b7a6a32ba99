"""First schema of intake."""

import sqlalchemy as sa
from alembic import op

from services.chassis.database.migrations import create_api_key_table_v1, create_bus_tables_v1
from services.chassis.database.tables import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_bus_tables_v1()
    create_api_key_table_v1()
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("partner", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("territory", sa.String(80), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("withdrawn_at", Moment),
    )
    op.create_index("proposal_of_partner", "proposal", ["partner", "id"])
    op.create_table(
        "revision",
        sa.Column("proposal_id", sa.String(32), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("missing", sa.String, nullable=False),
        sa.Column("submitted_at", Moment, nullable=False),
    )
    op.create_table(
        "verdict",
        sa.Column("proposal_id", sa.String(32), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("issued_at", Moment, nullable=False),
    )
    op.create_table(
        "idempotency",
        sa.Column("partner", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("receipt", sa.String, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )
    op.create_index("idempotency_expiry", "idempotency", ["expires_at"])
    op.create_table(
        "territory",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
