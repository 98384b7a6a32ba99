"""Every route the services answer, however it was put together."""

from collections.abc import Iterator, Mapping

from fastapi.routing import iter_route_contexts

from services.chassis.service import Service


def routes(services: Mapping[str, Service]) -> Iterator[tuple[str, str, str]]:
    """Service, method and path of every route there is."""
    for name, service in services.items():
        for route in iter_route_contexts(service.app.routes):
            assert route.path is not None, f"{name}: {route.route!r} has no path to call"
            assert route.methods, f"{name}: {route.path} takes any method"
            for method in sorted(route.methods - {"HEAD"}):
                yield name, method, route.path
