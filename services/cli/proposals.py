"""``winwinwin submit`` and ``show``: what a partner does with a proposal, at the service."""

import json
from typing import Annotated, Any
from urllib.parse import quote

import typer
from pydantic import ValidationError

from contracts import codec
from contracts.events import VerdictIssued
from services.cli.client import Failing, NotJudged, connected
from services.cli.files import read_file
from services.cli.options import AsJson, Key, Lang, ProposalFile, Url, Why
from services.cli.printing.console import print_json, say, stdout_console
from services.cli.printing.verdict import print_said

WAIT_FOR_VERDICT_SECONDS = 10.0

STATES = {
    "accepted": {
        "en": "Revision {revision} is accepted and waits for its verdict: ask again in a moment.",
        "fr": "La révision {revision} est acceptée et attend son verdict\u00a0: redemandez dans un "
        "instant.",
    },
    "withdrawn": {
        "en": "The proposal was withdrawn, which is final: submit a new one to have it judged.",
        "fr": "La proposition a été retirée, ce qui est définitif\u00a0: déposez-en une nouvelle "
        "pour la faire examiner.",
    },
}
"""What is said of a file that has no verdict, by its state; why one could not be judged, the
service says.
"""


def submit(
    file: ProposalFile,
    url: Url = None,
    key: Key = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="Repeat with the same key: stored once.")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Submit a proposal and show its verdict."""
    with connected(url, key, lang) as client:
        receipt = client.submit(read_file(file), idempotency_key).body
        say(f"Accepted: {receipt['reference']} (id {receipt['id']})")
        try:
            verdict = client.wait_for_verdict(receipt["id"], WAIT_FOR_VERDICT_SECONDS)
        except NotJudged as error:
            print_json(receipt)
            raise Failing(error.told[lang]) from error
    if verdict is None:
        say(f"No verdict yet: ask later with `winwinwin show {receipt['id']}`")
        print_json(receipt)
        return
    _say_answer(verdict, as_json=as_json, lang=lang, why=False)


def show(
    proposal_id: Annotated[str, typer.Argument(metavar="ID")],
    url: Url = None,
    key: Key = None,
    as_json: AsJson = False,
    lang: Lang = "en",
    why: Why = False,
) -> None:
    """Where a proposal stands, and its verdict."""
    with connected(url, key, lang) as client:
        address = f"/v1/proposals/{quote(proposal_id, safe='')}"
        state = client.call("GET", address).body
        if state["state"] != "judged":
            if as_json:
                print_json(state)
            else:
                told = (state["not_judged"] or STATES[state["state"]])[lang]
                typer.echo(f"{state['reference']}: {told.format(**state)}")
            return
        verdict = client.call("GET", f"{address}/verdict").body
    say(f"{state['reference']}: {state['state']}, revision {state['revision']}")
    _say_answer(verdict, as_json=as_json, lang=lang, why=why)


def _event(body: dict[str, Any]) -> VerdictIssued:
    try:
        return codec.decode(VerdictIssued, json.dumps(body).encode())
    except ValidationError as error:
        raise Failing(
            "the service's verdict is not one this version can show: use the command of the "
            "service's own version"
        ) from error


def _say_answer(body: dict[str, Any], *, as_json: bool, lang: str, why: bool) -> None:
    """A verdict as a service answered it, with the mention the law asks for."""
    event = _event(body)
    if as_json:
        print_json(body)
        return
    print_said(event, as_json=False, language=lang, why=why)
    # A service of before this version says none.
    if lang in body.get("mention", {}):
        stdout_console().print(
            "", *body["mention"][lang].values(), sep="\n", markup=False, highlight=False
        )
