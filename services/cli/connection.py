"""Where and as whom the command line calls a service."""

import typer

from services.chassis.ops.settings import ClientSettings
from services.chassis.web.languages import ENGLISH
from services.cli.client import Client


def connected(url: str | None, key: str | None, language: str = ENGLISH) -> Client:
    """A client for the given or set address and key; refusals come in the language.

    Raises ``typer.BadParameter``.
    """
    settings = ClientSettings()
    chosen = key or settings.key
    if not chosen:
        raise typer.BadParameter("no API key: give --key or set WWW_KEY")
    try:
        return Client(url or settings.url, chosen, language)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
