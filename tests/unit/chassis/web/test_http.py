"""What surrounds every HTTP service."""

import asyncio
import threading
from collections.abc import Iterator

import anyio
import httpx2
import pytest
from fastapi import FastAPI, Request
from prometheus_client import generate_latest
from starlette.responses import StreamingResponse
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from services.chassis.errors import StoreUnavailable
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.operations import operations
from services.chassis.web.auth import NoValidKey
from services.chassis.web.http import make_app
from services.chassis.web.problems import RETRY_AFTER_SECONDS, Problem
from tests.support.asgi import Http

OPERATIONS = ("healthz", "readyz", *(f"operations/{n}" for n in ("healthz", "readyz", "metrics")))


class Parts:
    """What is not ready, set by a test; counts who asks."""

    def __init__(self) -> None:
        self.not_ready: dict[str, str] = {}
        self.asked = 0

    def __call__(self) -> dict[str, str]:
        self.asked += 1
        return self.not_ready


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
def app(metrics, parts, clock) -> FastAPI:
    made = make_app("test", "A service for tests.", metrics, clock, parts)

    @made.get("/echo/{word}")
    async def echo(request: Request, word: str) -> dict[str, object]:
        return {"state": request.state.correlation_id, "log": get_contextvars(), "word": word}

    @made.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("the password is hunter2")

    @made.get("/half")
    def half() -> StreamingResponse:
        def pieces() -> Iterator[bytes]:
            yield b"begun"
            raise ZeroDivisionError("too late")

        return StreamingResponse(pieces())

    @made.get("/locked")
    def locked() -> None:
        raise StoreUnavailable("the store test cannot be used (locked): wait")

    @made.get("/refused")
    def refused() -> None:
        raise Problem(409, "some-kind", "No", "Because.")

    return made


@pytest.fixture
def http(app) -> Http:
    return Http(app)


def test_a_request_id_is_kept_returned_and_on_every_log_line(http):
    answer = http.get("/echo/x", headers={"X-Request-ID": "from-the-caller.1"})
    assert answer.headers["x-request-id"] == "from-the-caller.1"
    assert answer.json()["state"] == "from-the-caller.1"
    assert answer.json()["log"] == {"correlation_id": "from-the-caller.1", "service": "test"}


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space", 'a"quote', "a\tb-tab-here"])
def test_a_request_id_that_cannot_be_used_is_replaced(http, given):
    answer = http.get("/echo/x", headers={"X-Request-ID": given})
    made = answer.headers["x-request-id"]
    assert made != given
    assert len(made) == 32


def test_requests_without_an_id_get_one_each(http):
    first, second = (http.get("/echo/x").headers["x-request-id"] for _ in range(2))
    assert first != second


def test_an_unforeseen_error_says_nothing_of_the_inside_and_gives_a_reference(http):
    with capture_logs() as logs:
        answer = http.get("/broken", headers={"X-Request-ID": "reference-1"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert "reference-1" in answer.json()["detail"]
    (line,) = logs
    assert (line["event"], line["path"], line["exc_info"]) == ("request failed", "/broken", True)


def test_an_error_behind_the_first_byte_is_no_second_answer(app):
    sent = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message["type"])

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "method": "GET",
        "path": "/half", "raw_path": b"/half", "query_string": b"", "headers": [],
    }  # fmt: skip
    with capture_logs(), pytest.raises(ZeroDivisionError):
        asyncio.run(app(scope, receive, send))
    assert sent.count("http.response.start") == 1


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Bearer www_0123456789abcdef", "www_01234567"),
        ("Bearer www_\x1b[2Jxxxxxxxxx", "www_\\x1b[2Jxxxx"),
        ("Bearer my secret", ""),
        ("Basic www", ""),
    ],
)
def test_who_has_no_valid_key_leaves_a_line_without_the_key_and_is_counted(
    app, http, metrics, sent, shown
):
    @app.get("/closed")
    def closed() -> None:
        raise NoValidKey(401, "no-valid-key", "A valid key is needed", "It ended: ask for another.")

    with capture_logs() as logs:
        assert http.get("/closed", headers={"Authorization": sent}).status_code == 401
    (line,) = logs
    assert (line["event"], line["key"], line["address"]) == ("key refused", shown, "127.0.0.1")
    assert line["why"] == "It ended: ask for another."
    assert "secret" not in str(line)
    assert "abcdef" not in str(line)
    assert metrics.registry.get_sample_value("auth_failures_total", {"kind": "key"}) == 1


