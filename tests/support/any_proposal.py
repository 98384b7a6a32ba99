"""Any proposal the contract allows, drawn from the contract's own classes and their bounds.

A field that is added is drawn too, from its type alone. Only what a type does not say stands here:
how the parts must agree, and which figures and texts are worth drawing more often than by chance.
"""

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from hypothesis import assume
from hypothesis import strategies as st
from pydantic import StringConstraints, ValidationError
from pydantic.fields import FieldInfo

from contracts.codec import adapter, read_proposal
from contracts.coherence import faults
from contracts.geography import geography
from contracts.nomenclature import naf_labels
from contracts.samples import territory_example
from contracts.vocabulary.aid import AidAsked
from contracts.vocabulary.enterprise import IN_FORCE, AidRegulation, Enterprise
from contracts.vocabulary.estimates import Estimate, PositiveAmount, PositiveEstimate, ShareEstimate
from contracts.vocabulary.forms import ExportIncubatorForm, InnerGroup
from contracts.vocabulary.identifiers import CommuneCode, FirmId, NafCode, Siren
from contracts.vocabulary.image import SHARES, ImageFigure
from contracts.vocabulary.limits import MAX_AMOUNT
from contracts.vocabulary.partners import Firm, SharedCost
from contracts.vocabulary.profile import FirmProfile, Partnership, Share
from contracts.vocabulary.proposal import JobsClaim, Market, ProjectKind, Proposal, Survival
from contracts.vocabulary.text import ShortText, Text

TERRITORY = "fr-ze-2815"
_FORMS = MappingProxyType(
    {
        "export_group": (ProjectKind.EXPORT_GROUP, ProjectKind.SHARED_MANAGER),
        "export_incubator": (ProjectKind.EXPORT_INCUBATOR,),
        "carrier": (ProjectKind.CARRIER,),
        "incubator": (ProjectKind.INCUBATOR,),
    }
)
_ODD = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %} {# #} {0} {name} }{",
    "%s %(firm)s %d 100 %",
    "[bold red]x[/] [/bold] [link=x]",
    ":warning: :smile:",
    '#let x = 1; $x^2$ *b* _i_ @cite <label> `raw` // \\ "',
    "مؤسسة النيل",
    "חברה בע״מ 42",
    "👩\u200d🚀🏳️\u200d🌈",
    "株式会社",
    "a\u00a0b\u202fc",
    "e\u0301\u0323\u0300",
    "\u00adx",
    "x" * 200,
    "/firms/0/own",
    "2024-02-30",
    "&amp; &lt; ' \"",
)
"""Texts that a template, a format, a terminal or a typesetter could read as its own."""

Drawn = st.SearchStrategy[Any]
Bounds = tuple[object, ...]
Ids = tuple[str, ...]

# Words that the pages know as other things than firms, too.
_IDS = ("a", "large", "0", "lose", "z" * 32, *(f"firm-{number}" for number in range(35)))
_MANY = 6
_SIZES = (*range(2, _MANY + 1),) * 8 + (13, 30, 31, 40)


@st.composite
def any_proposal(draw: st.DrawFn) -> Proposal:
    """A valid, coherent proposal for the demo's territory, seldom of more than six firms."""
    ids = _IDS[: draw(st.sampled_from(_SIZES))]
    kind = draw(st.sampled_from(ProjectKind))
    others = {name for name, kinds in _FORMS.items() if kind not in kinds}
    said = _said(draw, Proposal, ids, without={"kind", "firms", "territory", *others})
    said |= {"kind": kind.value, "territory": TERRITORY, "firms": _firms(draw, ids)}
    if said.get("aid") and said.get("aid_requested") is not None:
        _no_more_than(said["aid_requested"], said["aid"])
    _AGREE[Proposal](said, ids)
    proposal = read_proposal(json.dumps(said))
    assume(not faults(proposal))
    return proposal


