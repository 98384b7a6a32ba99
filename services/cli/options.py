"""Options and arguments that several commands take, each written once."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from contracts.catalogue import SERVICES


def _services(named: Any) -> Any:
    for name in (named,) if isinstance(named, str) else named or ():
        if name not in SERVICES:
            raise typer.BadParameter(f"no service is called {name!r}: use {', '.join(SERVICES)}")
    return named


def input_file(what: str) -> Any:
    """An argument that names a file which is there."""
    return typer.Argument(exists=True, dir_okay=False, readable=True, help=what)


DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of everything stored [WWW_DATA_DIR].")
]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="[WWW_PORT]")]
Url = Annotated[str | None, typer.Option("--url", help="Address of the service [WWW_URL].")]
Key = Annotated[str | None, typer.Option("--key", help="Your API key [WWW_KEY].")]
AuthorityKey = Annotated[
    str | None, typer.Option("--key", help="An authority's API key [WWW_KEY].")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JsonLines = Annotated[bool, typer.Option("--json", help="Print JSON, one verdict a line.")]
Lang = Annotated[Literal["en", "fr"], typer.Option("--lang", help="Language of the sentences.")]
Why = Annotated[bool, typer.Option("--why", help="Print the whole explanation.")]
ProposalFile = Annotated[Path, input_file("Proposal, YAML or JSON.")]
SnapshotFile = Annotated[
    Path | None,
    typer.Option(
        "--territory", exists=True, dir_okay=False, help="Snapshot (JSON); the demo's if left out."
    ),
]
Territory = Annotated[str, typer.Option("--territory", help="Identifier: fr-ze-2815.")]
Service = Annotated[
    str, typer.Argument(metavar="NAME", help=", ".join(SERVICES), callback=_services)
]
OfService = Annotated[
    str | None,
    typer.Option(
        "--service",
        help=f"Opens the database of one alone: {', '.join(SERVICES)}.",
        callback=_services,
    ),
]
Services = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SERVICE]...", help="All four if left out.", callback=_services),
]
After = Annotated[str, typer.Option(help="Go on after this proposal, where a run stopped.")]
Processes = Annotated[
    int, typer.Option(min=0, help="Processes that compute; 0: as many as there are processors.")
]
