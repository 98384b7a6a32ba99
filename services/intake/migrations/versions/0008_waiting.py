"""What still waits for its verdict is found at once, however many were judged."""

import sqlalchemy as sa
from alembic import op

from services.chassis.database.tables import Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("proposal", sa.Column("waits_since", Moment))
    op.add_column(
        "proposal", sa.Column("said_again", sa.Integer, nullable=False, server_default="0")
    )
    op.add_column("proposal", sa.Column("said_again_at", Moment))
    op.execute(
        "UPDATE proposal SET waits_since = (SELECT submitted_at FROM revision "
        "WHERE revision.proposal_id = proposal.id AND revision.revision = proposal.revision) "
        "WHERE withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM verdict "
        "WHERE verdict.proposal_id = proposal.id AND verdict.revision = proposal.revision) "
        "AND NOT EXISTS (SELECT 1 FROM revision WHERE revision.proposal_id = proposal.id "
        "AND revision.revision = proposal.revision AND revision.not_judged IS NOT NULL)"
    )
    waits = sa.text("waits_since IS NOT NULL")
    op.create_index(
        "proposal_waiting",
        "proposal",
        ["waits_since"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
