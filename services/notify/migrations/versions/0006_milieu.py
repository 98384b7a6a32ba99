"""The milieu of each territory, and whom to ask in each notice."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "territory_milieu",
        sa.Column("territory", sa.String(80), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.add_column("notice", sa.Column("whom_to_ask", sa.String, nullable=True))
