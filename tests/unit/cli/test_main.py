"""The command starts with what it needs and no more, and its list says what each command says."""

import json
import platform
import re
import subprocess
import sys
from importlib import metadata

import pytest
from typer.testing import CliRunner

from services.cli.main import COMMANDS, cli, command
from tests.support.command import environment
from tests.support.repository import ROOT

EXAMPLE = "contracts/examples/carbon-vetoed.yaml"

STORES = {"sqlalchemy", "sqlmodel", "alembic", "psycopg", "duckdb"}
SERVERS = {"fastapi", "starlette", "uvicorn", "kafka", "jinja2", "typst", "pwdlib"}
CALLING = {"httpx2"}
COMPUTING = {"numpy", "scipy"}
WORDS = {"pydantic", "pydantic_core", "yaml", "babel", "contracts"}

PROGRAM = """
import json, sys
from services.cli.main import main
sys.argv = ["winwinwin", *sys.argv[1:]]
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def imported(*arguments: str) -> set[str]:
    """The packages that are there when the command ended well."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_the_list_of_commands_waits_for_none_of_them():
    assert not imported("--help") & (STORES | SERVERS | CALLING | COMPUTING | WORDS)


def test_the_version_waits_for_the_method_alone():
    assert not imported("--version") & (STORES | SERVERS | CALLING | {"scipy", "babel"})


def test_to_judge_a_file_takes_no_server_and_no_broker():
    assert not imported("evaluate", EXAMPLE) & (SERVERS | CALLING)


def shown(option: str) -> str:
    return CliRunner().invoke(cli, [option], env={"COLUMNS": "120"}).output


def test_the_version_says_that_of_the_program_its_method_and_python():
    python = platform.python_version()
    said = rf"winwinwin {metadata.version('winwinwin')}, method \d+\.\d+\.\d+, Python {python}\n"
    assert re.fullmatch(said, shown("--version"))


def test_the_list_shows_each_command_once_in_the_panel_of_those_it_is_for():
    panel, found = "", {}
    for line in shown("--help").splitlines():
        if title := re.match(r"╭─ (.+?) ─", line):
            panel = title[1]
        elif (name := re.match(r"│ ([a-z]+) ", line)) and name[1] in COMMANDS:
            assert name[1] not in found
            found[name[1]] = panel
    assert found == {name: each.panel for name, each in COMMANDS.items()}
    assert len(set(found.values())) > 3


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_in_the_list_is_what_it_says_of_itself(name: str):
    said = " ".join((command(name).help or "").split("\n\n")[0].split())
    assert said == COMMANDS[name].summary


def test_a_service_hears_its_supervisor_before_it_imports_what_it_runs():
    asked = (
        "import signal, sys\n"
        "import services.cli.data_dir\n"
        "from services.cli import run\n"
        "heard = []\n"
        "heavy = 'services.app.single_service'\n"
        "signal.signal = lambda number, _: heard.append(heavy in sys.modules)\n"
        "try:\n"
        "    run.service('nobody')\n"
        "finally:\n"
        "    print(heard)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[False, False]\n"
