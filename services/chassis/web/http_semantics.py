"""What RFC 9110 asks of every answer, so that no route has to think of it.

A route that answers GET answers HEAD; an address with a slash too many leads to the one without; no
answer is kept by a cache or read as another type unless its route says so.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_UNLESS_SAID = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))


class HttpSemantics:
    """ASGI middleware around the routes of a service."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_defaults(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                said = {name.lower() for name, _ in headers}
                headers += [each for each in _UNLESS_SAID if each[0] not in said]
                message["headers"] = headers
            await send(message)

        # Where the service is mounted below a path, that path with its slash is the service's root.
        below = scope["path"].removeprefix(scope.get("root_path", ""))
        if below.endswith("/") and below.strip("/"):
            await _without_slash(scope)(scope, receive, send_with_defaults)
            return
        # A copy: the server must still see that it answers a HEAD, and leaves out the body.
        seen = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        try:
            await self._app(seen, receive, send_with_defaults)
        finally:
            scope["route"] = seen.get("route")


def _without_slash(scope: Scope) -> Response:
    # Relative to where the caller is: neither the host nor a prefix that a proxy took off is known.
    place = "../" + quote(scope["path"].rstrip("/").rpartition("/")[2], safe="")
    query = scope["query_string"].decode("latin-1")
    return Response(status_code=308, headers={"Location": f"{place}?{query}" if query else place})


def allowed(request: Request) -> str:
    """The methods of ``Allow`` for an address: those of all its routes, not of the first one."""
    scope = request.scope
    asked = {key: scope[key] for key in ("type", "path", "headers", "app") if key in scope}
    asked["root_path"] = scope.get("app_root_path", scope.get("root_path", ""))
    found = {
        method
        for method in METHODS
        for route in request.app.router.routes
        if route.matches({**asked, "method": method})[0] is Match.FULL
    }
    if "GET" in found:
        found.add("HEAD")
    return ", ".join(method for method in METHODS if method in found)
