"""Every address of the desk that can be asked for, from the routes of its application.

A route that is added is walked by whoever walks these; one whose path has a parameter that nobody
knows here says so.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from tests.support.verdicts import PROPOSAL_ID

QUERIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "/verdicts": (
            "label=lose",
            "label=NOT_JUDGED",
            "label=win_win&sort=title&order=asc",
            "sort=nothing",
        ),
        "/territory": ("all=yes",),
        "/milieu": ("need=export&commune=76575",),
        "/competences": (
            "q=souder+de+l%27aluminium",
            "q=nucl%C3%A9aire&among=needs",
            "q=nothing",
        ),
        "/verdicts/{proposal_id}/legal": ("for=anyone",),
    }
)
"""Questions asked of a page besides the one it answers without any, by its route."""


def addresses(app: FastAPI, language: str, proposal_id: str = PROPOSAL_ID) -> list[str]:
    """Path and query of everything the desk gives away below one language, papers and feeds too."""
    values = {"proposal_id": proposal_id, "naf": "1071C", "rest": "nothing"}
    paths = [
        path.removeprefix("/{language}")
        for route in iter_route_contexts(app.routes)
        if (path := route.path or "").startswith("/{language}/") and "GET" in (route.methods or ())
    ]
    unknown = QUERIES.keys() - set(paths)
    assert not unknown, f"no route of the desk has these paths any more: {sorted(unknown)}"
    return [
        f"/{language}{_filled(path, values)}{query}"
        for path in paths
        for query in ("", *(f"?{each}" for each in QUERIES.get(path, ())))
    ]


def pages(app: FastAPI, language: str, proposal_id: str = PROPOSAL_ID) -> list[str]:
    """Those of ``addresses`` that are pages: papers and feeds are named like files."""
    return [
        address
        for address in addresses(app, language, proposal_id)
        if "." not in address.partition("?")[0]
    ]


def _filled(path: str, values: Mapping[str, str]) -> str:
    names = re.findall(r"{(\w+)(?::\w+)?}", path)
    for name in names:
        assert name in values, f"say in {__name__} what {{{name}}} of {path} may be"
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: values[found[1]], path)
