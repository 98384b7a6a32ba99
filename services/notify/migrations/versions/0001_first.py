"""First schema of notify."""

import sqlalchemy as sa
from alembic import op

from services.chassis.database.migrations import create_bus_tables_v1
from services.chassis.database.tables import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_bus_tables_v1()
    op.create_table(
        "verdict_page",
        sa.Column("proposal_id", sa.String(32), primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("territory", sa.String(80), nullable=False),
        sa.Column("partner", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("necessary", sa.String(40), nullable=False),
        sa.Column("possible", sa.String(40), nullable=False),
        sa.Column("losers", sa.String, nullable=False),
        sa.Column("submitted_at", Moment, nullable=False),
        sa.Column("issued_at", Moment, nullable=False),
        sa.Column("withdrawn_at", Moment),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("verdict_page_queue", "verdict_page", ["territory", "submitted_at"])
    op.create_table(
        "withdrawal",
        sa.Column("proposal_id", sa.String(32), primary_key=True),
        sa.Column("withdrawn_at", Moment, nullable=False),
    )
    op.create_table(
        "notice",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("event_id", sa.String(64), nullable=False, unique=True),
        sa.Column("proposal_id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("partner", sa.String(40), nullable=False),
        sa.Column("territory", sa.String(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("console_at", Moment),
    )
    to_do = sa.text("console_at IS NULL")
    op.create_index("notice_to_do", "notice", ["seq"], sqlite_where=to_do, postgresql_where=to_do)
    op.create_index("notice_of_territory", "notice", ["territory", "seq"])
    op.create_table(
        "desk_account",
        sa.Column("email", sa.String(254), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("territory", sa.String(80), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
    )
    op.create_table(
        "desk_session",
        sa.Column("id_sha256", sa.String(64), primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("last_used_at", Moment, nullable=False),
    )
    op.create_index("ix_desk_session_email", "desk_session", ["email"])