def _firms(draw: st.DrawFn, ids: Ids) -> list[Any]:
    """In a large group firms say what another one says; each is its own enterprise."""
    drawn = [_said(draw, Firm, ids, without={"id"}) for _ in ids[:_MANY]]
    said = [{**drawn[i % _MANY], "id": name} for i, name in enumerate(ids)]
    for firm in said[1:]:
        firm["name"] = f"{firm['name'][:160]} {firm['id']}"
    for firm in said[_MANY:]:
        firm["siren"] = None
    return said


def _said(
    draw: st.DrawFn, words: type, ids: Ids, *, without: set[str] | None = None
) -> dict[str, Any]:
    """The fields of one class as JSON; of those that may be left out many, few or all are."""
    often = draw(st.sampled_from((0, 1, 3)))
    said = {}
    for name, optional, drawn in _fields(words, ids):
        if name in (without or ()) or (optional and draw(st.integers(0, 3)) > often):
            continue
        said[name] = draw(drawn)
    return said


@cache
def _fields(words: type, ids: Ids) -> list[tuple[str, bool, Drawn]]:
    """Each field's name, whether it may be left out, and what it may hold."""
    hints = get_type_hints(words, include_extras=True)
    return [
        (
            field.name,
            field.default is not MISSING or field.default_factory is not MISSING,
            _any(hints[field.name], ids),
        )
        for field in fields(words)
    ]


def _any(words: Any, ids: Ids, bounds: Bounds = ()) -> Drawn:
    """JSON of a type within its bounds."""
    origin, inside = get_origin(words), get_args(words)
    for known, drawn in _KNOWN:
        meant = get_args(known)
        # What a field says of itself stands behind what its type says.
        if words == known or (meant and inside[: len(meant)] == meant):
            return drawn
    if words == FirmId:
        return st.sampled_from(ids)
    if origin is Annotated:
        return _any(inside[0], ids, bounds + _bounds(inside[1:]))
    if origin in {Union, UnionType}:
        return st.one_of([_any(each, ids, bounds) for each in inside])
    if origin is tuple:
        return _list(inside[0], ids, bounds)
    if words is NoneType:
        return st.none()
    if words is bool:
        return st.booleans()
    if words in {int, float}:
        return _number(words, bounds)
    if words is date:
        return _day(_of(bounds, Ge, "ge"), _of(bounds, Le, "le"))
    if words is str:
        return st.from_regex(_of(bounds, StringConstraints, "pattern"), fullmatch=True)
    if issubclass(words, StrEnum):
        return st.sampled_from([each.value for each in words])
    return _object(words, ids)


@st.composite
def _object(draw: st.DrawFn, words: type, ids: Ids) -> dict[str, Any]:
    if words is InnerGroup:
        player, ids = draw(st.sampled_from(ids)), _IDS[: draw(st.integers(2, 4))]
        said = _said(draw, words, ids, without={"player", "firms"})
        said |= {"player": player, "firms": _firms(draw, ids)}
    else:
        said = _said(draw, words, ids)
    if words in _AGREE:
        _AGREE[words](said, ids)
    return said


def _bounds(metadata: tuple[object, ...]) -> Bounds:
    found: list[object] = []
    for each in metadata:
        found += each.metadata if isinstance(each, FieldInfo) else [each]
    return tuple(found)


def _of(bounds: Bounds, kind: type, name: str) -> Any:
    return next((getattr(each, name) for each in bounds if isinstance(each, kind)), None)


def _number(words: type, bounds: Bounds) -> Drawn:
    """Both ends of the range more often than by chance; nothing and halves of a unit too."""
    low, high = _of(bounds, Ge, "ge"), _of(bounds, Le, "le")
    above = _of(bounds, Gt, "gt")
    if words is int:
        return st.one_of(st.sampled_from((low, high)), st.integers(low, high))
    least = low if above is None else above
    usual = (least, -0.5, 0, 1e-9, 0.4, 0.5, 1, 1.5, 2, 47_015, 900_000, high)
    telling = [each for each in usual if least <= each <= high and each != above]
    return st.one_of(
        st.sampled_from(telling),
        st.sampled_from(telling),
        st.floats(least, min(high, 1e6), exclude_min=above is not None),
        st.floats(least, high, exclude_min=above is not None),
    )


