"""Times and limits that a document promises in words are those of the code: by value, both ways."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.app import single_service as alone
from services.chassis.database import postgres_connections as postgres_connecting
from services.chassis.messaging import inbox
from services.chassis.ops.settings import Settings
from services.intake import acceptance
from services.notify.committee import throttle
from tests.support.repository import ROOT

DAY = timedelta(days=1)

PROMISED: dict[str, tuple[str, Callable[[], object], object]] = {
    "a database that is silent": (
        "silent for 20 seconds answers 503",
        lambda: postgres_connecting.ANSWER_SECONDS,
        20.0,
    ),
    "stopping": (
        "within nine seconds; what would take longer is given up uncommitted",
        lambda: alone.STOP_WITHIN_SECONDS,
        9.0,
    ),
    "the status of one that stopped slowly": (
        "with exit status 75",
        lambda: alone.EXIT_STOPPED_SLOWLY,
        75,
    ),
    "wrong passwords": (
        "Five wrong passwords for one account from one address",
        lambda: throttle.OF_PAIR,
        5,
    ),
    "who waits, and how long": (
        "make the two wait up to 15 minutes",
        lambda: throttle.WINDOW,
        timedelta(minutes=15),
    ),
    "one address": ("50 from one address", lambda: throttle.OF_ADDRESS, 50),
    "one account": ("or 100 for one account", lambda: throttle.OF_ACCOUNT, 100),
    "who is known": (
        "not signed in from that address within 30 days",
        lambda: throttle.KNOWN_FOR,
        30 * DAY,
    ),
    "bad messages": (
        "twenty in a row stop their partition",
        lambda: Settings.model_fields["bad_in_a_row"].default,
        20,
    ),
}


def operations() -> str:
    return " ".join((ROOT / "docs/operations.md").read_text("utf-8").split())


@pytest.mark.parametrize("what", PROMISED)
def test_what_operators_are_promised_is_what_the_code_does(what: str) -> None:
    sentence, kept, value = PROMISED[what]
    assert sentence in operations(), "say it in docs/operations.md, or take it out of this table"
    assert kept() == value


def test_a_repeated_submission_is_one_for_24_hours() -> None:
    told = (ROOT / "contracts/http/intake.openapi.json").read_text("utf-8")
    assert "(kept 24 hours)" in told
    assert acceptance.IDEMPOTENCY_KEPT == DAY


def test_a_verdict_is_late_after_a_minute_and_a_repetition_is_known_for_a_month() -> None:
    assert Settings().waiting_limit_seconds == 60.0
    assert inbox.KEEP == 30 * DAY
