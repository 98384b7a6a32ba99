"""The house behind one address: start, wait until ready, serve, stop cleanly."""

import errno
import socket
import threading
import time
from ipaddress import ip_address

import uvicorn
from starlette.types import ASGIApp

from services.app.all_in_one import AllInOne, PathRouter, operations_of
from services.app.gc_tuning import freeze_gc
from services.chassis.clock import SystemClock
from services.chassis.database.backends import databases_of
from services.chassis.errors import Refuse
from services.chassis.ops.settings import OPERATIONS_PORT, Settings

READY_WITHIN_SECONDS = 20.0
GRACE_SECONDS = 5


class Web:
    """An application at an address, on a thread of its own. Raises ``Refuse`` at once when the
    address cannot be had; ``chosen_by`` is how another is chosen.
    """

    def __init__(self, host: str, port: int, chosen_by: str = "--port") -> None:
        self.address = f"http://{host}:{port}"
        self._socket = listen(host, port, chosen_by)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: ASGIApp, trusted_proxies: str = "") -> None:
        """Answer from now on. What ``trusted_proxies`` say of who called is believed."""
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=trusted_proxies,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="http"
        )
        self._thread.start()

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return ip_address(self._socket.getsockname()[0]).is_loopback

    @property
    def started(self) -> bool:
        return self._server is not None and self._server.started

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Take no more requests, finish those under way."""
        if self._server is None or self._thread is None:
            self._socket.close()
            return
        self._server.should_exit = True
        self._thread.join()


def operations_web(settings: Settings) -> Web:
    """Where metrics and reasons are. Raises ``Refuse`` when that address cannot be had."""
    port = settings.operations_port or OPERATIONS_PORT
    return Web(settings.operations_host, port, "WWW_OPERATIONS_PORT")


class Serving:
    """A running house. Used as a context manager: leaving it stops everything cleanly."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._web = Web(settings.host, settings.port)
        self.address = self._web.address
        # Whoever can reach the loopback interface of this machine operates it.
        one_address = settings.operations_port is None and self._web.on_loopback
        self._operations = None if one_address else operations_web(settings)
        self.house = AllInOne.build(databases_of(settings), SystemClock(), settings)

    def __enter__(self) -> "Serving":
        self.house.start()
        own = operations_of(self.house)
        if self._operations is not None:
            self._operations.start(own)
        door = PathRouter(self.house, None if self._operations else own)
        self._web.start(door, self.settings.trusted_proxies)
        try:
            self._wait_until_ready()
            freeze_gc()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Finish the requests under way, then the loops, then close the stores."""
        self._web.stop()
        if self._operations is not None:
            self._operations.stop()
        self.house.stop()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not self._web.started or self.house.not_ready():
            if time.monotonic() > deadline or not self._web.alive:
                parts = "; ".join(f"{k}: {v}" for k, v in self.house.not_ready().items())
                raise Refuse(
                    f"not ready after {READY_WITHIN_SECONDS:g} s: {parts or 'http server'}"
                )
            time.sleep(0.01)


def listen(host: str, port: int, chosen_by: str = "--port") -> socket.socket:
    """A listening socket. Raises ``Refuse`` when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            why = "is taken by another program"
        elif error.errno == errno.EACCES:
            why = "is reserved for the administrator"
        else:
            why = f"cannot be used ({error.strerror})"
        raise Refuse(f"port {port} on {host} {why}: choose another with {chosen_by}") from error
    listening.listen(2048)
    return listening
