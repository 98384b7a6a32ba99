"""The authority's door for the milieu: its relays, what an inquiry found, and what was funded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Annotated, Any, TypeVar

from fastapi import Depends

from contracts.geography import geography
from contracts.vocabulary.funded import FundedProjects
from contracts.vocabulary.milieu import Directory, Survey
from services.chassis.messaging.transaction import Transaction
from services.chassis.web.dependencies import Commit, CommitOf, JsonBody, Parts, PartsOf
from services.chassis.web.openapi import OF_A_BODY, problems, takes
from services.chassis.web.places import At
from services.chassis.web.problems import Problem
from services.externalities.api import TerritoryIs, authority_routes
from services.externalities.milieu.records import Stored, keep_milieu, stored_milieu
from services.externalities.milieu.relays import misplaced, settled

MAX_BYTES = 2_000_000
"""A thousand relays take some 700 KB."""

W = TypeVar("W")

_SHOWN = problems(404)
_LOADED = problems(404, *OF_A_BODY)


@dataclass(frozen=True, slots=True)
class MilieuLoaded:
    """What is in force from now on: the revision grows by one where the milieu differs."""

    id: str
    revision: int


def _refused(errors: Sequence[At]) -> Problem:
    return Problem(
        422,
        "invalid-milieu",
        "It cannot be loaded as it is",
        "Correct the places named in errors. Nothing was stored.",
        errors=errors,
    )


Relays = Annotated[Directory, Depends(JsonBody(Directory, MAX_BYTES, _refused))]
Inquiry = Annotated[Survey, Depends(JsonBody(Survey, MAX_BYTES, _refused))]
Funded = Annotated[FundedProjects, Depends(JsonBody(FundedProjects, MAX_BYTES, _refused))]
routes = authority_routes("milieu")


@routes.get("/{territory_id}/relays", responses=_SHOWN)
def show_relays(territory_id: TerritoryIs, parts: PartsOf) -> Directory:
    """The directory of relays in force."""
    return _loaded(_stored(parts, territory_id).directory, territory_id)


@routes.put("/{territory_id}/relays", openapi_extra=takes(Directory), responses=_LOADED)
def load_relays(territory_id: TerritoryIs, directory: Relays, commit: CommitOf) -> MilieuLoaded:
    """Put a directory of relays in force; from now on verdicts name whom to ask."""
    return _keep(commit, territory_id, directory=_placed(directory))


@routes.get("/{territory_id}/survey", responses=_SHOWN)
def show_survey(territory_id: TerritoryIs, parts: PartsOf) -> Survey:
    """What the last inquiry into the milieu found."""
    return _loaded(_stored(parts, territory_id).survey, territory_id)


@routes.put("/{territory_id}/survey", openapi_extra=takes(Survey), responses=_LOADED)
def load_survey(territory_id: TerritoryIs, survey: Inquiry, commit: CommitOf) -> MilieuLoaded:
    """Put the answers of an inquiry in force; the territory's page shows them."""
    return _keep(commit, territory_id, survey=survey)


@routes.get("/{territory_id}/funded", responses=_SHOWN)
def show_funded(territory_id: TerritoryIs, parts: PartsOf) -> FundedProjects:
    """The funded projects that feed the milieu and the territory's page."""
    return _loaded(_stored(parts, territory_id).funded, territory_id)


@routes.put("/{territory_id}/funded", openapi_extra=takes(FundedProjects), responses=_LOADED)
def load_funded(
    territory_id: TerritoryIs, funded: Funded, parts: PartsOf, commit: CommitOf
) -> MilieuLoaded:
    """Say which projects were funded, all of them: they tie institutions from now on, and the
    territory's page shows what they bring, apart from public data.
    """
    today = parts.clock.now().astimezone(UTC).date()

    def check(transaction: Transaction) -> None:
        relays = stored_milieu(transaction.connection, territory_id).directory
        _refuse_undecided(funded, relays, today)

    return _keep(commit, territory_id, check, funded=funded)


def _stored(parts: Parts, territory_id: str) -> Stored:
    with parts.store.read() as connection:
        return stored_milieu(connection, territory_id)


def _loaded(found: W | None, territory_id: str) -> W:
    if found is None:
        raise Problem(
            404,
            "milieu-not-found",
            "Nothing is loaded here",
            f"Nothing is loaded for {territory_id[:80]!r}: PUT it to this address.",
        )
    return found


def _keep(
    commit: Commit,
    territory_id: str,
    check: Callable[[Transaction], None] = lambda _: None,
    **new: Any,
) -> MilieuLoaded:
    def keep(transaction: Transaction) -> int | None:
        check(transaction)
        return keep_milieu(transaction, territory_id, commit.correlation_id, **new)

    revision = commit(keep)
    if revision is None:
        raise _not_loaded(territory_id)
    return MilieuLoaded(territory_id, revision)


def _placed(directory: Directory) -> Directory:
    places = geography()
    wrong = [
        At(f"/relays/{i}/{field}", *refusal)
        for i, field, refusal in misplaced(directory.relays, places)
    ]
    if wrong:
        raise _refused(wrong)
    return Directory(relays=tuple(settled(relay, places) for relay in directory.relays))


def _refuse_undecided(funded: FundedProjects, directory: Directory | None, today: date) -> None:
    """A decision has its day behind it, and institutions are entries of the directory."""
    relays = set() if directory is None else {relay.id for relay in directory.relays}
    wrong = [
        At(
            f"/projects/{i}/decided_on",
            f"{project.decided_on} is still to come",
            "leave the project out until the day of the decision",
        )
        for i, project in enumerate(funded.projects)
        if project.decided_on > today
    ] + [
        At(
            f"/projects/{i}/institutions/{j}",
            f"{relay!r} is no entry of the directory of relays",
            "load the directory first, or correct the id",
        )
        for i, project in enumerate(funded.projects)
        for j, relay in enumerate(project.institutions)
        if relay not in relays
    ]
    if wrong:
        raise _refused(wrong)


def _not_loaded(territory_id: str) -> Problem:
    return Problem(
        404,
        "territory-not-found",
        "No such territory",
        f"{territory_id[:80]!r} is not loaded: PUT its data to /v1/territories first.",
    )