def _day(first: date | None, last: date | None) -> Drawn:
    first, last = first or date.min, last or date.max
    return st.one_of(st.sampled_from((first, last)), st.dates(first, last)).map(date.isoformat)


def _list(words: Any, ids: Ids, bounds: Bounds) -> Drawn:
    least, most = _of(bounds, MinLen, "min_length") or 0, _of(bounds, MaxLen, "max_length")
    if words == FirmId:
        most = min(most, len(ids))
        return st.lists(st.sampled_from(ids), min_size=least, max_size=most, unique=True)
    one = _any(words, ids)
    usual = st.lists(one, min_size=least, max_size=max(least, min(most, 5)))
    if isinstance(words, type) and issubclass(words, InnerGroup):
        return usual
    # A full list says one thing again and again: as long, and cheap to draw.
    full = st.lists(one, min_size=1, max_size=2).map(lambda few: (few * most)[:most])
    return st.sampled_from([usual] * 19 + [full]).flatmap(lambda each: each)


def _valid(words: Any) -> Callable[[object], bool]:
    def valid(said: object) -> bool:
        try:
            adapter(words).validate_python(said)
        except ValidationError:
            return False
        return True

    return valid


def _estimate(number: Any) -> Drawn:
    one = _number(float, _bounds(get_args(number)[1:]))
    three = st.lists(one, min_size=3, max_size=3).map(sorted)
    return st.one_of(one, three.map(lambda said: dict(zip(_POINTS, said, strict=True))))


def _siren(start: int) -> str:
    """Nine digits whose last one checks the others (Luhn)."""
    digits = [int(each) for each in f"{start:08d}"]
    doubled = [sum(divmod(2 * each, 10)) if i % 2 else each for i, each in enumerate(digits)]
    return f"{start:08d}{-sum(doubled) % 10}"


def _communes() -> Drawn:
    """Those of today, those that became a part of them, and those of the demo's territory."""
    places = geography()
    here = [each.code for each in territory_example().employment.communes]
    return st.sampled_from(here) | st.sampled_from([*places.communes, *places.merged])


_POINTS = ("low", "central", "high")
_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cf"))
_KNOWN: tuple[tuple[Any, Drawn], ...] = (
    (
        ShortText,
        st.one_of(st.sampled_from(_ODD), st.text(_LETTERS, min_size=1, max_size=200)).filter(
            _valid(ShortText)
        ),
    ),
    (
        Text,
        st.one_of(
            st.sampled_from(("", "\n\n\n", "# x\n\n- y\n\n\tz", "a" * 4_000, *_ODD)),
            st.text(_LETTERS, max_size=300),
        ).filter(_valid(Text)),
    ),
    (CommuneCode, st.deferred(_communes)),
    (NafCode, st.sampled_from(sorted(naf_labels()))),
    (Siren, st.integers(1, 10**8 - 1).map(_siren)),
    (PositiveEstimate, _estimate(PositiveAmount)),
    (ShareEstimate, _estimate(Share)),
    (Estimate, _estimate(get_type_hints(Estimate, include_extras=True)["low"])),
)
"""Types whose bounds are more than those of a number, or whose words are listed."""


def _one_way(said: dict[str, Any], _ids: Ids) -> None:
    ways = [
        each for each in ("deadweight", "reference_jobs", "survival") if said.get(each) is not None
    ]
    for each in ways[1:]:
        del said[each]


def _survives(said: dict[str, Any], _ids: Ids) -> None:
    supported = said["supported"]
    if (supported["low"] if isinstance(supported, dict) else supported) <= 0:
        said["supported"] = {"low": 0.001, "central": 0.5, "high": 1}


