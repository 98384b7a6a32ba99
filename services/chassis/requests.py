"""What requests bring: bodies, bounded, and keys."""

from starlette.requests import Request

from services.chassis.problems import Problem

JSON = "application/json"


def authorization(request: Request) -> bytes | None:
    """The Authorization header as it came; None when there is none."""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            return bytes(value)
    return None


async def read_json_body(request: Request, most_bytes: int) -> bytes:
    """A JSON body of at most ``most_bytes``, not yet parsed. Raises ``Problem`` 413 or 415."""
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type != JSON:
        raise Problem(
            415,
            "wrong-content-type",
            "The body must be JSON",
            f"{_said(media_type)}: send Content-Type: {JSON}.",
        )
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise _too_large(most_bytes)
    return bytes(body)


def _said(media_type: str) -> str:
    return f"The Content-Type is {media_type[:100]!r}" if media_type else "There is no Content-Type"


def _too_large(most_bytes: int) -> Problem:
    return Problem(
        413,
        "too-large",
        "The body is too large",
        f"At most {most_bytes:,} bytes are read here. Nothing was stored: shorten or split it.",
        headers={"Connection": "close"},
    )
