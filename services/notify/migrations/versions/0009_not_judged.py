"""A file whose newest revision could not be judged is on the desk, with or without a verdict."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for column in (
        sa.Column("stalled_revision", sa.Integer, nullable=False, server_default="0"),
        sa.Column("stalled_reference", sa.String(32)),
    ):
        op.add_column("verdict_page", column)
    op.add_column("notice", sa.Column("stalled_reference", sa.String(32)))
