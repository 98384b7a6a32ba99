"""What only those who operate a service are told: its metrics, and why it is not ready.

Served at an address of its own, which nobody else can reach (``WWW_OPERATIONS_PORT``).
"""

from collections.abc import Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Readiness = Callable[[], Mapping[str, str]]
"""Parts that are not ready, each with the reason; empty when all are."""


async def health(_: Request) -> Response:
    """Alive. Touches no dependency."""
    return JSONResponse({"status": "alive"})


def readiness(not_ready: Readiness, troubles: Readiness | None = None) -> Response:
    """Ready to serve, or 503 with the parts that are not and why. ``also`` names parts that are in
    trouble without keeping requests from being served.
    """
    parts = not_ready()
    body = {"status": "not ready" if parts else "ready", "not_ready": dict(parts)}
    if troubles is not None and (also := troubles().items() - parts.items()):
        body["also"] = dict(also)
    return JSONResponse(body, 503 if parts else 200)


def only_whether(not_ready: Readiness) -> Response:
    """The same answer without a reason, for whoever calls the service: reasons name the inside."""
    if not_ready():
        return JSONResponse({"status": "not ready"}, 503)
    return JSONResponse({"status": "ready"})


def operations(registry: CollectorRegistry, not_ready: Readiness, troubles: Readiness) -> Starlette:
    """``/healthz``, ``/readyz`` with its reasons and ``/metrics`` of one service. None takes a
    thread: pages that wait for the database may have them all.
    """

    async def ready(_: Request) -> Response:
        return readiness(not_ready, troubles)

    async def exposition(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/healthz", health),
            Route("/readyz", ready),
            Route("/metrics", exposition),
        ]
    )
