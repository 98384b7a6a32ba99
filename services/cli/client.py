"""The partner's side of the public API, as the command line and the demo use it."""

import time
from dataclasses import dataclass
from typing import Any

import httpx2
import typer

from services.chassis.errors import BadData, Retry, Unreachable
from services.chassis.ops.settings import ClientSettings
from services.chassis.web.languages import ENGLISH

POLL_SECONDS = 0.05
THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}


class Failing(Retry):
    """The service answers that it cannot do its work now; the data are not at fault."""


class Refused(BadData):
    """The service refused the data; the message is its problem document in words, ``pointers``
    are the places in the body it names.
    """

    def __init__(self, message: str, pointers: frozenset[str]) -> None:
        super().__init__(message)
        self.pointers = pointers


class NotJudged(Failing):
    """The newest revision could not be judged. ``told`` says so by language, with the reference."""

    def __init__(self, told: dict[str, str]) -> None:
        super().__init__(told["en"])
        self.told = told


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer: its JSON, and where it points."""

    body: dict[str, Any]
    location: str | None


class Client:
    """Calls one address with one key, and is refused in one language. Raises ``ValueError`` for
    what is no address and no key.
    """

    def __init__(self, url: str, key: str, language: str = ENGLISH) -> None:
        address = _address(url)
        if not (key.isascii() and key.isprintable()):
            raise ValueError("the API key holds characters that no key has: copy it again")
        self._url = url
        self._http = httpx2.Client(
            base_url=address,
            headers={"Authorization": f"Bearer {key}", "Accept-Language": language},
            timeout=10.0,
            # A proxy for the outside world cannot reach this machine's own services.
            trust_env=address.host not in THIS_MACHINE,
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request. Raises ``Unreachable``, ``Failing`` or ``Refused``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            response = self._http.request(method, path, content=body, headers=sent)
        except httpx2.TransportError as error:
            raise Unreachable(
                f"nothing answers at {self._url} ({error}): start it with `winwinwin up`, or give "
                f"its address with --url"
            ) from error
        if response.is_server_error:
            raise Failing(f"the service at {self._url} cannot do that now: {_refused(response)}")
        if response.is_error:
            raise _refused(response)
        if not response.is_success or _media_type(response) != "application/json":
            raise Unreachable(
                f"what answers at {self._url} is not Winwinwin: give its address with --url"
            )
        return Answer(response.json(), response.headers.get("Location"))

    def submit(self, body: bytes, idempotency_key: str | None = None) -> Answer:
        headers = {"Idempotency_Key": idempotency_key} if idempotency_key else {}
        return self.call("POST", "/v1/proposals", body, **headers)

    def wait_for_verdict(self, proposal_id: str, seconds: float) -> dict[str, Any] | None:
        """The verdict once it is there, or None when it is not after ``seconds``, or never will be
        because the proposal was withdrawn. Raises ``NotJudged`` as soon as it is known.
        """
        deadline = time.monotonic() + seconds
        while True:
            file = self.call("GET", f"/v1/proposals/{proposal_id}").body
            if file["verdict"] is not None:
                return self.call("GET", f"/v1/proposals/{proposal_id}/verdict").body
            if file["state"] == "not_judged":
                raise NotJudged(file["not_judged"])
            if file["state"] == "withdrawn" or time.monotonic() > deadline:
                return None
            time.sleep(POLL_SECONDS)


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


def _address(url: str) -> httpx2.URL:
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise ValueError(f"{url!r} is not an address: {error}") from error
    if address.scheme not in {"http", "https"} or not address.host:
        raise ValueError(f"{url!r} is not an address such as http://127.0.0.1:8400")
    return address


def _media_type(response: httpx2.Response) -> str:
    declared: str = response.headers.get("content-type", "")
    return declared.partition(";")[0].strip().lower()


def _refused(response: httpx2.Response) -> Refused:
    if _media_type(response) != "application/problem+json":
        return Refused(f"{response.status_code} {response.reason_phrase}", frozenset())
    problem = response.json()
    errors = problem.get("errors", ())
    lines = [
        f"{problem.get('title', 'Refused')} ({response.status_code}). {problem.get('detail', '')}"
    ]
    for each in errors:
        fix = f" → {each['fix']}" if each.get("fix") else ""
        lines.append(f"  {each['pointer'] or '/'}: {each['why']}{fix}")
    return Refused("\n".join(lines), frozenset(each["pointer"] for each in errors))
