"""A store with many verdicts, made of a few that were judged."""

import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, create_engine, select

from services.scoring.storage import BASES, VERDICTS


def copied(file: Path, wanted: int) -> None:
    """Each basis and each verdict of a database once more under other names, as often as wanted."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        for table in (BASES, VERDICTS):
            rows = connection.execute(select(table)).mappings().all()
            for copy in range(1, wanted // len(rows)):
                connection.execute(table.insert(), [_renamed(row, copy) for row in rows])
    engine.dispose()


def _renamed(row: RowMapping, copy: int) -> dict[str, Any]:
    old = row["proposal_id"]
    new = uuid.uuid5(uuid.NAMESPACE_OID, f"{old} {copy}").hex
    return {**row, "proposal_id": new, "body": row["body"].replace(old.encode(), new.encode())}
