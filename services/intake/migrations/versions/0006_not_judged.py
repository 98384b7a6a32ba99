"""A revision that could not be judged says so, with the reference of what was set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("revision", sa.Column("not_judged", sa.String(32)))
