"""A parameter of the method in words, with its source and its days."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.vocabulary.parameters import Parameter
from services.notify.desk.wording.figures import said_days, said_values
from services.notify.desk.wording.language import Language, Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterView:
    """A parameter used by a step: what it is, its value, since when, from where, checked when."""

    id: str
    said: str
    source: str
    days: str


def parameter_view(
    parameter_id: str, parameters: Mapping[str, Parameter], voice: Speech
) -> ParameterView:
    """One parameter in words; one of another version is named as such."""
    parameter = parameters.get(parameter_id)
    if parameter is None:
        # A verdict by a newer version, read while services are being replaced one by one.
        unknown = voice.say("not among the parameters of this version")
        return ParameterView(id=parameter_id, said=unknown, source="", days="")
    french = voice.language is Language.FRENCH
    return ParameterView(
        id=parameter_id,
        said=voice.say(
            "%(name)s: %(value)s",
            name=parameter.label_fr if french else parameter.label_en,
            value=said_values(parameter.value, parameter.unit, voice),
        ),
        source=voice.say("Source: %(source)s", source=voice.cite(parameter.source)),
        days=said_days(parameter.since, parameter.checked_on, voice),
    )
