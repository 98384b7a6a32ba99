"""What is stored is for its owner alone, in the single process and in the distributed form."""

from pathlib import Path

import httpx2
import pytest

from contracts.samples import five_firms_2kb
from services.cli import demo
from tests.support.all_in_one import running
from tests.support.cluster.cluster import Cluster
from tests.support.private import as_root, open_to_others, read_by_nobody
from tests.support.waiting import until


def test_no_database_can_be_read_by_others_also_in_a_folder_that_somebody_made_open(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    with running(folder) as house:
        house.log.chmod(0o600)  # Where the test sends it.
        files = {path.name for path in folder.iterdir()}
        assert {"intake.db", "intake.db-wal", "intake.db-shm"} <= files
        assert list(open_to_others(folder)) == []


@pytest.mark.kafka_cluster
@pytest.mark.postgres_here
@pytest.mark.timeout(300, func_only=True)
def test_nobody_reads_a_proposal_in_the_folder_of_the_cluster(cluster: Cluster):
    granted = demo.access(cluster, cluster.folder)
    demo.load(cluster.doors(), granted)
    with httpx2.Client(trust_env=False) as client:
        answer = client.post(
            f"{cluster.doors().intake}/v1/proposals",
            content=five_firms_2kb(),
            headers={
                "Authorization": f"Bearer {granted.partner_key}",
                "Content-Type": "application/json",
            },
        )
    assert answer.status_code == 202
    folder = cluster.folder
    until(lambda: any(log.stat().st_size for log in segments(folder)))
    assert list(open_to_others(folder)) == []
    if as_root():
        assert read_by_nobody(folder) == []


def segments(folder: Path) -> list[Path]:
    return list(folder.glob("kafka/node-1/data/proposals-*/*.log"))
