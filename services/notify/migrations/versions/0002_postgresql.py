"""What PostgreSQL needs: wider numbers, and leases for several relays."""

from alembic import op

from services.chassis.database.migrations import widen, widen_bus_tables_v2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    widen_bus_tables_v2()
    if op.get_bind().dialect.name == "postgresql":
        widen("notice", "seq")
