"""Where and as whom the command line calls a service."""

import typer
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.chassis.settings import PREFIX
from services.client import Client


class ClientSettings(BaseSettings):
    """Where and as whom the command line calls: ``WWW_URL``, ``WWW_KEY``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    url: str = "http://127.0.0.1:8400"
    key: str = ""


def connected(url: str | None, key: str | None) -> Client:
    """A client for the given or set address and key. Raises ``typer.BadParameter``."""
    settings = ClientSettings()
    chosen = key or settings.key
    if not chosen:
        raise typer.BadParameter("no API key: give --key or set WWW_KEY")
    try:
        return Client(url or settings.url, chosen)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
