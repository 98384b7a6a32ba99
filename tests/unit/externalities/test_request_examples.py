"""The examples of requests are requests: each is taken at its address, and docs send them."""

import re

import pytest

from tests.support.repository import ROOT, text
from tests.support.turned import JSON, TERRITORY
from tools.request_examples import FOLDER, generated

NAMES = [path.rpartition("/")[2].removesuffix(".json") for path in generated()]
IN_THEIR_ORDER = ("territory", "relays", "survey", "funded", "competences", "groups")


def test_there_is_one_for_each_kind_of_body(house):
    takes = [
        f"{method} {path}"
        for service in house.services.services.values()
        for path, operations in service.app.openapi()["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation and path.startswith("/v1/")
    ]
    # Proposals are posted and put, and the territory's own example is the territory.
    assert len(takes) == len(NAMES) + 2, "add an example to tools/request_examples.py"
    assert {"proposal", *IN_THEIR_ORDER} == {"territory", *NAMES}


def test_each_is_taken_at_its_address(house, authority):
    house.load_territory()
    for name in IN_THEIR_ORDER[1:]:
        address = f"/v1/territories/{TERRITORY}/{name}"
        method = "POST" if name == "groups" else "PUT"
        body = text(f"{FOLDER}/{name}.json")
        answer = authority.request(method, address, content=body, headers=JSON)
        assert answer.status_code == 200, f"{name}: {answer.text}"
    assert house.partner().submit(text(f"{FOLDER}/proposal.json")).status_code == 202


@pytest.mark.parametrize("document", ["docs/api.md"])
def test_a_body_that_a_document_sends_is_there(document):
    sent = re.findall(r"-d @(\S+)", text(document))
    assert sent
    for path in sent:
        assert (ROOT / path).is_file(), path
