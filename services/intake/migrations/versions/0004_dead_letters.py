"""Dead letters can be worked: replayed or discarded, by whom, when and why."""

from services.chassis.database.migrations import settle_dead_letters_v3

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    settle_dead_letters_v3()
