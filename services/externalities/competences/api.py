"""The authority's directory of competences: put in force, read again, asked "who here could …?"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from contracts.events import CompetencesPublished
from contracts.geography import geography
from contracts.vocabulary.competences import CompetenceDirectory, CompetenceEntry, Side
from contracts.vocabulary.limits import MAX_DIRECTORY_BYTES
from services.chassis.messaging.transaction import Transaction
from services.chassis.web.dependencies import CommitOf, JsonBody, PartsOf
from services.chassis.web.openapi import OF_A_BODY, headers, problems, takes
from services.chassis.web.places import At
from services.chassis.web.problems import Problem
from services.chassis.web.requests import JSON
from services.externalities.api import TerritoryIs, authority_routes
from services.externalities.competences.csv_file import placed
from services.externalities.competences.directory import directory_of, index_of, publish
from services.externalities.storage import territories
from services.method.competences.asking import Answer, Answers, Index

LONGEST_QUESTION = 300
MOST_ANSWERS = 100

Asked = Annotated[
    str,
    Query(
        max_length=LONGEST_QUESTION,
        description="The question in plain words, French or English.",
        examples=["who could weld aluminium"],
    ),
]
Most = Annotated[int, Query(ge=1, le=MOST_ANSWERS, description="Entries answered at most.")]


@dataclass(frozen=True, slots=True)
class CompetencesLoaded:
    """What is in force from now on: the revision grows by one where the entries differ."""

    territory: str
    revision: int
    entries: int


@dataclass(frozen=True, slots=True)
class PhraseShown:
    """An offer or a need, and its words that answer."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An entry that answers: words of the question it holds, and the others; ``score`` orders."""

    entry: CompetenceEntry
    words: tuple[str, ...]
    missing: tuple[str, ...]
    phrases: tuple[PhraseShown, ...]
    score: float


@dataclass(frozen=True, slots=True)
class AnswersShown:
    """``counted`` are the words of the question that count; ``total`` may exceed the answers."""

    counted: tuple[str, ...]
    total: int
    answers: tuple[AnswerShown, ...]


@dataclass(frozen=True, slots=True)
class MeetingShown:
    """A need of one entry, and the others who offer what answers it."""

    entry: CompetenceEntry
    need: str
    answers: tuple[AnswerShown, ...]


@dataclass(frozen=True, slots=True)
class MeetingsShown:
    """The needs that may be answered, the best answered first; ``total`` may exceed them."""

    total: int
    meetings: tuple[MeetingShown, ...]


def _refused(errors: Sequence[At]) -> Problem:
    return Problem(
        422,
        "invalid-directory",
        "The directory cannot be taken as it is",
        "Correct the places named in errors. Nothing was stored.",
        errors=errors,
    )


Directory = Annotated[
    CompetenceDirectory, Depends(JsonBody(CompetenceDirectory, MAX_DIRECTORY_BYTES, _refused))
]


def _in_force(territory_id: TerritoryIs, parts: PartsOf) -> tuple[int, bytes]:
    """Revision and JSON of the directory in force; problem 404 where there is none."""
    with parts.store.read() as connection:
        found = directory_of(connection, territory_id)
    if found is None:
        raise Problem(
            404,
            "directory-not-found",
            "No directory of competences",
            f"{territory_id[:80]!r} has none: PUT its entries to …/competences.",
        )
    return found


InForce = Annotated[tuple[int, bytes], Depends(_in_force)]
routes = authority_routes("competences")


@routes.get(
    "/{territory_id}/competences",
    response_model=CompetenceDirectory,
    responses=problems(404) | {200: {"headers": headers("ETag")}},
)
def show_competences(directory: InForce) -> Response:
    """The directory in force."""
    revision, body = directory
    return Response(body, media_type=JSON, headers={"ETag": f'"{revision}"'})


@routes.put(
    "/{territory_id}/competences",
    openapi_extra=takes(CompetenceDirectory),
    responses=problems(404, *OF_A_BODY),
)
def load_competences(
    territory_id: TerritoryIs, directory: Directory, commit: CommitOf
) -> CompetencesLoaded:
    """Replace the directory, whole; the desk of the territory shows it within a second."""
    entries, wrong = placed(directory.entries, geography())
    if wrong:
        raise _refused([At(f"/entries/{i}/commune", *refusal) for i, refusal in wrong])

    def load(transaction: Transaction) -> CompetencesPublished:
        territory = territories(transaction.connection).get(territory_id)
        if territory is None:
            raise Problem(
                404,
                "territory-not-found",
                "No such territory",
                f"{territory_id[:80]!r} is not loaded: PUT its snapshot first.",
            )
        return publish(transaction, territory, entries, commit.correlation_id)

    event = commit(load)
    return CompetencesLoaded(event.territory.id, event.revision, len(event.entries))


@routes.get("/{territory_id}/competences/answers", responses=problems(404, 422))
def ask(
    territory_id: TerritoryIs,
    parts: PartsOf,
    q: Asked = "",
    among: Annotated[Side, Query(description="Who offers it, or who needs it.")] = Side.OFFERS,
    limit: Most = 20,
) -> AnswersShown:
    """Who here could …? The entries that hold words of the question, best first, and which."""
    if not q.strip():
        raise Problem(
            422,
            "no-question",
            "Nothing is asked",
            "Give the question in plain words: …/answers?q=who+could+weld+aluminium",
        )
    _, body = _in_force(territory_id, parts)
    return answers_shown(index_of(body).ask(q, among, limit))


@routes.get("/{territory_id}/competences/meetings", responses=problems(404, 422))
def meet(directory: InForce, limit: Most = 20) -> MeetingsShown:
    """The needs that somebody else's offer may answer, the best answered first."""
    _, body = directory
    return meetings_shown(index_of(body), limit)


def answers_shown(found: Answers) -> AnswersShown:
    """The answers as JSON says them."""
    return AnswersShown(found.counted, found.total, tuple(map(_shown, found.answers)))


def meetings_shown(index: Index, most: int) -> MeetingsShown:
    """The needs that may be answered, as JSON says them."""
    return MeetingsShown(
        len(index.meetings),
        tuple(
            MeetingShown(each.entry, each.need, tuple(map(_shown, each.answers)))
            for each in index.meetings[:most]
        ),
    )


def _shown(answer: Answer) -> AnswerShown:
    phrases = tuple(PhraseShown(each.text, each.words) for each in answer.phrases)
    return AnswerShown(answer.entry, answer.words, answer.missing, phrases, answer.score)
