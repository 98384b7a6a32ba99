"""Killed with SIGKILL at every point of the chain: what was accepted is judged, once, in order.

Each story kills the process at one named point, the first, the second and the third time that it
is reached, each time starting again on the same files; then it lets the house live, sends again
what was never answered, and counts.
"""

import json
import re
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contracts.samples import five_firms_2kb
from tests.support.all_in_one import AllInOneProcess, query, running
from tests.support.repository import ROOT
from tests.support.waiting import until

SERVICES = ("intake", "externalities", "scoring", "notify")
SPEAKERS = ("intake", "externalities", "scoring")
POINTS = (
    *(f"{name}.before_commit" for name in SERVICES),
    *(f"{name}.after_commit" for name in SERVICES),
    *(f"{name}.before_publish" for name in SPEAKERS),
    *(f"{name}.delivered_before_mark" for name in SPEAKERS),
    *(f"{name}.before_position" for name in SERVICES),
)
DEATHS = (1, 2, 3)
MOST_FILES_PER_LIFE = 12
JSON = {"Content-Type": "application/json"}


class Silence(Exception):
    """The house died before it answered."""


def proposal(title: str) -> bytes:
    return json.dumps(json.loads(five_firms_2kb()) | {"title": title}).encode()


@dataclass
class Partner:
    """Submits files one after the other, revises every second one, withdraws every third; what
    was not answered is sent again, as it was, in the next life.
    """

    key: str
    ids: dict[str, str] = field(default_factory=dict)
    """Idempotency-Key of each file that was answered 202, and the file's id."""
    revised: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    _house: AllInOneProcess | None = None
    _next: int = 0

    def live(self, house: AllInOneProcess) -> None:
        """Work until the house dies, or until everything that was begun is finished."""
        self._house = house
        try:
            for number in range(self._next, self._next + MOST_FILES_PER_LIFE):
                self._next = number
                self._file(number)
        except Silence:
            return

    def finish(self, house: AllInOneProcess) -> None:
        """Send again what was not answered, and one more file."""
        self._house = house
        for number in (self._next, self._next + 1):
            self._file(number)

    def _file(self, number: int) -> None:
        name = f"file-{number}"
        if name not in self.ids:
            answer = self._call("POST", "/v1/proposals", proposal(name), {"Idempotency-Key": name})
            assert answer.status_code == 202, answer.text
            self.ids[name] = answer.json()["id"]
        address = f"/v1/proposals/{self.ids[name]}"
        self._wait_for_verdict(address)
        if number % 2 == 0 and name not in self.revised:
            answer = self._call("PUT", address, proposal(f"{name} again"), {"If-Match": '"1"'})
            # 412: the first attempt was stored, only its answer was not heard.
            assert answer.status_code in {202, 412}, answer.text
            self.revised.add(name)
            self._wait_for_verdict(address)
        if number % 3 == 0 and name not in self.withdrawn:
            assert self._call("POST", f"{address}/withdrawal").status_code == 202
            self.withdrawn.add(name)

    def _wait_for_verdict(self, address: str) -> None:
        until(lambda: self._call("GET", address).json()["state"] != "accepted")

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        assert self._house is not None
        try:
            with self._house.client(self.key) as http:
                return http.request(method, path, content=body, headers=JSON | (headers or {}))
        except httpx2.TransportError as error:
            raise Silence from error


def at_rest(data_dir: Path) -> bool:
    return not any(
        query(data_dir, name, "SELECT 1 FROM outbox WHERE published = 0") for name in SERVICES
    )


@pytest.mark.parametrize("point", POINTS)
def test_what_was_accepted_is_judged_once_and_in_order_wherever_the_process_dies(founded, point):
    partner = Partner(founded.key)
    for count in DEATHS:
        house = AllInOneProcess(founded.data_dir, fault=f"{point}:{count}")
        try:
            partner.live(house)
            assert house.ended() == -signal.SIGKILL, f"{point} was not reached {count} times"
        finally:
            house.kill()
    with running(founded.data_dir) as house:
        partner.finish(house)
        until(lambda: at_rest(founded.data_dir))
    nothing_is_lost_or_doubled(founded.data_dir, partner)


def test_every_point_of_the_code_has_its_story():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "services").rglob("*.py"))
    in_code = re.findall(r'faults\.reach\(f"\{[^}]+\}\.(\w+)"\)', code)
    assert set(in_code) == {point.partition(".")[2] for point in POINTS}
    assert code.count("faults.reach(") == len(in_code), "each is written in this form"


def nothing_is_lost_or_doubled(data_dir: Path, partner: Partner) -> None:
    def read(service: str, sql: str) -> list[Any]:
        return query(data_dir, service, sql)

    files = dict(read("intake", "SELECT id, revision FROM proposal"))
    assert sorted(files) == sorted(partner.ids.values()), "every Idempotency-Key made one file"
    names = {id_: name for name, id_ in partner.ids.items()}
    assert files == {id_: 2 if names[id_] in partner.revised else 1 for id_ in files}

    revisions = sorted((id_, n) for id_, last in files.items() for n in range(1, last + 1))
    both = "SELECT proposal_id, revision FROM"
    assert sorted(read("intake", f"{both} revision")) == revisions
    assert sorted(read("scoring", f"{both} verdict")) == revisions
    assert sorted(read("intake", f"{both} verdict")) == revisions
    assert sorted(read("notify", f"{both} notice")) == revisions, "one notice of each verdict"
    assert sorted(read("notify", f"{both} verdict_page")) == sorted(files.items())

    for service, topic in (("externalities", "assessments"), ("scoring", "verdicts")):
        said = f"SELECT count(*) FROM outbox WHERE topic = '{topic}'"  # noqa: S608 - two constants
        assert read(service, said) == [(len(revisions),)]

    in_order = read("notify", f"{both} notice ORDER BY seq")
    for id_, last in files.items():
        assert [n for proposal_id, n in in_order if proposal_id == id_] == list(range(1, last + 1))

    withdrawn = sorted(partner.ids[name] for name in partner.withdrawn)
    at_intake = "SELECT id FROM proposal WHERE withdrawn_at IS NOT NULL ORDER BY id"
    assert [id_ for (id_,) in read("intake", at_intake)] == withdrawn
    for service, table in (("scoring", "withdrawn"), ("notify", "withdrawal")):
        heard = read(service, f"SELECT proposal_id FROM {table} ORDER BY 1")  # noqa: S608
        assert [id_ for (id_,) in heard] == withdrawn

    for service in SERVICES:
        assert read(service, "SELECT reason FROM dead_letter") == []
        assert read(service, "PRAGMA integrity_check") == [("ok",)]
