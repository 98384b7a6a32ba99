"""The French nomenclature of activities, NAF rev. 2: its codes and their official labels.

``naf.csv`` has the 88 divisions, 272 groups, 615 classes and 732 sub-classes, codes without dot.
Source: INSEE, NAF rev. 2, by way of the package @socialgouv/codes-naf 1.1.1 (Apache-2.0).
"""

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

SUB_CLASS_LENGTH = 5


@cache
def labels() -> Mapping[str, str]:
    """French label by code, at every level of the nomenclature."""
    text = (resources.files(__name__) / "naf.csv").read_text("utf-8")
    rows = csv.DictReader(io.StringIO(text), delimiter=";")
    return MappingProxyType({row["code"]: row["label"] for row in rows})


@cache
def sub_classes() -> frozenset[str]:
    """The codes an activity can have (APE)."""
    return frozenset(code for code in labels() if len(code) == SUB_CLASS_LENGTH)