def test_a_store_that_cannot_be_used_is_503_with_retry_after(http):
    with capture_logs() as logs:
        answer = http.get("/locked", headers={"X-Request-ID": "reference-1"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == str(RETRY_AFTER_SECONDS)
    assert answer.json()["type"] == "urn:winwinwin:problem:store-unavailable"
    assert answer.json()["detail"].startswith("Nothing was stored.")
    assert "reference-1" in answer.json()["detail"]
    assert "the store test" not in answer.text, "the reason is in the log, under the reference"
    (line,) = logs
    assert line["why"] == "the store test cannot be used (locked): wait"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/echo/x", 405), ("GET", "/refused", 409)],
)
def test_every_error_is_a_problem_document(http, method, path, status):
    answer = http.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == path
    assert not answer.json()["detail"].endswith("..")


def sample(metrics: Metrics, method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return metrics.registry.get_sample_value("http_requests_total", labels) or 0.0


def test_requests_are_counted_by_route_and_never_by_address(http, metrics):
    for word in ("a", "b", "c"):
        http.get(f"/echo/{word}")
    http.get("/nowhere/1")
    http.get("/nowhere/2")
    with capture_logs():
        http.get("/broken")
    assert sample(metrics, "GET", "/echo/{word}", 200) == 3
    assert sample(metrics, "GET", "unmatched", 404) == 2
    assert sample(metrics, "GET", "/broken", 500) == 1
    exposition = generate_latest(metrics.registry).decode()
    assert "/echo/a" not in exposition
    assert (
        'http_request_duration_seconds_count{method="GET",route="/echo/{word}"} 3.0' in exposition
    )


def test_liveness_touches_no_dependency(http, parts):
    parts.not_ready = {"store": "gone"}
    answer = http.get("/healthz")
    assert answer.status_code == 200
    assert parts.asked == 0


def test_readiness_says_whether_to_callers_and_why_to_those_who_operate(http, metrics, parts):
    inside = Http(operations(metrics.registry, parts, lambda: {"intake-consumer": "stopped"}))
    assert (http.get("/readyz").status_code, http.get("/readyz").json()) == (
        200,
        {"status": "ready"},
    )
    assert inside.get("/readyz").json()["also"] == {"intake-consumer": "stopped"}
    parts.not_ready = {"intake-relay": "OSError: no broker at 10.0.0.7"}
    for asked, said in (
        (http, {"status": "not ready"}),
        (inside, {
            "status": "not ready",
            "not_ready": parts.not_ready,
            "also": {"intake-consumer": "stopped"},
        }),
    ):  # fmt: skip
        answer = asked.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, said)


def test_metrics_are_told_to_those_who_operate_alone(http, metrics, parts):
    assert http.get("/metrics").status_code == 404
    inside = Http(operations(metrics.registry, parts, parts))
    assert "http_requests_total" in inside.get("/metrics").text


def test_health_readiness_and_metrics_answer_while_every_thread_waits_for_the_database(
    app, metrics, parts
):
    app.mount("/operations", operations(metrics.registry, parts, parts))
    hanging, over = threading.Semaphore(0), threading.Event()

    @app.get("/page")
    def page() -> None:
        hanging.release()
        over.wait(30)

    async def ask() -> list[int]:
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://house"
        ) as client:
            threads = int(anyio.to_thread.current_default_thread_limiter().total_tokens)
            pages = [asyncio.create_task(client.get("/page")) for _ in range(threads + 10)]
            while threads:
                threads -= hanging.acquire(blocking=False)
                await asyncio.sleep(0)
            try:
                async with asyncio.timeout(5):
                    asked = [await client.get(f"/{each}") for each in OPERATIONS]
            finally:
                over.set()
                await asyncio.gather(*pages)
            return [answer.status_code for answer in asked]

    assert asyncio.run(ask()) == [200] * len(OPERATIONS)


def test_a_caller_who_goes_away_is_counted_and_is_no_error_of_ours(app, metrics):
    @app.post("/read")
    async def read(request: Request) -> None:
        await request.body()

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def unheard(_message: object) -> None:
        raise AssertionError("there is nobody to be answered")

    scope = {"type": "http", "method": "POST", "path": "/read", "headers": [], "query_string": b""}
    with capture_logs() as logs:
        asyncio.run(app(scope, gone, unheard))
    assert logs == []
    labels = {"method": "POST", "route": "/read", "status": "499"}
    assert metrics.registry.get_sample_value("http_requests_total", labels) == 1
