"""The words for the method's closed lists: verdicts, levels, dimensions, kinds, rules.

Each list is complete: a test asks for every member in both languages.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from contracts.vocabulary.aid import AidPurpose, LegalBasis
from contracts.vocabulary.assessment import Dimension
from contracts.vocabulary.forms import LabelState, PayRule
from contracts.vocabulary.profile import Mechanism
from contracts.vocabulary.proposal import ImageAnchor, ProjectKind
from contracts.vocabulary.verdict import (
    Factor,
    FirmLevel,
    Notion,
    Remark,
    SharingRule,
    Solution,
    TerritoryLevel,
    VerdictLabel,
)
from services.method.claims import CODES
from services.notify.desk.wording.language import mark

W = TypeVar("W", bound=StrEnum)


class Tone(StrEnum):
    """How a verdict is coloured and which icon stands beside its word (never colour alone)."""

    WIN = "win"
    FAIR = "fair"
    FRAGILE = "fragile"
    LOSE = "lose"
    NEUTRAL = "neutral"
    PENDING = "pending"


LABELS: Mapping[VerdictLabel, str] = MappingProxyType(
    {label: CODES[f"verdict.{label}"].words for label in VerdictLabel}
)

TONES: Mapping[VerdictLabel, Tone] = MappingProxyType(
    {
        VerdictLabel.WIN_WIN_WIN: Tone.WIN,
        VerdictLabel.WIN_WIN: Tone.FAIR,
        VerdictLabel.WIN_WIN_LOSE: Tone.LOSE,
        VerdictLabel.FRAGILE_WIN: Tone.FRAGILE,
        VerdictLabel.FRAGILE: Tone.FRAGILE,
        VerdictLabel.LOSE: Tone.LOSE,
        VerdictLabel.SUBSIDY: Tone.FRAGILE,
        VerdictLabel.NO_GAIN: Tone.NEUTRAL,
        VerdictLabel.LOSE_LOSE_LOSE: Tone.LOSE,
        VerdictLabel.NOT_COMPUTABLE_YET: Tone.PENDING,
        VerdictLabel.FIRMS_NOT_COMPUTED: Tone.PENDING,
    }
)

FIRM_LEVELS: Mapping[FirmLevel, str] = MappingProxyType(
    {
        FirmLevel.F0: mark("the firms gain nothing together"),
        FirmLevel.F1: mark("the firms gain together, but no stable sharing lets each of them win"),
        FirmLevel.F2: mark("every firm wins under a sharing contract"),
        FirmLevel.F3: mark("every firm wins with the results announced, without any transfer"),
    }
)

TERRITORY_LEVELS: Mapping[TerritoryLevel, str] = MappingProxyType(
    {
        TerritoryLevel.LOSES: mark("the territory loses"),
        TerritoryLevel.INDIFFERENT: mark("the territory neither wins nor loses"),
        TerritoryLevel.WINS: mark("the territory wins"),
        TerritoryLevel.WINS_TWICE: mark("the territory wins on at least two counts"),
    }
)

DIMENSIONS: Mapping[Dimension, str] = MappingProxyType(
    {
        Dimension.JOBS: mark("Jobs"),
        Dimension.TECHNOLOGY: mark("Technology and industry"),
        Dimension.IMAGE: mark("Image"),
        Dimension.POLLUTION: mark("Pollution"),
        Dimension.CONCENTRATION: mark("Concentration"),
    }
)

LEVELS: Mapping[int, str] = MappingProxyType(
    {
        -2: mark("very unfavourable"),
        -1: mark("unfavourable"),
        0: mark("neutral"),
        1: mark("favourable"),
        2: mark("very favourable"),
    }
)

KINDS: Mapping[ProjectKind, str] = MappingProxyType(
    {
        ProjectKind.EXPORT_GROUP: mark("Export group"),
        ProjectKind.EXPORT_INCUBATOR: mark("Export incubator"),
        ProjectKind.INCUBATOR: mark("Business incubator"),
        ProjectKind.SHARED_MANAGER: mark("Shared manager"),
        ProjectKind.CARRIER: mark("Carrier"),
        ProjectKind.MULTI_FIRM: mark("Project of several firms"),
    }
)

SHARING_RULES: Mapping[SharingRule, str] = MappingProxyType(
    {
        SharingRule.SHAPLEY: mark("Shapley value: each firm receives what it adds on average"),
        SharingRule.NUCLEOLUS: mark("nucleolus: the least satisfied subgroup is served first"),
        SharingRule.MAX_MIN: mark("max-min: the firm that gains least gains as much as possible"),
    }
)

SOLUTIONS: Mapping[Solution, str] = MappingProxyType(
    {
        Solution.SHAPLEY: mark("Shapley value"),
        Solution.NUCLEOLUS: mark("Nucleolus"),
        Solution.PER_CAPITA_NUCLEOLUS: mark("Per-capita nucleolus"),
        Solution.GATELY: mark("Gately point"),
        Solution.TAU: mark("Tau value"),
        Solution.NASH: mark("Equal parts of the gain (Nash)"),
    }
)

SOLUTION_SENSES: Mapping[Solution, str] = MappingProxyType(
    {
        Solution.SHAPLEY: mark("each firm receives what it adds on average"),
        Solution.NUCLEOLUS: mark("the least satisfied subgroup is served first"),
        Solution.PER_CAPITA_NUCLEOLUS: mark("the same, counted per member of the subgroup"),
        Solution.GATELY: mark("leaving would cost the others as much, beside what the firm loses"),
        Solution.TAU: mark("midway between the least and the most each can ask for"),
        Solution.NASH: mark("everyone gains the same"),
    }
)
"""In which sense each rule is fair; whether it is stable is another question."""

NOTIONS: Mapping[Notion, str] = MappingProxyType(
    {
        Notion.COST_OF_STABILITY: mark("the outside aid that makes the group hold"),
        Notion.NEEDED_AID: mark("the outside aid that also makes every firm win"),
        Notion.LEAST_CORE: mark("the cost of leaving that makes the group hold"),
        Notion.PER_CAPITA_NUCLEOLUS: mark("the per-capita nucleolus"),
        Notion.TAU: mark("the tau value"),
    }
)

FACTORS: Mapping[Factor, str] = MappingProxyType(
    {
        Factor.NAF: mark("activities"),
        Factor.SKILL: mark("skills"),
        Factor.TECHNOLOGY: mark("technologies"),
        Factor.CUSTOMERS: mark("same kind of customers"),
        Factor.CUSTOMER_OVERLAP: mark("overlap of customers"),
        Factor.PRODUCT_OVERLAP: mark("overlap of ranges"),
        Factor.SIZE_BALANCE: mark("balance of sizes"),
        Factor.DISTANCE_KM: mark("distance"),
        Factor.COGNITIVE: mark("cognitive proximity, neither too little nor too much"),
        Factor.ORGANISATIONAL: mark("organisational proximity"),
        Factor.SOCIAL: mark("social proximity"),
        Factor.INSTITUTIONAL: mark("institutional proximity"),
        Factor.GEOGRAPHIC: mark("geographic proximity"),
    }
)

REMARKS: Mapping[Remark, str] = MappingProxyType(
    {
        Remark.TOO_LITTLE: mark("perhaps too little"),
        Remark.TOO_MUCH: mark("perhaps too much"),
    }
)

ANCHORS: Mapping[ImageAnchor, str] = MappingProxyType(
    {
        ImageAnchor.DOCUMENTED_DAMAGE: mark("documented damage"),
        ImageAnchor.ORGANISED_OPPOSITION: mark("organised local opposition"),
        ImageAnchor.TERRITORY_NAME_USED_OUTSIDE: mark(
            "the territory's name is used outside the region"
        ),
        ImageAnchor.CERTIFIED_THIRD_OF_MEMBERS: mark(
            "at least a third of the members are newly certified"
        ),
        ImageAnchor.STAND_UNDER_TERRITORY_NAME: mark("a stand under the territory's name"),
        ImageAnchor.LABEL_GRANTED: mark("a label was granted"),
        ImageAnchor.CITED_BY_OUTSIDE_FIRMS: mark("cited by firms that settled here"),
        ImageAnchor.RECURRENT_INTERNATIONAL_EVENT: mark("a recurrent international event"),
    }
)

POINT_STATES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "done": (mark("yes"), Tone.WIN),
        "not_done": (mark("no"), Tone.FRAGILE),
        "unknown": (mark("not said"), Tone.PENDING),
    }
)

CHECK_STATES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "no_objection": (
            mark("nothing that was said speaks against it; to be verified"),
            Tone.NEUTRAL,
        ),
        "objection": (mark("what was said speaks against it; to be verified"), Tone.FRAGILE),
        "open": (mark("not enough was said; to be verified"), Tone.PENDING),
    }
)
"""How a check on the aid stands. None is a decision."""

MECHANISMS: Mapping[Mechanism, str] = MappingProxyType(
    {
        Mechanism.MUTUAL_ADJUSTMENT: mark("mutual adjustment"),
        Mechanism.DIRECT_SUPERVISION: mark("direct supervision"),
        Mechanism.STANDARD_PROCESSES: mark("standardisation of processes"),
        Mechanism.STANDARD_RESULTS: mark("standardisation of results"),
        Mechanism.STANDARD_SKILLS: mark("standardisation of skills"),
    }
)

PAY_RULES: Mapping[PayRule, str] = MappingProxyType(
    {
        PayRule.FIXED: mark("a fixed salary"),
        PayRule.BONUS_ON_CONTRACTS: mark("with a bonus on contracts"),
        PayRule.BONUS_ON_EXPORT_TURNOVER: mark("with a bonus on export turnover"),
    }
)

LABEL_STATES: Mapping[LabelState, str] = MappingProxyType(
    {
        LabelState.NONE: mark("not sought"),
        LabelState.INTENDED: mark("intended"),
        LabelState.APPLIED_FOR: mark("applied for"),
        LabelState.GRANTED: mark("granted"),
    }
)

BASES: Mapping[LegalBasis, str] = MappingProxyType(
    {
        LegalBasis.DE_MINIMIS: mark("the de minimis regulation"),
        LegalBasis.BLOCK_EXEMPTION: mark("a block exemption"),
        LegalBasis.APPROVED_SCHEME: mark("a scheme approved by the Commission"),
        LegalBasis.NO_STATE_AID: mark("not being State aid, as the applicant says"),
    }
)

PURPOSES: Mapping[AidPurpose, str] = MappingProxyType(
    {
        AidPurpose.EXPORTED_QUANTITIES: mark("exported quantities"),
        AidPurpose.DISTRIBUTION_NETWORK: mark("a distribution network"),
        AidPurpose.CURRENT_EXPORT_COSTS: mark("other current costs of exporting"),
        AidPurpose.PAY: mark("a salary"),
        AidPurpose.FAIRS: mark("fairs"),
        AidPurpose.STUDIES: mark("studies"),
        AidPurpose.CONSULTANCY: mark("advice"),
        AidPurpose.TRAINING: mark("training"),
        AidPurpose.INVESTMENT: mark("investment"),
        AidPurpose.OTHER: mark("something else"),
    }
)

SIZES: Mapping[str, str] = MappingProxyType(
    {
        "micro": mark("micro enterprise"),
        "small": mark("small enterprise"),
        "medium": mark("medium-sized enterprise"),
        "large": mark("large enterprise"),
    }
)

TIES: Mapping[str, str] = MappingProxyType(
    {
        "linked": mark("linked enterprise"),
        "partner": mark("partner enterprise"),
        "autonomous": mark("below a quarter"),
    }
)

SPOKEN: Mapping[str, str] = MappingProxyType(
    {
        str(word): said
        for words in (NOTIONS, MECHANISMS, PAY_RULES, LABEL_STATES, BASES, PURPOSES, SIZES, TIES)
        for word, said in words.items()
    }
)
"""Words of closed lists that a claim may be about."""
