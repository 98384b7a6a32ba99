"""When somebody signed in last, and how often it was tried."""

import sqlalchemy as sa
from alembic import op

from services.chassis.database.tables import Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("desk_account", sa.Column("last_sign_in_at", Moment))
    op.create_table(
        "sign_in_tries",
        sa.Column("of_sha256", sa.String(64), primary_key=True),
        sa.Column("since", Moment, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("known_until", Moment),
    )
    op.create_index("sign_in_tries_since", "sign_in_tries", ["since"])
