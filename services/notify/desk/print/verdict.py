"""A verdict on paper, for the table around which a committee sits: the page without its charts.

Read from the page's own view, so that it says what the page says and withholds what it withholds.
The steps of the computation stand on the legal sheet.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from contracts.mention import mention
from services.notify.desk.print.document import printed
from services.notify.desk.views.changes import ChangesView, NeedView
from services.notify.desk.views.firms import Fact, FirmsView
from services.notify.desk.views.relays import AskView, ask_instead
from services.notify.desk.views.verdict import Grounded, VerdictView
from services.notify.desk.wording.language import Speech

_NOTHING = "\u2013"
Block = dict[str, object]
"""One part of the paper: its ``kind``, and what that kind holds (``templates/verdict.typ``)."""


def verdict_pdf(
    view: VerdictView, ask: AskView | None, contact: str, made_at: datetime, voice: Speech
) -> bytes:
    """The paper; ``ask`` names relays, ``contact`` is the authority's name and address."""
    instead = ask_instead(contact, voice)
    told = mention(voice.language, contact)
    sheet = {
        "reference": view.reference,
        "label": view.chip.word,
        "result": view.header,
        "certainty": view.certainty,
        "blocks": [each for each in blocks(view, ask, instead, voice) if each["said"]],
        "mention": [told.purpose, told.right, told.exercise],
    }
    return printed("verdict", sheet, {"lang": voice.language.value, "title": view.title}, made_at)


def blocks(view: VerdictView, ask: AskView | None, instead: str, voice: Speech) -> Iterator[Block]:
    """What the paper says below the verdict, in its order."""
    if view.withdrawn is not None:
        yield _paragraph(
            voice.say(
                "The partner withdrew this project on %(day)s. The verdict is kept for the record "
                "and decides nothing.",
                day=view.withdrawn,
            )
        )
    if view.stalled is not None:
        yield _paragraph(view.stalled)
    if view.missing:
        yield _heading(voice.say("What is missing"))
        yield _points(view.missing)
    yield from _draws(view, voice)
    if view.changes is not None:
        yield from _changes(view.changes, voice)
    yield _heading(voice.say("The file"))
    yield from (_paragraph(" ".join(part.split())) for part in view.summary)
    yield _facts(view.file)
    if view.firms is not None:
        yield from _firms(view.firms, voice)
    if view.partnership.questions:
        yield _heading(voice.say("Questions to the applicant"))
        yield _points(asked.said for asked in view.partnership.questions)
    yield from _territory(view, voice)
    yield from _aid(view, voice)
    yield from _caution(view, voice)
    yield _heading(voice.say("Whom to ask"))
    if ask is None:
        yield _paragraph(instead)
    else:
        yield _paragraph(ask.sentence)
        yield _points([f"{each.name}, {each.phone}" for each in ask.relays])
    yield _heading(voice.say("Where the figures come from"))
    yield _facts(view.provenance)


def _draws(view: VerdictView, voice: Speech) -> Iterator[Block]:
    if view.draws is None:
        return
    yield _heading(voice.say("How sure is it?"))
    yield _paragraph(f"{view.draws.said} {view.draws.rests}".strip())
    verdicts = [(row.chip.word, row.share) for row in view.draws.verdicts]
    yield _table(
        voice.say("Share of the draws with each verdict"),
        (voice.say("The verdict"), voice.say("Share")),
        verdicts,
        figures=(1,),
    )
    sources = [(row.what, row.share) for row in view.draws.sources]
    if sources:
        yield _table(
            voice.say("What the uncertainty comes from"),
            (voice.say("Answer"), voice.say("Share")),
            sources,
            widths=(4, 1),
            figures=(1,),
        )


def _changes(changes: ChangesView, voice: Speech) -> Iterator[Block]:
    yield _heading(voice.say("What would change this verdict?"))
    if changes.better:
        yield _heading(voice.say("To become Win-Win-Win"), level=2)
        yield _paragraph(changes.better)
        yield from _needs((*changes.needs, *changes.together))
    if changes.worse:
        yield _heading(voice.say("What would end it: the safety margin"), level=2)
        yield _paragraph(changes.worse)
    if changes.rows:
        yield _table(
            voice.say("Each answer alone, the nearest first, everything else staying as it is"),
            (
                voice.say("Answer"),
                voice.say("Holds up to"),
                voice.say("Now"),
                voice.say("Distance"),
            ),
            [(row.what, row.last, row.now, row.by) for row in changes.rows],
            widths=(2.2, 1.2, 1.2, 1.4),
            figures=(1, 2, 3),
        )
    yield from map(_paragraph, changes.notes)
    if changes.without:
        yield _heading(voice.say("If a firm left"), level=2)
        yield _points(changes.without)


