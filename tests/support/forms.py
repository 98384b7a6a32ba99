"""The product in both its forms, as those who use it see them: one process, or many."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.cluster import Cluster
from services import demo
from services.chassis.settings import Settings
from services.demo import Access, Doors
from services.serving import Serving
from tests.support.command import free_port


@dataclass(frozen=True)
class Form:
    """Something that runs, with a demo's keys and logins."""

    name: str
    doors: Doors
    granted: Access


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A folder of this test's own into which another user may pass, as PostgreSQL must where the
    tests run as root; pytest's own are closed.
    """
    folder = Path(tempfile.mkdtemp(prefix="www-cluster-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def single_process(folder: Path) -> Iterator[Form]:
    with Serving(Settings(data_dir=folder, port=free_port())) as serving:
        granted = demo.access(serving.house, folder)
        yield Form("single process", Doors.one(serving.address), granted)


@contextmanager
def many_processes(cluster: Cluster) -> Iterator[Form]:
    granted = demo.access(cluster, cluster.folder)
    yield Form("many processes", cluster.doors(), granted)
