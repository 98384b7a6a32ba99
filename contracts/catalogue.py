"""The topics as values: what each file in ``contracts/topics/`` says, checked when it is read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationError

from contracts import strict_yaml
from contracts.codec import adapter
from contracts.vocabulary.estimates import CLOSED

Service = Literal["intake", "externalities", "scoring", "notify"]

SERVICES: tuple[Service, ...] = ("intake", "externalities", "scoring", "notify")
"""The four services, in the order in which a proposal meets them."""

Words = Annotated[str, Field(min_length=1)]


class BadTopic(ValueError):
    """A topic file that does not say what a topic file must say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEvent:
    """One event on a topic, and the services that listen to it."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    type: Words
    consumers: Annotated[tuple[Service, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFile:
    """The keys of a topic file; ``key`` is the payload field whose order the topic keeps.

    What lies on a ``compacted`` topic is state: after ``retention_days`` the last record of each
    key is kept, for good. There each event has keys of its own (field/event), or the last event of
    one type would take the place of the others.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    what: Words
    producer: Service
    events: Annotated[tuple[TopicEvent, ...], Field(min_length=1)]
    key: Words
    partitions: Annotated[int, Field(ge=1, le=100)]
    retention_days: Annotated[int, Field(ge=1, le=30)]
    dead_letter: Words
    compacted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic: its name (the file's name) and what its file says."""

    name: str
    says: TopicFile

    def consumers(self) -> tuple[Service, ...]:
        """Everyone who listens to something on this topic, each once."""
        return tuple(s for s in SERVICES if any(s in e.consumers for e in self.says.events))


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic there is, by name. Raises ``BadTopic`` naming the file that is wrong."""
    return tuple(_read())


def read_topic(name: str, text: str) -> Topic:
    """The topic that one file describes. Raises ``BadTopic`` for unknown or missing keys."""
    try:
        said = strict_yaml.load(text)
        return Topic(name=name, says=adapter(TopicFile).validate_json(json.dumps(said)))
    except (ValidationError, strict_yaml.BadYaml) as fault:
        raise BadTopic(f"contracts/topics/{name}.yaml: {fault}") from None


def _read() -> Iterator[Topic]:
    folder = files("contracts") / "topics"
    for file in sorted(folder.iterdir(), key=lambda found: found.name):
        if file.name.endswith(".yaml"):
            yield read_topic(file.name.removesuffix(".yaml"), file.read_text(encoding="utf-8"))
