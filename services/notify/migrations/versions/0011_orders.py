"""Every order of the list of verdicts has an index: a page costs the same however many there be."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_RANK = (
    "(CASE label WHEN 'win_win_win' THEN 0 WHEN 'win_win' THEN 1 WHEN 'fragile_win' THEN 2"
    " WHEN 'fragile' THEN 3 WHEN 'subsidy' THEN 4 WHEN 'no_gain' THEN 5 WHEN 'win_win_lose' THEN 6"
    " WHEN 'lose' THEN 7 WHEN 'lose_lose_lose' THEN 8 WHEN 'firms_not_computed' THEN 9"
    " WHEN 'not_computable_yet' THEN 10 ELSE 11 END)"
)
_ORDERS: dict[str, str | sa.TextClause] = {
    "queue": "submitted_at",
    "reference": "reference",
    "title": sa.text("lower(title)"),
    "kind": "kind",
}


def upgrade() -> None:
    stalled = sa.text("stalled_revision > revision")
    op.drop_index("verdict_page_queue", "verdict_page")
    for name, key in _ORDERS.items():
        plain: list[str | sa.TextClause] = ["territory", key, "proposal_id"]
        op.create_index(f"verdict_page_{name}", "verdict_page", plain)
        op.create_index(
            f"verdict_page_label_{name}", "verdict_page", ["territory", "label", key, "proposal_id"]
        )
        op.create_index(
            f"verdict_page_stalled_{name}",
            "verdict_page",
            plain,
            sqlite_where=stalled,
            postgresql_where=stalled,
        )
    op.create_index(
        "verdict_page_rank", "verdict_page", ["territory", sa.text(_RANK), "proposal_id"]
    )