def _needs(needs: Iterable[NeedView]) -> Iterator[Block]:
    for need in needs:
        yield _heading(need.heading, level=3)
        yield _points(need.levers)


def _firms(firms: FirmsView, voice: Speech) -> Iterator[Block]:
    yield _heading(voice.say("Do the firms win?"))
    yield _paragraph(firms.sentence)
    if firms.withheld:
        yield _paragraph(
            voice.say(
                "Each firm's own figures are business secrets (CRPA, article L311-6). You see "
                "whether it wins and the order of size of its gain; the instructing officer sees "
                "the figures."
            )
        )
    head = (voice.say("Firm"), voice.say("Result"), *firms.columns)
    yield _table(
        voice.say("Who gains what, in euros a year"),
        head,
        [(row.name, row.outcome, *row.figures) for row in firms.rows],
        widths=(1.8, 1.1, *(1 for _ in firms.columns)),
        figures=tuple(range(2, len(head))),
    )
    yield _facts(firms.facts)


def _territory(view: VerdictView, voice: Speech) -> Iterator[Block]:
    yield _heading(voice.say("Does the territory win?"))
    yield _paragraph(view.territory.sentence)
    if view.vetoes:
        yield _paragraph(voice.say("What makes the territory lose:"))
        yield _points(map(_grounded, view.vetoes))
    yield _table(
        voice.say("The five dimensions of the territory"),
        (voice.say("Dimension"), voice.say("Level"), voice.say("Interval"), voice.say("Figure")),
        [(row.name, row.level, row.interval, row.figure) for row in view.territory.rows],
        widths=(1.4, 1.2, 0.9, 2),
        figures=(3,),
    )


def _aid(view: VerdictView, voice: Speech) -> Iterator[Block]:
    if view.aid is None:
        return
    yield _heading(voice.say("Checks on the aid"))
    yield _points(view.aid.facts)
    yield _table(
        voice.say("Check by check"),
        (voice.say("Check"), voice.say("How it stands"), voice.say("What it rests on")),
        [(check.said, check.state, check.because) for check in view.aid.checks],
        widths=(1.5, 1.1, 1.6),
    )


def _caution(view: VerdictView, voice: Speech) -> Iterator[Block]:
    if not view.warnings and not view.unknown:
        return
    yield _heading(voice.say("To be read with caution"))
    yield _points(map(_grounded, view.warnings))
    if view.unknown:
        yield _heading(voice.say("What was not said"), level=2)
        yield _points(view.unknown)


def _grounded(one: Grounded) -> str:
    """A veto or a warning with what it rests on; the legal sheet has the sources."""
    rests = [one.rule] if one.rule else [each.said for each in one.parameters]
    return " · ".join((one.said, *rests))


def _heading(said: str, level: int = 1) -> Block:
    return {"kind": "heading", "level": level, "said": said}


def _paragraph(said: str) -> Block:
    return {"kind": "paragraph", "said": said}


def _points(said: Iterable[str]) -> Block:
    return {"kind": "points", "said": list(said)}


def _facts(said: Iterable[Fact]) -> Block:
    return {"kind": "facts", "said": [{"term": each.term, "said": each.said} for each in said]}


def _table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str | Sequence[str]]],
    *,
    widths: Sequence[float] = (),
    figures: Sequence[int] = (),
) -> Block:
    """``widths`` are parts of the line, equal where left out; ``figures`` the columns of figures.

    A cell is a text, or several one below the other.
    """
    return {
        "kind": "table",
        "said": caption,
        "head": list(head),
        "rows": [
            [[cell] if isinstance(cell, str) else list(cell) or [_NOTHING] for cell in row]
            for row in rows
        ],
        "widths": list(widths) or [1 for _ in head],
        "figures": list(figures),
    }
