"""The queue of proposals without verdict is found by the moment of submission."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("revision_submitted_at", "revision", ["submitted_at"])
