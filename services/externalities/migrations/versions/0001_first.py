"""First schema of externalities."""

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
        "snapshot",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("territory", sa.String(80), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("loaded_at", Moment, nullable=False),
    )
    op.create_table(
        "territory",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("ref", sa.LargeBinary, nullable=False),
    )
