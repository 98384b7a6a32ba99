"""A revision that could not be judged says so, with the reference of what was set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("revision", sa.Column("not_judged", sa.String(32)))
