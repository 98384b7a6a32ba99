"""Measures this machine against itself: ``make bench``, ``make bench ARGS="distributed --quick"``.

Both forms one after the other, or the one that is named; each writes its section of RESULTS.md.
``--quick`` tries everything with small counts and writes nothing: its figures mean nothing.
"""

import argparse

from tests.bench import embedded, games
from tests.bench.distributed import parts

FORMS = ("embedded", "distributed")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("form", nargs="?", choices=FORMS, help="both without it")
    parser.add_argument("--quick", action="store_true", help="small counts, nothing written")
    parser.add_argument(
        "--part",
        action="append",
        choices=parts.NAMES,
        help="of the distributed form, this part alone (may be repeated); nothing is written",
    )
    given = parser.parse_args()
    if given.form != "distributed" and not given.part:
        embedded.run(quick=given.quick)
        games.main(write=not given.quick)
    if given.form != "embedded":
        parts.run(given.part or parts.NAMES, quick=given.quick)


if __name__ == "__main__":
    main()
