"""What surrounds every HTTP service: correlation, counting, health, and errors as problems."""

import re
import time
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.clock import Clock, new_id
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.operations import Readiness, only_whether
from services.chassis.web import problems
from services.chassis.web.auth import NoValidKey, shown
from services.chassis.web.http_semantics import METHODS, HttpSemantics
from services.chassis.web.requests import authorization, refuse_nul

log = structlog.get_logger()

CORRELATION_HEADER = b"x-request-id"
CLIENT_GONE = 499
"""Status under which a request is counted whose caller went away before it was read."""

_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True, slots=True)
class Condition:
    """How the service is: ``alive``, ``ready`` or ``not ready``."""

    status: str


_NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {"model": Condition, "description": "Not ready: send requests elsewhere."}
}


class Surroundings:
    """ASGI middleware: gives each request its correlation id, measures it, and turns an unforeseen
    exception into a 500 problem that says nothing of the inside and names the correlation id.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, clock: Clock, service: str) -> None:
        self._app = app
        self._service = service
        self._metrics = metrics
        self._clock = clock
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = self._correlation(scope)
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        header = (CORRELATION_HEADER, correlation_id.encode())
        started = time.perf_counter()
        status = 0

        async def counted_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        with structlog.contextvars.bound_contextvars(
            correlation_id=correlation_id, service=self._service
        ):
            try:
                refuse_nul(scope)
                await self._app(scope, receive, counted_send)
            except problems.Problem as refused:
                await refused.answer(Headers(scope=scope))(scope, receive, counted_send)
            except ClientDisconnect:
                # Nobody is there to be answered, and nothing was begun: the body was not whole.
                status = CLIENT_GONE
            except Exception:
                log.exception("request failed", method=scope["method"], path=scope["path"])
                if status:
                    # The answer has begun; the server can only cut the connection.
                    raise
                problem = problems.Problem(
                    500,
                    "internal-error",
                    "Something went wrong on our side",
                    f"Nothing you can correct. Give the operator this reference: {correlation_id}.",
                )
                answer = problem.answer(Headers(scope=scope), scope["path"])
                await answer(scope, receive, counted_send)
        route = getattr(scope.get("route"), "path", "unmatched")
        # Callers may invent methods without end.
        method = scope["method"] if scope["method"] in METHODS else "other"
        counted, timed = self._series(method, route, status)
        counted.inc()
        timed.observe(time.perf_counter() - started)

    def _series(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """The two series of one kind of request, looked up once."""
        key = (method, route, status)
        if key not in self._known:
            self._known[key] = (
                self._metrics.http_requests.labels(method=method, route=route, status=status),
                self._metrics.http_duration.labels(method=method, route=route),
            )
        return self._known[key]

    def _correlation(self, scope: Scope) -> str:
        for name, value in scope["headers"]:
            if name == CORRELATION_HEADER and _ACCEPTABLE.fullmatch(value):
                return str(value.decode())
        return new_id(self._clock)


def make_app(
    name: str,
    description: str,
    metrics: Metrics,
    clock: Clock,
    not_ready: Readiness,
) -> FastAPI:
    """An application with problems, ``/healthz`` and ``/readyz``, for everyone.

    Liveness touches no dependency: a dead database must not make a supervisor restart the service.
    """
    app = FastAPI(
        title=f"Winwinwin {name}",
        description=description,
        version="1",
        openapi_url="/openapi.json",
        # The stock pages of interactive documentation fetch their scripts from a CDN.
        docs_url=None,
        redoc_url=None,
        # A word has one schema, sent or answered: what was not said is left out of both.
        separate_input_output_schemas=False,
    )
    app.add_middleware(HttpSemantics)
    app.add_middleware(Surroundings, metrics=metrics, clock=clock, service=name)
    problems.install(app)

    @app.exception_handler(NoValidKey)
    async def _refused(request: Request, problem: NoValidKey) -> Response:
        metrics.auth_failures.labels(kind="key").inc()
        log.warning(
            "key refused",
            why=problem.detail,
            key=shown(authorization(request)),
            address=request.client.host if request.client is not None else "",
        )
        return problem.answer(request.headers, request.url.path)

    @app.get("/healthz", tags=["operations"])
    async def health() -> Condition:
        """Alive. Touches no dependency."""
        return Condition("alive")

    @app.get("/readyz", tags=["operations"], response_model=Condition, responses=_NOT_READY)
    async def ready() -> Response:
        """Whether to send requests here: 200, or 503. Why not is told at the operations' address
        only, for reasons name what is inside.
        """
        return only_whether(not_ready)

    return app
