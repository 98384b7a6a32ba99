"""What is said of a revision that could not be judged, wherever it is said: without the inside, and
with the reference by which the operator finds it.
"""

from collections.abc import Mapping
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "fr": "La révision {revision} n\u2019a pas pu être examinée. La cause est une panne du "
        "service, non ce qui a été déposé, et rien n\u2019est perdu. Donnez la référence "
        "{reference} à qui exploite le service\u00a0: le verdict suit dès que la panne est "
        "réparée. Une nouvelle révision peut aussi être déposée.",
        "en": "Revision {revision} could not be judged. The cause is a failure of the service, not "
        "what was submitted, and nothing is lost. Give the reference {reference} to whoever "
        "operates the service: the verdict follows once the failure is mended. A new revision may "
        "be submitted as well.",
    }
)
"""By language code."""


def not_judged(language: str, revision: int, reference: str) -> str:
    """The sentence in one language. Raises ``KeyError`` for a language without words."""
    return SENTENCES[language].format(revision=revision, reference=reference)
