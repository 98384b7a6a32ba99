"""Whether what is said of the aid, and of the firms as enterprises, agrees with itself."""

from collections.abc import Iterable

from contracts.fault import Fault, siren_faults, unknown_firms
from contracts.vocabulary.enterprise import IN_FORCE, Enterprise
from contracts.vocabulary.proposal import Proposal


def aid_faults(proposal: Proposal, known: set[str]) -> Iterable[Fault]:
    """Parts and uses that name nobody of the project, or are more than the whole."""
    aid = proposal.aid
    if aid is None:
        return
    asked = proposal.aid_requested
    if asked is not None and aid.amount is not None and round(aid.amount) > round(asked):
        yield Fault(
            "/aid/amount",
            f"it is {aid.amount:,.0f} EUR, and the aid requested in all is {asked:,.0f} EUR",
            "give the part of the aid requested that rests on this legal basis",
        )
    parts = aid.parts or ()
    yield from unknown_firms([part.firm for part in parts], known, "/aid/parts")
    whole = asked if aid.amount is None else aid.amount
    for name, pointer, amounts in (
        ("parts", "/aid/parts", [part.amount for part in parts]),
        ("uses", "/aid/uses", [use.amount or 0.0 for use in aid.uses or ()]),
    ):
        if whole is not None and round(sum(amounts)) > round(whole):
            yield Fault(
                pointer,
                f"the {name} add up to {sum(amounts):,.0f} EUR, the aid is {whole:,.0f} EUR",
                "make them add up to no more than the aid",
            )


def enterprise_faults(enterprise: Enterprise | None, pointer: str) -> Iterable[Fault]:
    """Names that stand twice or for nobody, regulations of another time, years out of order."""
    if enterprise is None:
        return
    names: set[str] = set()
    for i, related in enumerate(enterprise.related or ()):
        if related.name in names:
            yield Fault(
                f"{pointer}/related/{i}/name",
                f"two related enterprises are called {related.name!r}",
                "name each once, with its whole share",
            )
        names.add(related.name)
        yield from siren_faults(related.siren, f"{pointer}/related/{i}/siren")
    now = enterprise.accounts.year
    before = None if enterprise.year_before is None else enterprise.year_before.year
    if now is not None and before is not None and before >= now:
        yield Fault(
            f"{pointer}/year_before/year",
            f"{before} is not before {now}",
            "give the accounts of the year before the last closed one",
        )
    for i, aid in enumerate(enterprise.past_aid or ()):
        if aid.received_by is not None and aid.received_by not in names:
            yield Fault(
                f"{pointer}/past_aid/{i}/received_by",
                f"no related enterprise is called {aid.received_by!r}",
                "name one of /related, or leave it out where the firm itself received the aid",
            )
        if aid.regulation is None:
            continue
        first, last = IN_FORCE[aid.regulation]
        if aid.granted_on < first or (last is not None and aid.granted_on > last):
            in_force = f"from {first}" if last is None else f"from {first} until {last}"
            yield Fault(
                f"{pointer}/past_aid/{i}/regulation",
                f"aid was granted under {aid.regulation.value} {in_force}, and this one "
                f"on {aid.granted_on}",
                "correct the day or the regulation",
            )
