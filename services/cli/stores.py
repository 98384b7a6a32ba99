"""The databases that commands open: those of a data directory, or those of WWW_DATABASE_URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.catalogue import SERVICES
from services.chassis.database import migrations
from services.chassis.database.backends import databases_of
from services.chassis.database.store import Store
from services.chassis.errors import Refuse
from services.chassis.ops.settings import Settings
from services.cli.data_dir import make_folder


def databases_there(data_dir: Path | None, service: str | None = None) -> tuple[str, ...]:
    """Whose databases there are: of all services, or of this one.

    Raises ``Refuse`` where there is none: made now, an empty one would look as if all were well.
    """
    settings = _settings(data_dir)
    asked = SERVICES if service is None else (service,)
    if settings.database_url is not None:
        return asked
    folder = settings.data_dir.absolute()
    there = tuple(name for name in asked if (folder / f"{name}.db").exists())
    if not there:
        of = "" if service is None else f" of {service}"
        raise Refuse(
            f"there is no database{of} in {folder}: name the folder that `winwinwin up` was given "
            f"with --data-dir or WWW_DATA_DIR"
        )
    return there


@contextmanager
def open_store(data_dir: Path | None, service: str, *, make: bool = False) -> Iterator[Store]:
    """A service's database, also while the service runs: writers queue. With ``make`` it may be a
    new one. Raises ``Refuse`` where it is not there or not of this version, ``StoreUnavailable``.
    """
    settings = _settings(data_dir)
    if not make:
        databases_there(data_dir, service)
    elif settings.database_url is None:
        make_folder(settings.data_dir)
    database = databases_of(settings)(service)
    migrations.make_ready(service, database)
    store = Store(database, name=service)
    try:
        yield store
    finally:
        store.close()


def _settings(data_dir: Path | None) -> Settings:
    return Settings() if data_dir is None else Settings(data_dir=data_dir)
