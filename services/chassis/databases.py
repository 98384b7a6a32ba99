"""Which database a setting means."""

from services.chassis.database import Databases
from services.chassis.postgres import databases_at
from services.chassis.settings import Settings
from services.chassis.sqlite import files_in


def databases_of(settings: Settings) -> Databases:
    """PostgreSQL where WWW_DATABASE_URL names one, otherwise files in the data directory."""
    if settings.database_url is None:
        return files_in(settings.data_dir)
    return databases_at(settings.database_url, settings.database_password)
