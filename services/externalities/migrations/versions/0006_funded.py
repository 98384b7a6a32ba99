"""The projects that each territory decided to fund, beside its relays and its survey."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("milieu", sa.Column("funded", sa.LargeBinary, nullable=True))
