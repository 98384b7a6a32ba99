"""What strangers and catalogues look for at the root is there, and says what the project says."""

import re
import tomllib

import pytest

from contracts.strict_yaml import load
from tests.support.repository import ROOT, text

PROJECT = tomllib.loads(text("pyproject.toml"))["project"]


def test_hook_and_machine_use_the_door_that_people_use() -> None:
    (repository,) = load(text(".pre-commit-config.yaml"))["repos"]
    assert [hook["entry"] for hook in repository["hooks"]] == ["make check"]
    runs = re.findall(r"^ +- run: (.+)$", text(".github/workflows/ci.yml"), re.MULTILINE)
    assert runs == ["bash .ci/run"]


@pytest.mark.parametrize("path", ["publiccode.yml", "CITATION.cff"])
def test_version_and_licence_are_those_of_the_project(path: str) -> None:
    said = load(text(path))
    assert said.get("softwareVersion", said.get("version")) == PROJECT["version"]
    assert said.get("license") or said["legal"]["license"] == PROJECT["license"]


def test_publiccode_has_what_its_standard_demands() -> None:
    """Mandatory keys and lengths of the published core schema, version 0.4."""
    said = load(text("publiccode.yml"))
    mandatory = {
        *("publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus"),
        *("softwareType", "description", "legal", "maintenance", "localisation"),
    }
    assert mandatory <= said.keys()
    for language in said["localisation"]["availableLanguages"]:
        told = said["description"][language]
        assert len(told["shortDescription"]) <= 150
        assert 150 <= len(told["longDescription"]) <= 10_000
        assert told["features"]
    assert said["maintenance"]["contacts"][0]["name"]


def test_every_licence_of_a_file_has_its_text() -> None:
    named = re.findall(r'^SPDX-License-Identifier = "(.+)"$', text("REUSE.toml"), re.MULTILINE)
    wanted = {licence for each in named for licence in each.split(" AND ")}
    assert {path.stem for path in (ROOT / "LICENSES").iterdir()} == wanted
    assert (ROOT / f"LICENSES/{PROJECT['license']}.txt").read_bytes() == (
        ROOT / "LICENSE"
    ).read_bytes()


def test_types_are_shipped_with_the_packages() -> None:
    data = tomllib.loads(text("pyproject.toml"))["tool"]["setuptools"]["package-data"]["*"]
    assert "py.typed" in data
    assert (ROOT / "contracts/py.typed").exists()
    assert (ROOT / "services/py.typed").exists()
