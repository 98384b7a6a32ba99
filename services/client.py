"""The partner's side of the public API, as the command line and the demo use it."""

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

POLL_SECONDS = 0.05


class Unreachable(Exception):
    """No service answers at the address."""


class Refused(Exception):
    """The service refused the data; the message is its problem document in words, ``pointers``
    are the places in the body it names.
    """

    def __init__(self, message: str, pointers: frozenset[str]) -> None:
        super().__init__(message)
        self.pointers = pointers


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer: its JSON, and where it points."""

    body: dict[str, Any]
    location: str | None


class Client:
    """Calls one address with one key."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=10.0
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request. Raises ``Unreachable`` or ``Refused``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            response = self._http.request(method, path, content=body, headers=sent)
        except httpx.TransportError as error:
            raise Unreachable(
                f"nothing answers at {self._url} ({error}): start it with `winwinwin up`, or give "
                f"its address with --url"
            ) from error
        if response.is_error:
            raise _refused(response)
        return Answer(response.json(), response.headers.get("Location"))

    def submit(self, body: bytes, idempotency_key: str | None = None) -> Answer:
        headers = {"Idempotency_Key": idempotency_key} if idempotency_key else {}
        return self.call("POST", "/v1/proposals", body, **headers)

    def wait_for_verdict(self, proposal_id: str, seconds: float) -> dict[str, Any] | None:
        """The verdict once it is there, or None when it is not after ``seconds``."""
        deadline = time.monotonic() + seconds
        while True:
            state = self.call("GET", f"/v1/proposals/{proposal_id}").body
            if state["state"] != "accepted":
                return self.call("GET", f"/v1/proposals/{proposal_id}/verdict").body
            if time.monotonic() > deadline:
                return None
            time.sleep(POLL_SECONDS)


def _refused(response: httpx.Response) -> Refused:
    if "json" not in response.headers.get("content-type", ""):
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
