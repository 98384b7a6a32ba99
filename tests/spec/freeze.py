"""``python -m tests.spec.freeze``: keep what the newest rules say, for good.

Writes ``frozen/method-VERSION.json`` for the newest version of the method. A file that is there is
never overwritten: it is what was said.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from contracts import codec
from contracts.codec import read_proposal
from contracts.events import ProposalSubmitted
from contracts.samples import five_firms_2kb, proposal_examples, territory_example
from services.app.parameter_book import parameter_book
from services.chassis.clock import SystemClock
from services.externalities.storage import ref_of
from services.method import METHOD_VERSION, assess, judge, territory_knowledge
from services.scoring.bases import sheet_json
from services.scoring.handlers import case_of, issued

FROZEN = Path(__file__).parent / "frozen"

EXAMPLES = (
    "carbon-vetoed",
    "carrier-one-seat",
    "export-incubator-two-levels",
    "many-unknowns",
)
"""Examples that reach every kind of verdict and every room; the whole list would be megabytes."""


def document() -> dict[str, object]:
    """What the newest rules are given and what they say, today."""
    day = SystemClock().now().date()
    sheet = parameter_book().on(day)
    snapshot = territory_example()
    ref = ref_of(snapshot)
    proposals = {name: proposal_examples()[name] for name in EXAMPLES}
    proposals["five-firms"] = read_proposal(five_firms_2kb())
    cases = []
    for number, (name, proposal) in enumerate(proposals.items(), start=1):
        submitted = ProposalSubmitted(
            proposal_id=f"{number:032x}",
            revision=1,
            partner="cci-rouen",
            submitted_at=datetime(day.year, day.month, day.day, 9, number, tzinfo=UTC),
            proposal=proposal,
        )
        case = case_of(
            proposal, assess(proposal, ref, sheet, territory_knowledge(snapshot, sheet)), sheet
        )
        verdict = judge(case.proposal, case.assessment, case.sheet, case.inputs_sha256)
        cases.append(
            {
                "name": name,
                "submitted": codec.encode(submitted).decode(),
                "verdict": codec.encode(issued(submitted, verdict, None)).decode(),
            }
        )
    return {
        "method_version": METHOD_VERSION,
        "parameters_on": day.isoformat(),
        "snapshot_sha256": ref.snapshot_sha256,
        "parameters": sheet_json(sheet).decode(),
        "cases": cases,
    }


def main() -> int:
    path = FROZEN / f"method-{METHOD_VERSION}.json"
    if path.exists():
        sys.stderr.write(f"{path} is there: what was said is not said again; raise the version\n")
        return 1
    text = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
