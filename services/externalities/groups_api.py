"""The authority's question: which groups could these firms form?"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends

from contracts.coherence_of_firms import registry_faults
from contracts.vocabulary.limits import MAX_BODY_BYTES
from contracts.vocabulary.registry import Registry
from services.chassis.web.dependencies import JsonBody, PartsOf
from services.chassis.web.openapi import OF_A_BODY, problems, takes
from services.chassis.web.places import At, once
from services.chassis.web.problems import Problem
from services.externalities.api import BookOf, TerritoryIs, authority_routes
from services.method.constants import constants_of
from services.method.firms.proposed import Proposed, proposed_groups

LONGEST_SEARCH_SECONDS = 20.0


def _refused(errors: Sequence[At]) -> Problem:
    return Problem(
        422,
        "invalid-registry",
        "No groups can be proposed from this registry as it is",
        "Correct the places named in errors.",
        errors=errors,
    )


Firms = Annotated[Registry, Depends(JsonBody(Registry, MAX_BODY_BYTES, _refused))]
routes = authority_routes("groups")


@routes.post(
    "/{territory_id}/groups", openapi_extra=takes(Registry), responses=problems(*OF_A_BODY)
)
def propose_groups(
    territory_id: TerritoryIs,  # noqa: ARG001 - the address
    registry: Firms,
    parts: PartsOf,
    book: BookOf,
) -> Proposed:
    """Admissible groups of the firms in the body, and the best set that shares no firm. Nothing is
    stored.
    """
    if wrong := registry_faults(registry):
        raise _refused(once(At(each.pointer, each.why, each.fix) for each in wrong))
    constants = constants_of(book.on(parts.clock.now().date()))
    try:
        return proposed_groups(
            registry, constants.firms, constants.factors, seconds=LONGEST_SEARCH_SECONDS
        )
    except ValueError as error:
        raise _refused([At("", str(error))]) from None
