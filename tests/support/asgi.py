"""Calls an application in this process, as a client would over HTTP."""

import asyncio
from typing import Any

import httpx2
from starlette.types import ASGIApp


class Http:
    """Requests to one application, one after the other, with headers of their own."""

    def __init__(self, app: ASGIApp, **headers: str) -> None:
        self._transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        self._headers = headers

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return asyncio.run(self._request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("PUT", path, **options)

    async def _request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        async with httpx2.AsyncClient(
            transport=self._transport, base_url="http://house", headers=self._headers
        ) as client:
            return await client.request(method, path, **options)
