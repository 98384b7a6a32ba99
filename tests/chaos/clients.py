"""Clients as partners write them: they time out, repeat with the same Idempotency-Key, obey
Retry-After, go to the other door when one is shut, and never believe that silence means no.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.chaos.history import History, Outcome, Told, What
from tests.chaos.texts import fingerprint, text

PROPOSALS = "/v1/proposals"
JSON = {"Content-Type": "application/json"}
TIMEOUT_SECONDS = 4.0
LONGEST_PAUSE_SECONDS = 2.0
REVISED, REVISED_AGAIN, WITHDRAWN, READ = 0.25, 0.08, 0.10, 0.30
"""Shares of the files to which it happens."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any]
    attempts: int
    asked_at: float


class GaveUp(Exception):
    """The run ended before there was a definite answer."""

    def __init__(self, asked_at: float, attempts: int) -> None:
        super().__init__("no definite answer before the end of the run")
        self.asked_at = asked_at
        self.attempts = attempts


class Client:
    """One partner's program: hands in one file after the other, and what follows from each."""

    def __init__(
        self, name: str, key: str, doors: Sequence[str], history: History, seed: int
    ) -> None:
        self.name = name
        self._history = history
        self._doors = doors
        self._dice = random.Random(f"{seed}/{name}")  # noqa: S311 - a schedule, not a secret
        self._door = self._dice.randrange(len(doors))
        self._http = httpx2.AsyncClient(
            headers=JSON | {"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )
        self._filed = 0
        self.over: Callable[[], bool] = lambda: False
        """Whether the run has ended, so that nobody repeats for ever."""

    async def close(self) -> None:
        await self._http.aclose()

    async def file(self) -> None:
        """One project, from its submission to its end."""
        self._filed += 1
        name = f"{self.name}-{self._filed}"
        proposal_id = await self._submit(name)
        if proposal_id is None:
            return
        revision = 1
        for share in (REVISED, REVISED_AGAIN):
            if self._dice.random() < share and await self._revise(name, proposal_id, revision):
                revision += 1
        if self._dice.random() < READ:
            await self._read(name, proposal_id)
        if self._dice.random() < WITHDRAWN:
            await self._withdraw(name, proposal_id, revision)
            await self._read(name, proposal_id)

    # -- what a partner does -------------------------------------------------------------------

    async def _submit(self, name: str) -> str | None:
        number = self._dice.randrange(10_000)
        body = text(name, number)

        def tell(answer: Answer) -> Told:
            return self._told(What.SUBMIT, name, answer, number)

        told = await self._until_told(
            What.SUBMIT, name, number, tell, "POST", PROPOSALS, body, {"Idempotency-Key": name}
        )
        return told.proposal_id if told is not None else None

    async def _revise(self, name: str, proposal_id: str, known: int) -> bool:
        number = self._dice.randrange(10_000)
        body = text(name, number)
        address = f"{PROPOSALS}/{proposal_id}"
        try:
            answer = await self._ask("PUT", address, body, {"If-Match": f'"{known}"'})
            if answer.status == httpx2.codes.PRECONDITION_FAILED:
                # Nobody else revises this file: an attempt whose answer was lost was stored. Sure
                # only when the file says so.
                answer = await self._mine(address, known + 1, fingerprint(body), answer)
        except GaveUp as end:
            self._gave_up(What.REVISE, name, number, end, proposal_id)
            return False
        told = self._told(What.REVISE, name, answer, number, proposal_id)
        self._history.note(told)
        return told.outcome is Outcome.OK

    async def _mine(self, address: str, revision: int, sha256: str, first: Answer) -> Answer:
        file = await self._ask("GET", address)
        for each in file.body.get("revisions", ()):
            if each["revision"] == revision and each["sha256"] == sha256:
                break
        else:
            return first
        receipt = {"id": file.body["id"], **each}
        del receipt["verdict"]
        return Answer(httpx2.codes.ACCEPTED, receipt, first.attempts + 1, first.asked_at)

    async def _withdraw(self, name: str, proposal_id: str, revision: int) -> None:
        def tell(answer: Answer) -> Told:
            return self._told(What.WITHDRAW, name, answer, 0, proposal_id, revision)

        address = f"{PROPOSALS}/{proposal_id}/withdrawal"
        await self._until_told(
            What.WITHDRAW, name, 0, tell, "POST", address, proposal_id=proposal_id
        )

    async def _read(self, name: str, proposal_id: str) -> None:
        def tell(answer: Answer) -> Told:
            return self._told(What.READ, name, answer, 0, proposal_id)

        address = f"{PROPOSALS}/{proposal_id}"
        await self._until_told(What.READ, name, 0, tell, "GET", address, proposal_id=proposal_id)

    # -- writing down --------------------------------------------------------------------------

    async def _until_told(
        self,
        what: What,
        name: str,
        number: int,
        tell: Callable[[Answer], Told],
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        proposal_id: str | None = None,
    ) -> Told | None:
        try:
            told = tell(await self._ask(method, path, body, headers))
        except GaveUp as end:
            self._gave_up(what, name, number, end, proposal_id)
            return None
        self._history.note(told)
        return told

    def _told(
        self,
        what: What,
        name: str,
        answer: Answer,
        number: int,
        proposal_id: str | None = None,
        revision: int = 0,
    ) -> Told:
        said = answer.body
        good = answer.status < httpx2.codes.BAD_REQUEST
        return Told(
            client=self.name,
            what=what,
            file=name,
            outcome=Outcome.OK if good else Outcome.FAIL,
            asked_at=answer.asked_at,
            told_at=time.time(),
            attempts=answer.attempts,
            proposal_id=said.get("id", proposal_id) if good else proposal_id,
            revision=said.get("revision", revision) if good else revision,
            sha256=said.get("sha256", "") if good else "",
            body=number,
            submitted_at=said.get("submitted_at", "") if good else "",
            state=said.get("state", "") if good else "",
            verdict=said.get("verdict") if good else None,
            reason=""
            if good
            else f"{answer.status} {said.get('type', '')} {said.get('detail', '')}",
        )

    def _gave_up(
        self, what: What, name: str, number: int, end: GaveUp, proposal_id: str | None
    ) -> None:
        self._history.note(
            Told(
                self.name,
                what,
                name,
                Outcome.INFO,
                end.asked_at,
                time.time(),
                end.attempts,
                proposal_id,
                body=number,
            )
        )

    # -- asking --------------------------------------------------------------------------------

    async def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """The first definite answer: anything but silence, 429 and what a server says of itself."""
        asked_at = time.time()
        attempts = 0
        while not self.over():
            attempts += 1
            pause = min(LONGEST_PAUSE_SECONDS, 0.05 * 2 ** min(attempts, 6))
            try:
                answer = await self._http.request(
                    method, self._doors[self._door] + path, content=body, headers=headers
                )
            except httpx2.TransportError:
                self._door = (self._door + 1) % len(self._doors)
            else:
                if (
                    answer.status_code != httpx2.codes.TOO_MANY_REQUESTS
                    and not answer.is_server_error
                ):
                    return Answer(answer.status_code, answer.json(), attempts, asked_at)
                said = answer.headers.get("retry-after", "")
                pause = min(LONGEST_PAUSE_SECONDS, float(said)) if said.isdigit() else pause
            await asyncio.sleep(pause * self._dice.uniform(0.5, 1.0))
        raise GaveUp(asked_at, attempts)
