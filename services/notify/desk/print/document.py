"""Papers of the desk as PDF with a structure that readers aloud can follow (PDF/UA-1)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Literal

import typst

from services.notify.desk.views.legal import LegalSheet
from services.notify.desk.wording.language import Speech

MEDIA_TYPE = "application/pdf"
ACCESSIBLE: Literal["ua-1"] = "ua-1"


def legal_pdf(sheet: LegalSheet, made_at: datetime, voice: Speech) -> bytes:
    """The legal sheet on A4, as ``printed``."""
    words = {
        "lang": voice.language.value,
        "title": voice.say("How the verdict on “%(title)s” was reached", title=sheet.title),
        "degree": voice.say("1. Part of the processing in the decision"),
        "data": voice.say("2. Data processed and their sources"),
        "missing": voice.say("What is missing"),
        "unknown": voice.say("What was not said"),
        "unknown_why": voice.say(
            "Each of these took its whole plausible range. Answering them narrows the verdict."
        ),
        "parameters": voice.say("3. Parameters applied to this file"),
        "operations": voice.say("4. Operations carried out"),
        "operations_how": voice.say("From the verdict down to what was declared."),
        "result": voice.say("Result"),
        "vetoes": voice.say("What makes the territory lose"),
        "warnings": voice.say("To be read with caution"),
    }
    return printed("legal", asdict(sheet), words, made_at)


def printed(
    template: str, sheet: Mapping[str, object], words: Mapping[str, str], made_at: datetime
) -> bytes:
    """A paper on A4, fonts embedded; the same bytes for the same sheet and moment.

    ``sheet`` has a ``reference`` and a ``result``, ``words`` a ``title`` and the ``lang``. It says
    of itself that it is PDF/UA-1, except where it holds a sign its fonts do not have (Chinese, an
    emoji), which that standard forbids: then it is tagged all the same.
    """
    inputs = {"sheet": json.dumps(sheet), "words": json.dumps(words)}
    source = _template("paper") + _template(template)
    try:
        return _compiled(source, inputs, made_at, ACCESSIBLE)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compiled(source, inputs, made_at, None)


def _compiled(
    source: bytes, inputs: Mapping[str, str], made_at: datetime, standard: Literal["ua-1"] | None
) -> bytes:
    made: bytes = typst.compile(
        source,
        format="pdf",
        # The fonts that come with the compiler: the same document on every machine.
        ignore_system_fonts=True,
        sys_inputs=dict(inputs),
        pdf_standards=standard,
        timestamp=int(made_at.timestamp()),
    )
    return made


@cache
def _template(name: str) -> bytes:
    return (resources.files("services.notify.desk") / "templates" / f"{name}.typ").read_bytes()
