"""Measures this machine against itself: ``make bench``, ``make bench ARGS="distributed --quick"``.

All of it one after the other, or what is named; each writes its section of RESULTS.md.
``--quick`` tries everything with small counts and writes nothing: its figures mean nothing.
"""

import argparse

from tests.bench import embedded, games, lists, verdicts
from tests.bench.distributed import parts

EMBEDDED, VERDICTS, LISTS, DISTRIBUTED = FORMS = ("embedded", "verdicts", "lists", "distributed")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("form", nargs="?", choices=FORMS, help="all without it")
    parser.add_argument("--quick", action="store_true", help="small counts, nothing written")
    parser.add_argument(
        "--part",
        action="append",
        choices=parts.NAMES,
        help="of the distributed form, this part alone (may be repeated); nothing is written",
    )
    given = parser.parse_args()
    asked = (given.form,) if given.form else (DISTRIBUTED,) if given.part else FORMS
    if EMBEDDED in asked:
        embedded.run(quick=given.quick)
        games.main(write=not given.quick)
    if VERDICTS in asked:
        verdicts.run(quick=given.quick)
    if LISTS in asked:
        lists.run(quick=given.quick)
    if DISTRIBUTED in asked:
        parts.run(given.part or parts.NAMES, quick=given.quick)


if __name__ == "__main__":
    main()
