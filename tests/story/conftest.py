import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.app.all_in_one import AllInOne, PathRouter
from services.chassis.clock import SystemClock
from services.chassis.database.sqlite import files_in
from services.chassis.ops.settings import Settings
from tests.support.all_in_one import found
from tests.support.asgi import Http
from tests.support.cluster.cluster import Cluster
from tests.support.command import Shell
from tests.support.forms import passable_folder


@dataclass(frozen=True)
class Founded:
    """A data directory with a territory, and the key of a partner."""

    data_dir: Path
    key: str


@pytest.fixture(scope="session")
def _first_house(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    data_dir = tmp_path_factory.mktemp("founded")
    return Founded(data_dir, found(data_dir))


@pytest.fixture
def founded(_first_house: Founded, tmp_path: Path) -> Founded:
    """A copy of it for one test."""
    return Founded(shutil.copytree(_first_house.data_dir, tmp_path / "data"), _first_house.key)


@pytest.fixture
def house(founded: Founded) -> Iterator[AllInOne]:
    """The four services in this process, running."""
    built = AllInOne.build(files_in(founded.data_dir), SystemClock(), Settings())
    built.start()
    yield built
    built.stop()


@pytest.fixture
def partner(house: AllInOne, founded: Founded) -> Http:
    """A partner at the front door of that house."""
    return Http(PathRouter(house), Authorization=f"Bearer {founded.key}")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The distributed form: one broker, PostgreSQL, two replicas of each service."""
    with passable_folder() as folder, Cluster(folder, replicas=2, quick=True) as running:
        yield running


@pytest.fixture
def winwinwin(tmp_path: Path) -> Shell:
    """The command, in a folder of its own."""
    return Shell(tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Puts a file into that folder."""

    def write_file(name: str, content: str | bytes) -> Path:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write_file
