"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of everything stored [WWW_DATA_DIR].")
]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="[WWW_PORT]")]
Url = Annotated[str | None, typer.Option("--url", help="Address of the service [WWW_URL].")]
Key = Annotated[str | None, typer.Option("--key", help="Your API key [WWW_KEY].")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Why = Annotated[bool, typer.Option("--why", help="Print the whole explanation.")]
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Proposal, YAML or JSON.")
]
