"""What left Kafka before it was read is noticed by who remembers how far that was."""

from services.chassis.database.migrations import remember_positions_v4

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    remember_positions_v4()
