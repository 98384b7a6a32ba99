"""Whether a revision has its notice is asked for each event that comes."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("notice_of_proposal", "notice", ["proposal_id"])
