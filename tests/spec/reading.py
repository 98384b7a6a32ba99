"""A paragraph of the book becomes a proposal; its verdict becomes what a paragraph can expect."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from contracts import codec, strict_yaml
from contracts.samples import territory_example
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritoryRef
from contracts.vocabulary.verdict import Verdict
from services.chassis.parameters import ParameterBook
from services.method import Knowledge, assess, judge, territory_knowledge
from tests.spec.made_up import rouen_in_a_nation

BOOK = Path(__file__).parent / "book"
PARAMETERS = Path(__file__).parents[2] / "services" / "method" / "parameters"
TODAY = date(2026, 6, 1)

ROUEN = TerritoryRef(
    id="fr-ze-2815",
    name="Rouen",
    year=2022,
    private_employment=183_731,
    source="Urssaf, établissements employeurs et effectifs salariés, fin décembre 2022",
    licence="Licence Ouverte",
    snapshot_sha256="0" * 64,
)


@dataclass(frozen=True)
class Paragraph:
    """One worked case of one chapter."""

    chapter: str
    case: str
    given: dict[str, Any]
    expect: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.chapter}: {self.case}"


@cache
def parameters() -> ParameterBook:
    return ParameterBook.load(PARAMETERS)


def sheet() -> ParameterSheet:
    return parameters().on(TODAY)


@cache
def paragraphs() -> tuple[Paragraph, ...]:
    found = []
    for file in sorted(BOOK.glob("*.yaml")):
        if file.name == "base.yaml":
            continue
        for item in strict_yaml.load(file.read_text("utf-8")):
            assert set(item) == {"case", "because", "given", "expect"}, (file.name, item)
            found.append(Paragraph(file.stem, item["case"], item["given"], item["expect"]))
    return tuple(found)


@cache
def _base() -> dict[str, Any]:
    base: dict[str, Any] = strict_yaml.load((BOOK / "base.yaml").read_text("utf-8"))
    return base


def proposal(given: dict[str, Any]) -> Proposal:
    """The base project with what the paragraph changes."""
    return codec.read_proposal(to_json(_merged(_base(), given)))


MEASURED = "measured"
"""The chapter that is judged with the rows of the demo territory; the others know its totals."""


@cache
def past() -> Knowledge:
    return territory_knowledge(territory_example(), sheet())


IN_A_NATION = "national_tables"
"""The chapter that is judged with tables of a made-up nation as well."""


def verdict_of(project: Proposal, chapter: str = "") -> Verdict:
    knowledge = None
    if chapter == MEASURED:
        knowledge = past()
    elif chapter == IN_A_NATION:
        knowledge = territory_knowledge(rouen_in_a_nation(), sheet())
    return judge(project, assess(project, ROUEN, sheet(), knowledge), sheet(), "0" * 64)


def reading(verdict: Verdict) -> dict[str, Any]:
    """What a paragraph can expect of a verdict."""
    firms, territory = verdict.firms, verdict.territory
    claims: dict[str, Any] = {}
    for claim in everything(verdict):
        claims.setdefault(claim.code, _plain(claim.value))
    return {
        "label": verdict.label.value,
        "necessary": verdict.necessary.value,
        "possible": verdict.possible.value,
        "under_contract": verdict.under_contract,
        "firms": firms
        and {
            "level": firms.level.value,
            "worst": firms.worst.value,
            "best": firms.best.value,
            "gain": _plain(firms.gain),
            "rule": firms.rule.value,
            "stable": firms.stable,
            "blocking": list(firms.blocking),
            "gets_nothing": list(firms.gets_nothing),
            "cost_of_stability": firms.cost_of_stability,
            "needed_aid": firms.needed_aid,
            "order": [share.firm for share in firms.shares],
            "alone": {share.firm: share.alone for share in firms.shares},
            "gains": {share.firm: share.gain for share in firms.shares},
            "thresholds": {share.firm: share.threshold for share in firms.shares},
            "transfers": {share.firm: share.transfer for share in firms.shares},
            "winners": [share.firm for share in firms.shares if share.wins],
        },
        "territory": {
            "level": territory.level.value,
            "worst": territory.worst.value,
            "best": territory.best.value,
            "vetoes": list(territory.vetoes),
        },
        "levels": {
            judged.dimension.value: [judged.level.low, judged.level.central, judged.level.high]
            for judged in territory.dimensions
        },
        "known": {judged.dimension.value: judged.level.known for judged in territory.dimensions},
        "net_jobs": _plain(verdict.net_jobs),
        "warnings": list(verdict.warnings),
        "missing": list(verdict.missing),
        "unknown": list(verdict.unknown),
        "claims": claims,
        "questions": [claim.code for claim in verdict.questions],
        "feasibility": {
            claim.code.removeprefix("feasibility."): claim.value for claim in verdict.feasibility
        },
        "partnership": {claim.code: claim.value for claim in verdict.partnership},
        "pairs": {
            "-".join(pair.between): {each.factor.value: each.value for each in pair.factors}
            for pair in verdict.pairs
        },
        "inner": {
            inner.player: [inner.label.value, inner.firms and inner.firms.level.value]
            for inner in verdict.inner
        },
    }


def everything(verdict: Verdict) -> list[Claim]:
    """Every claim the verdict holds, wherever it stands."""
    roots = (
        verdict.explanation,
        *verdict.questions,
        *verdict.feasibility,
        *verdict.partnership,
    )
    return [claim for root in roots for claim in walk(root)]


def walk(claim: Claim) -> list[Claim]:
    """The claim and everything under it."""
    return [claim, *(below for child in claim.because for below in walk(child))]


def _plain(value: Any) -> Any:
    if hasattr(value, "central"):
        return [value.low, value.central, value.high]
    return value


def _merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged
