"""What PostgreSQL needs: wider numbers, and leases for several relays."""

from services.chassis.database.migrations import widen_bus_tables_v2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    widen_bus_tables_v2()
