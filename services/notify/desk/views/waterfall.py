"""From announced jobs to net jobs, step by step, read off the explanation of the jobs figure."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from services.notify.desk.views.charts import Chart, ChartKind, Row, Scale
from services.notify.desk.wording.claims import name
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.words import Tone

NET, REMAINING = "jobs.net", "jobs.remaining"


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: what happens, the jobs before and after it, at the central values."""

    claim: Claim
    before: float
    after: float

    @property
    def total(self) -> bool:
        return self.before == 0


def steps(explanation: Claim) -> tuple[Step, ...]:
    """The steps to the net jobs, none when they were not computed.

    Each step of the chain leaves behind what remains after it; the first is the announced figure.
    """
    net = next((claim for claim in _walk(explanation) if claim.code == NET), None)
    if net is None or not isinstance(net.value, Estimate) or not net.because:
        return ()
    found: list[Step] = []
    current = 0.0
    for claim in net.because:
        after = _remaining(claim)
        if after is None:
            return ()
        if after != current:
            found.append(Step(claim, current, after))
        current = after
    return (*found, Step(net, 0.0, net.value.central))


def waterfall(explanation: Claim, voice: Speech) -> Chart | None:
    """The chart of the steps, or None when there is nothing to show."""
    path = steps(explanation)
    if not path:
        return None
    scale = Scale.around([place for step in path for place in (step.before, step.after)])
    rows = tuple(
        Row(
            label=name(step.claim, voice),
            said=_change(step, voice),
            bar=scale.between(step.before, step.after),
            tone=_tone(step),
        )
        for step in path
    )
    return Chart(
        id="jobs-chart",
        kind=ChartKind.WATERFALL,
        title=voice.say("From announced jobs to net jobs, at the central values"),
        description=voice.series(f"{row.label}{voice.colon} {row.said}" for row in rows),
        rows=rows,
        columns=(voice.say("Step"), voice.say("Jobs"), voice.say("Remaining")),
        table=tuple(
            (row.label, row.said, voice.number(step.after, 1))
            for row, step in zip(rows, path, strict=True)
        ),
        legend=voice.say("Full-time jobs. Each bar starts where the one above it ended."),
        zero=scale.at(0),
    )


def _walk(claim: Claim) -> Iterator[Claim]:
    yield claim
    for reason in claim.because:
        yield from _walk(reason)


def _remaining(claim: Claim) -> float | None:
    left = next((reason for reason in claim.because if reason.code == REMAINING), claim)
    return left.value.central if isinstance(left.value, Estimate) else None


def _change(step: Step, voice: Speech) -> str:
    if step.total:
        return voice.number(step.after, 1)
    return voice.signed(step.after - step.before, 1)


def _tone(step: Step) -> Tone:
    if step.total:
        return Tone.NEUTRAL if step.after >= 0 else Tone.LOSE
    return Tone.WIN if step.after > step.before else Tone.LOSE
