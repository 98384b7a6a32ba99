"""The glocalisation index of a project: the smaller of global reach and local embedding.

Both are shown, each from 0 to 1, never their product or mean: a project that is only global, or
only local, is not glocal (Torrès). Inside each the answers count alike. An answer that was not
given takes its whole range; of a side of which nothing was said there is no figure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.glocal import Glocal
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.partners import Firm
from contracts.vocabulary.proposal import Proposal
from services.method.figures import range_of

COUNTRIES_SCALE = "glocalisation.countries_scale"
UNSAID = "glocalisation.unsaid"

_SILENT = Glocal()


@dataclass(frozen=True, slots=True)
class GlocalParameters:
    """``unsaid`` stands for an answer that was not given."""

    countries_scale: float
    unsaid: Estimate
    decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "GlocalParameters":
        return cls(
            countries_scale=sheet.number(COUNTRIES_SCALE),
            unsaid=range_of(sheet, UNSAID),
            decimals=int(sheet.number("rounding.shares")),
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """One answer from 0 to 1; None where it was not given. ``about`` is the figure behind it."""

    name: str
    value: Estimate | None
    about: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


def glocalisation(
    proposal: Proposal, communes: Collection[str] | None, p: GlocalParameters
) -> Claim:
    """The index as a claim; ``communes`` are the territory's, None where they are not known."""
    said = proposal.glocal or _SILENT
    reach = _side("reach", _reach(said, p), p)
    embedding = _side("embedding", _embedding(said, proposal, communes), p)
    if not isinstance(reach.value, Estimate) or not isinstance(embedding.value, Estimate):
        return Claim("glocalisation.unknown", because=(reach, embedding))
    index = Estimate(
        min(reach.value.low, embedding.value.low),
        min(reach.value.central, embedding.value.central),
        min(reach.value.high, embedding.value.high),
    )
    return Claim("glocalisation.index", index, "of 1", (), (reach, embedding))


def _side(name: str, parts: Sequence[_Part], p: GlocalParameters) -> Claim:
    if all(part.value is None for part in parts):
        return Claim(f"glocalisation.{name}_unknown")
    values = [part.value or p.unsaid for part in parts]
    mean = Estimate(
        *(
            round(sum(points) / len(parts), p.decimals) + 0.0
            for points in zip(*((v.low, v.central, v.high) for v in values), strict=True)
        )
    )
    return Claim(f"glocalisation.{name}", mean, "of 1", (), tuple(_claim(x, p) for x in parts))


def _claim(part: _Part, p: GlocalParameters) -> Claim:
    if part.value is None:
        code = f"glocalisation.{part.name}.unknown"
        return Claim(code, p.unsaid, "of 1", (), (), (UNSAID,))
    value = Estimate(
        *(round(x, p.decimals) + 0.0 for x in (part.value.low, part.value.central, part.value.high))
    )
    return Claim(f"glocalisation.{part.name}", value, "of 1", part.about, (), part.parameters)


def _reach(said: Glocal, p: GlocalParameters) -> tuple[_Part, ...]:
    links = said.network_links
    return (
        _Part("abroad", said.share_abroad),
        _Part(
            "countries",
            None
            if said.countries is None
            else Estimate.exactly(1 - exp(-said.countries / p.countries_scale)),
            () if said.countries is None else (str(said.countries),),
            (COUNTRIES_SCALE,),
        ),
        _named("links", None if links is None else [f"{x.network} ({x.country})" for x in links]),
    )


def _embedding(
    said: Glocal, proposal: Proposal, communes: Collection[str] | None
) -> tuple[_Part, ...]:
    return (
        _Part("partners", said.partners_inside or _inside(proposal.firms, communes)),
        _Part("suppliers", said.suppliers_inside),
        _Part("jobs", said.jobs_inside),
        _named("relays", said.relays),
        _Part("before", _before(said, proposal)),
    )


def _named(name: str, named: Sequence[str] | None) -> _Part:
    """Whether there is one at all; the names are shown."""
    if named is None:
        return _Part(name, None)
    if not named:
        return _Part(f"{name}_none", Estimate.exactly(0.0))
    return _Part(name, Estimate.exactly(1.0), tuple(named))


def _inside(firms: Sequence[Firm], communes: Collection[str] | None) -> Estimate | None:
    """Share of the partners whose commune is the territory's; an unsaid one may be either."""
    placed = [firm.commune for firm in firms if firm.commune is not None]
    if communes is None or not placed:
        return None
    inside = sum(commune in communes for commune in placed)
    low, high = inside / len(firms), (inside + len(firms) - len(placed)) / len(firms)
    return Estimate(low, low, high)


def _before(said: Glocal, proposal: Proposal) -> Estimate | None:
    """Whether the partners have worked together before, as said here or pair by pair."""
    relations = proposal.partnership.relations if proposal.partnership else ()
    pairs = [each.past_projects for each in relations if each.past_projects is not None]
    projects = [*pairs, *([] if said.past_projects is None else [said.past_projects])]
    return Estimate.exactly(1.0 if any(projects) else 0.0) if projects else None
