"""``winwinwin migrate``: makes databases and roles where it may, and migrates schemas."""

from collections.abc import Iterator, Mapping, Sequence

import typer
from pydantic import SecretStr

from contracts.catalogue import SERVICES
from services.chassis.database import migrations, postgres
from services.chassis.database.backends import databases_of
from services.chassis.database.postgres_roles import Administered
from services.chassis.ops.settings import AdministratorSettings, Settings
from services.cli.data_dir import make_folder, settings_given
from services.cli.options import DataDir, Services


def migrate(services: Services = None, data_dir: DataDir = None) -> None:
    """Bring databases to the schema of this version, making them where that is allowed."""
    settings = settings_given(data_dir)
    for name in _migrated(settings, AdministratorSettings(), services or SERVICES):
        typer.echo(f"{name}: migrated")


def _migrated(
    settings: Settings, administrator: AdministratorSettings, services: Sequence[str]
) -> Iterator[str]:
    """Bring each service's database to the newest schema; answers each as it is done.

    With an administrator, roles and databases that are missing are made first, and the service's
    role gets its rights. Raises ``Refuse`` and ``StoreUnavailable``.
    """
    if settings.database_url is None:
        make_folder(settings.data_dir)
    elif administrator.database_admin_url is not None:
        yield from _administered(
            settings.database_url,
            administrator.database_admin_url,
            settings.database_passwords,
            services,
        )
        return
    databases = databases_of(settings)
    for name in services:
        migrations.upgrade(name, databases(name))
        yield name


def _administered(
    template: SecretStr,
    admin: SecretStr,
    passwords: Mapping[str, SecretStr],
    services: Sequence[str],
) -> Iterator[str]:
    for name in services:
        database = Administered(
            url=postgres.address(template, name), admin=postgres.address(admin, name)
        )
        database.prepare(passwords.get(name))
        migrations.upgrade(name, database)
        database.let_in()
        yield name
