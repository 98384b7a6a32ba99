"""OpenAPI describes every answer: whoever makes a client from it guesses nothing."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.support.repository import ROOT

SERVICES = ("intake", "externalities")
OWN_OF_THE_GENERATOR = ("to_dict", "from_dict", "_get_kwargs", "__getitem__", "__setitem__")
"""Functions of every generated client, which speak of JSON in general."""

FURTHER = ("additional_properties", "_httpx_args")
"""Fields for what a newer service may add, and for the HTTP library."""

WITHOUT_KEY = ("/healthz", "/readyz")


def document(service: str) -> dict[str, Any]:
    text = (ROOT / f"contracts/http/{service}.openapi.json").read_text("utf-8")
    said: dict[str, Any] = json.loads(text)
    return said


def operations(service: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document(service)["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def unknown(module: ast.Module) -> Iterator[str]:
    """What a generated module gives back or holds without saying what it is."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            said = [field for field in node.body if isinstance(field, ast.AnnAssign)]
            guessed = [field for field in said if "Any" in ast.unparse(field.annotation)]
            # What may come beside known fields is for newer services; alone it is anything at all.
            for field in guessed:
                if len(said) == 1 or ast.unparse(field.target) not in FURTHER:
                    yield f"{node.name}.{ast.unparse(field)}"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            returned = "" if node.returns is None else ast.unparse(node.returns)
            if "Any" in returned and node.name not in OWN_OF_THE_GENERATOR:
                yield f"{node.name} -> {returned}"


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_valid(service: str) -> None:
    validate(document(service))


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_generated_from_it_knows_every_answer(service: str, tmp_path: Path) -> None:
    configuration = tmp_path / "configuration.json"
    configuration.write_text(json.dumps({"post_hooks": []}), "utf-8")
    client = tmp_path / "client"
    done = subprocess.run(
        [
            Path(sys.executable).with_name("openapi-python-client"),
            *("generate", "--path", ROOT / f"contracts/http/{service}.openapi.json"),
            *("--output-path", client, "--config", configuration),
            *("--meta", "none", "--fail-on-warning"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    modules = [path for part in ("api", "models") for path in (client / part).rglob("*.py")]
    guessed = [
        f"{path.relative_to(client)}: {each}"
        for path in modules
        for each in unknown(ast.parse(path.read_text("utf-8")))
    ]
    assert len(modules) > 30
    assert not guessed, "\n".join(guessed)


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_who_may_and_what_may_go_wrong(service: str) -> None:
    silent = []
    for method, path, operation in operations(service):
        if path in WITHOUT_KEY:
            continue
        expected = {"400", "401", "403", "500", "503"}
        expected |= {"413", "415", "422"} if "requestBody" in operation else set()
        answers = operation["responses"]
        problems = {status for status in answers if status == "default" or status >= "4"}
        media = {kind for status in problems for kind in answers[status]["content"]}
        if (
            operation.get("security") != [{"key": []}]
            or not expected <= problems
            or media != {"application/problem+json"}
            or any("Cache-Control" not in answer["headers"] for answer in answers.values())
        ):
            silent.append(f"{method} {path}")
    assert not silent, "\n".join(silent)


def test_headers_that_a_partner_works_with_are_declared() -> None:
    said = {(method, path): operation for method, path, operation in operations("intake")}
    for at in (("POST", "/v1/proposals"), ("PUT", "/v1/proposals/{proposal_id}")):
        assert {"ETag", "Location"} <= said[at]["responses"]["202"]["headers"].keys()
        assert {"Retry-After"} <= said[at]["responses"]["429"]["headers"].keys()
        assert "Idempotency-Key" in {each["name"] for each in said[at]["parameters"]}
    assert "if-match" in {each["name"] for each in said[at]["parameters"]}
    for path in ("/v1/proposals/{proposal_id}", "/v1/proposals/{proposal_id}/verdict"):
        assert "ETag" in said["GET", path]["responses"]["200"]["headers"]
