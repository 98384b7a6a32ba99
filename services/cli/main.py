"""The ``winwinwin`` command: which commands there are, and how each ends.

The module of a command is imported when the command is called: help, the version and a slip of the
finger wait for none. stdout is data, stderr is progress. Exit status: 0 ok, 1 failure, 2 usage or
setting, 4 a service cannot be reached, 5 the data or the key were refused.
"""

import os
import platform
import sys
from collections.abc import Mapping
from importlib import import_module, metadata
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_group

from services.chassis.errors import (
    BadData,
    BadSetting,
    BusUnavailable,
    Decision,
    Refuse,
    Unreachable,
)

FAILED, USAGE, UNREACHABLE, REFUSED = 1, 2, 4, 5

PREFIX = "WWW_"


class Command(NamedTuple):
    """Where a command is, its line in the list of all, and the panel of the list it stands in."""

    where: str
    summary: str
    panel: str


def _panel(name: str, **commands: tuple[str, str]) -> dict[str, Command]:
    return {
        each: Command(f"services.cli.{at}", said, name) for each, (at, said) in commands.items()
    }


COMMANDS: Mapping[str, Command] = MappingProxyType(
    _panel(
        "To try it and to run it",
        demo=("run:demo", "Run all services with a real territory and the example proposals."),
        up=("run:up", "Run all four services in this process until Ctrl-C."),
        service=(
            "run:service",
            "Run one service, on Kafka and PostgreSQL, until Ctrl-C; replicas share the work.",
        ),
    )
    | _panel(
        "For partners",
        evaluate=(
            "evaluate:evaluate",
            "Judge a proposal (YAML or JSON) here and now, without any server.",
        ),
        submit=("proposals:submit", "Submit a proposal and show its verdict."),
        show=("proposals:show", "Where a proposal stands, and its verdict."),
        groups=(
            "groups:groups",
            "Among registered firms, the groups where every firm wins and none would leave.",
        ),
    )
    | _panel(
        "For authorities and their committees",
        territory=("territories:cli", "Territories: public data, indicators, relays."),
        competences=("competences:cli", "Who here could …? The directory of offers and needs."),
        journal=("journal:cli", "Verdicts, withdrawals and readings, sealed in order."),
    )
    | _panel(
        "The method",
        method=("method:cli", "The evaluation method by itself."),
        verdict=("verdicts:cli", "Verdicts as they are stored."),
    )
    | _panel(
        "For operators",
        keys=("keys:cli", "API keys of partners and authorities."),
        accounts=("accounts:cli", "Accounts of the committee's desk."),
        doctor=(
            "doctor:doctor",
            "Check this machine and this installation; name each failing check and its fix.",
        ),
        migrate=(
            "migrate:migrate",
            "Bring databases to the schema of this version, making them where that is allowed.",
        ),
        topics=("topics:cli", "The topics on Kafka, as contracts/topics wants them."),
        dlq=("dlq:cli", "Messages that could not be handled."),
        resend=(
            "resend:resend",
            "Publish again what left Kafka before it was read, or what waits for its verdict.",
        ),
    )
)
"""Every command, in the order of the list."""

MODULES = sorted({each.where.partition(":")[0] for each in COMMANDS.values()})
"""What a process imports from which commands are forked."""


class _Lazy(TyperGroup):
    """A group that knows its commands by name, and each whole once it is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and command(name or ""), rest


def command(name: str) -> Any:
    """One of ``COMMANDS``, imported."""
    module, _, attribute = COMMANDS[name].where.partition(":")
    found = getattr(import_module(module), attribute)
    whole = typer.Typer()
    if isinstance(found, typer.Typer):
        whole.add_typer(found, name=name, help=COMMANDS[name].summary)
    else:
        whole.command(name)(found)
    return get_group(whole).commands[name]


cli = typer.Typer(
    cls=_Lazy,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Decides, openly and fast, which local business projects deserve public money.",
)
for _name, _each in COMMANDS.items():
    cli.command(_name, help=_each.summary, rich_help_panel=_each.panel)(lambda: None)


def _version(asked: bool) -> None:
    if not asked:
        return
    from services.method import METHOD_VERSION  # noqa: PLC0415 - see the head of this file

    program, python = metadata.version("winwinwin"), platform.python_version()
    typer.echo(f"winwinwin {program}, method {METHOD_VERSION}, Python {python}")
    raise typer.Exit


@cli.callback()
def _before_each(
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the versions of the program, its method and Python.",
        ),
    ] = False,
) -> None:
    """Refuse settings that nobody knows."""
    if any(name.upper().startswith(PREFIX) for name in os.environ):
        from services.chassis.ops.settings import refuse_unknown  # noqa: PLC0415 - see above

        try:
            refuse_unknown(os.environ)
        except Refuse as error:
            _fail(error, USAGE)


def main() -> None:
    """Entry point: every foreseen error is one clear sentence and an exit status."""
    try:
        cli(standalone_mode=True)
    except BadData as error:
        _fail(error, REFUSED)
    except (Unreachable, BusUnavailable) as error:
        _fail(error, UNREACHABLE)
    except BadSetting as error:
        _fail(error, USAGE)
    except (Decision, OSError) as error:
        _fail(error, FAILED)
    except Exception as error:
        from pydantic_core import ValidationError  # noqa: PLC0415 - see the head of this file

        if not isinstance(error, ValidationError):
            raise
        named = [_named(each["loc"], each["msg"]) for each in error.errors()]
        _fail("a setting is not valid: " + "; ".join(named), USAGE)


def _named(place: tuple[Any, ...], message: str) -> str:
    """A wrong setting by its name; what is wrong between several names them itself."""
    if not place:
        return message.removeprefix("Value error, ")
    return f"{PREFIX}{str(place[0]).upper()}: {message}"


def _fail(error: object, status: int) -> None:
    from rich.console import Console  # noqa: PLC0415 - see above

    err = Console(stderr=True)
    err.print(f"winwinwin: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(status)
