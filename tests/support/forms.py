"""The product in both its forms, as those who use it see them: one process, or many."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from services.app.serving import Serving
from services.chassis.ops.settings import Settings
from services.cli import demo
from services.cli.demo import Access, ServiceUrls
from tests.support.cluster.cluster import Cluster
from tests.support.command import free_port
from tests.support.waiting import until

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Form:
    """Something that runs, with a demo's keys and logins."""

    name: str
    doors: ServiceUrls
    granted: Access

    @contextmanager
    def partner(self) -> Iterator[httpx2.Client]:
        """The demo's partner at the door of intake."""
        key = {"Authorization": f"Bearer {self.granted.partner_key}"}
        with httpx2.Client(base_url=self.doors.intake, headers=key, trust_env=False) as client:
            yield client

    @contextmanager
    def browser(self) -> Iterator[httpx2.Client]:
        """A browser in which an officer of the demo territory signed in by the form."""
        with httpx2.Client(
            base_url=self.doors.desk, follow_redirects=True, trust_env=False
        ) as client:
            assert client.get("/en/verdicts").url.path == "/en/login"
            (officer, *_) = self.granted.logins
            said = {"email": officer.email, "password": officer.password, "next": ""}
            page = client.post("/en/login", data=said, headers={"Sec-Fetch-Site": "same-origin"})
            assert (page.status_code, page.url.path) == (200, "/en/verdicts")
            yield client


def judged(partner: httpx2.Client, address: str, revision: int) -> dict[str, Any]:
    """The file of a proposal once this revision has its verdict."""

    def look() -> dict[str, Any] | None:
        file = partner.get(address).json()
        return file if (file["state"], file["revision"]) == ("judged", revision) else None

    return until(look, within=PATIENCE_SECONDS)


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
        yield Form("single process", ServiceUrls.one(serving.address), granted)


@contextmanager
def many_processes(cluster: Cluster) -> Iterator[Form]:
    granted = demo.access(cluster, cluster.folder)
    yield Form("many processes", cluster.doors(), granted)
