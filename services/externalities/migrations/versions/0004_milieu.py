"""The directory of relays and the survey of each territory."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "milieu",
        sa.Column("territory", sa.String(80), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("relays", sa.LargeBinary, nullable=True),
        sa.Column("survey", sa.LargeBinary, nullable=True),
    )