def _shares(whole: float, *names: str) -> Callable[[dict[str, Any], Ids], None]:
    def agree(said: dict[str, Any], _ids: Ids) -> None:
        for name in names:
            parts = said.get(name) or []
            plain = [each if isinstance(each, (int, float)) else each["share"] for each in parts]
            over = max(1.0, sum(plain) / whole)
            said[name] = [
                share / over if part is share else {**part, "share": share / over}
                for part, share in zip(parts, plain, strict=True)
            ]

    return agree


def _measured(said: dict[str, Any], _ids: Ids) -> None:
    share = said["measure"] in SHARES
    said["value"] = said["value"] % 1 if share else float(int(said["value"]))


def _costs(said: dict[str, Any], _ids: Ids) -> None:
    said["needs"] = list({need["firm"]: need for need in said["needs"]}.values())
    for name, range_ in (said.get("range") or {}).items():
        central = said.get(name, 0.0)
        if range_ is not None:
            said["range"][name] = {
                "low": 0,
                "central": central,
                "high": min(2 * central, MAX_AMOUNT),
            }


def _once(said: dict[str, Any], _ids: Ids) -> None:
    """A synergy that was drawn again is about something else."""
    for i, synergy in enumerate(said.get("synergies") or ()):
        said["synergies"][i] = {**synergy, "what": f"no. {i}"} if i else synergy


def _project(said: dict[str, Any], ids: Ids) -> None:
    _once(said, ids)
    groups = said.get("excluded_groups") or ()
    said["excluded_groups"] = [each for each in groups if len(each["members"]) < len(ids)]


def _each_pair_once(said: dict[str, Any], _ids: Ids) -> None:
    pairs = {frozenset(each["between"]): each for each in said.get("relations") or ()}
    said["relations"] = list(pairs.values())


def _no_more_than(whole: float, aid: dict[str, Any]) -> None:
    if aid.get("amount") is not None:
        aid["amount"] = whole = min(whole, aid["amount"])
    for name in ("parts", "uses"):
        left = whole
        for each in aid.get(name) or ():
            each["amount"] = min(each.get("amount") or 0.0, left)
            left = max(0.0, left - each["amount"])


def _aid(said: dict[str, Any], _ids: Ids) -> None:
    if said.get("parts"):
        said["parts"] = list({part["firm"]: part for part in said["parts"]}.values())
    if said.get("amount") is not None:
        _no_more_than(said["amount"], said)


def _enterprise(said: dict[str, Any], _ids: Ids) -> None:
    if said.get("related"):
        said["related"] = list({each["name"]: each for each in said["related"]}.values())
    names = [each["name"] for each in said.get("related") or ()]
    for aid in said.get("past_aid") or ():
        if aid.get("received_by") is not None and aid["received_by"] not in names:
            aid["received_by"] = names[0] if names else None
        if aid.get("regulation") is not None:
            first, last = IN_FORCE[AidRegulation(aid["regulation"])]
            day = max(date.fromisoformat(aid["granted_on"]), first)
            aid["granted_on"] = min(day, last or day).isoformat()
    now = (said.get("accounts") or {}).get("year")
    before = said.get("year_before") or {}
    if now is not None and (before.get("year") or 0) >= now:
        before["year"] = None


def _incubator(said: dict[str, Any], _ids: Ids) -> None:
    if "groups" in said:
        said["groups"] = list({group["player"]: group for group in said["groups"]}.values())
    if said.get("total_cost") is not None and said.get("funders"):
        said["total_cost"] = None


_AGREE: MappingProxyType[type, Callable[[dict[str, Any], Ids], None]] = MappingProxyType(
    {
        JobsClaim: _one_way,
        Survival: _survives,
        Market: _shares(100.0, "shares_before", "shares_after"),
        FirmProfile: _shares(1.0, "customers", "products", "technologies"),
        ImageFigure: _measured,
        Partnership: _each_pair_once,
        Proposal: _project,
        InnerGroup: _once,
        SharedCost: _costs,
        AidAsked: _aid,
        Enterprise: _enterprise,
        ExportIncubatorForm: _incubator,
    }
)
"""What the parts of one thing must agree on, mended in what was drawn."""
