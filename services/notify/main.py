"""Notify's wiring, all of it."""

from services.chassis.clock import Clock
from services.chassis.database.backend import Databases
from services.chassis.messaging.bus import Bus
from services.chassis.messaging.event_cache import EventCache
from services.chassis.parameters import ParameterBook
from services.chassis.service import Service
from services.notify.channels.console import Console
from services.notify.desk.routes.dependencies import Desk
from services.notify.desk.routes.pages import router as pages
from services.notify.feed import router as feed
from services.notify.handlers import REACTIONS

NAME = "notify"


def build(
    databases: Databases,
    bus: Bus,
    clock: Clock,
    book: ParameterBook,
    memory: EventCache | None = None,
    *,
    https: bool = False,
    public_url: str = "",
    contact: str = "",
) -> Service:
    """The notify service, ready to start. ``https`` says that browsers reach the desk by TLS,
    ``public_url`` under which address; ``contact`` is to whom citizens write who want to know how a
    verdict was reached.
    """
    service = Service.assemble(
        NAME,
        "The committee reads verdicts here, and notices leave from here.",
        databases=databases,
        bus=bus,
        clock=clock,
        reactions=REACTIONS,
        memory=memory,
    )
    service.app.state.desk = Desk(
        service.store,
        book.on,
        clock,
        secure=https,
        contact=contact,
        public_url=public_url,
        metrics=service.metrics,
    )
    console = Console(service.store, clock, service.metrics)
    service.loops.append(console)
    service.app.include_router(feed)
    service.app.include_router(pages)
    return service
