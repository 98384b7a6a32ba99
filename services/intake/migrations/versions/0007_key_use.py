"""When a key was used last."""

import sqlalchemy as sa
from alembic import op

from services.chassis.database.tables import Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("api_key", sa.Column("last_used_at", Moment))
