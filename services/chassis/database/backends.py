"""Which database a setting means."""

from contracts.catalogue import SERVICES
from services.chassis.database.backend import Databases
from services.chassis.database.postgres import PostgresDatabase, address
from services.chassis.database.sqlite import files_in
from services.chassis.errors import BadSetting
from services.chassis.ops.settings import Settings


def databases_of(settings: Settings) -> Databases:
    """PostgreSQL where WWW_DATABASE_URL names one, otherwise files in the data directory.

    Raises ``Refuse`` when a password is given for a service that there is not.
    """
    if (url := settings.database_url) is None:
        return files_in(settings.data_dir)
    one, own = settings.database_password, settings.database_passwords
    for name in own.keys() - set(SERVICES):
        raise BadSetting(
            f"WWW_DATABASE_PASSWORDS: no service is called {name!r}, there are "
            f"{', '.join(SERVICES)}"
        )
    return lambda service: PostgresDatabase(address(url, service, own.get(service, one)))
