"""Everything in the repository that is drawn from code: ``python -m tools.generate [--check]``.

The contracts generate themselves (``contracts.generate``); this adds the OpenAPI documents, which
need the services, the method's book, the table of settings, examples of requests and the index of
decisions.
"""

import json
import sys
import tempfile
from pathlib import Path

from contracts import generate as contracts
from services.app.all_in_one import AllInOne
from services.chassis.clock import SystemClock
from services.chassis.database.sqlite import files_in
from services.chassis.ops.settings import Settings
from tools import decisions, method_book, request_examples, settings_table

ROOT = Path(__file__).resolve().parent.parent
SERVICES_WITH_API = ("intake", "externalities")


def generated() -> dict[str, str]:
    """Path in the repository to text, for all that is drawn from code but the contracts' own."""
    with tempfile.TemporaryDirectory() as folder:
        house = AllInOne.build(files_in(Path(folder)), SystemClock(), Settings())
        try:
            return (
                decisions.generated(ROOT)
                | method_book.generated(ROOT)
                | request_examples.generated()
                | settings_table.generated(ROOT)
                | {
                    f"contracts/http/{name}.openapi.json": json.dumps(
                        house.services[name].app.openapi(), indent=2, ensure_ascii=False
                    )
                    + "\n"
                    for name in SERVICES_WITH_API
                }
            )
        finally:
            house.stop()


def stale(root: Path = ROOT) -> list[str]:
    """Documents that are not what the code would write now."""
    return [
        path
        for path, text in generated().items()
        if not (root / path).exists() or (root / path).read_text("utf-8") != text
    ]


def main() -> None:
    if sys.argv[1:] == ["--check"]:
        found = contracts.stale(ROOT) + stale()
        for path in found:
            sys.stderr.write(f"{path} is not what the code says: run `make generate`\n")
        sys.exit(1 if found else 0)
    contracts.write(ROOT)
    for path, text in generated().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
