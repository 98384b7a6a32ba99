"""From texts to figures: what cannot be one is a fault with its line and column."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from contracts.geography import Geography
from contracts.nomenclature import is_of_2025
from contracts.vocabulary.territory import EmploymentRow
from services.externalities.employment.duckdb_import import Texts
from services.externalities.employment.faults import Fault, FaultKind
from services.externalities.employment.layout import Layout

_NAF = re.compile(r"[0-9]{4}[A-Z]")
_WHOLE = re.compile(r"-?[0-9]{1,10}")
MOST = 1_000_000_000
"""Larger counts are refused: no cell of France comes near."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows without a fault, and the faults. ``unsaid`` counts cells with establishments and no
    number of employees, which the publisher leaves empty and which count as none. ``merged`` are
    communes of the file that are part of another one today.
    """

    rows: tuple[EmploymentRow, ...]
    faults: tuple[Fault, ...]
    faulty_rows: int
    unsaid: int
    merged: tuple[tuple[str, str], ...]


def check(
    texts: Iterable[Texts],
    layout: Layout,
    years: Sequence[int],
    geography: Geography,
    activities: Collection[str],
) -> Checked:
    """Check every row of the area. ``activities`` are the sub-classes of the nomenclature."""
    listed = list(texts)
    checker = _Checker(layout, years, geography, activities)
    seen: dict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    for row in listed:
        seen[row.commune, row.naf].append(row.line)
    rows, faults, faulty, unsaid = [], [], 0, 0
    merged = {}
    for row in listed:
        others = [line for line in seen[row.commune, row.naf] if line != row.line]
        wrong = [*checker.codes(row), *checker.counts(row), *checker.twice(row, others)]
        if wrong:
            faults += wrong
            faulty += 1
            continue
        figures, left_open = checker.figures(row)
        unsaid += left_open
        if any(count is not None for count in figures.establishments):
            rows.append(figures)
        now = geography.current(figures.commune)
        if now is not None and now != figures.commune:
            merged[figures.commune] = now
    return Checked(tuple(rows), tuple(faults), faulty, unsaid, tuple(sorted(merged.items())))


class _Checker:
    """The rules of one row, with the columns' own names at hand."""

    def __init__(
        self,
        layout: Layout,
        years: Sequence[int],
        geography: Geography,
        activities: Collection[str],
    ) -> None:
        self._commune = layout.names[layout.codes["commune"]]
        self._naf = layout.names[layout.codes["naf"]]
        self._establishments = [layout.names[layout.establishments[year]] for year in years]
        self._employees = [layout.names[layout.employees[year]] for year in years]
        self._geography = geography
        self._activities = activities

    def codes(self, row: Texts) -> Iterable[Fault]:
        commune = row.commune or ""
        if refusal := self._geography.refusal(commune):
            why = "is no commune" if not commune else f"is no commune: {': '.join(refusal)}"
            yield Fault(FaultKind.CODE, row.line, self._commune, commune, why)
        if row.naf is None or not _NAF.fullmatch(row.naf) or row.naf not in self._activities:
            yield Fault(
                FaultKind.CODE,
                row.line,
                self._naf,
                row.naf or "",
                "is a code of NAF 2025: files in NAF rev. 2 are read"
                if is_of_2025(row.naf or "")
                else "is no sub-class of the nomenclature NAF rev. 2",
            )

    def counts(self, row: Texts) -> Iterable[Fault]:
        names = [*self._establishments, *self._employees]
        texts = [*row.establishments, *row.employees]
        for name, text in zip(names, texts, strict=True):
            if text is None:
                continue
            if not _WHOLE.fullmatch(text):
                why = "is not a whole number"
            elif int(text) < 0:
                why = "is negative"
            elif int(text) > MOST:
                why = f"is more than {MOST:,}"
            else:
                continue
            yield Fault(FaultKind.NUMBER, row.line, name, text, why)
        for name, here, there in zip(
            self._employees, row.employees, row.establishments, strict=True
        ):
            if here is not None and there is None:
                why = "employees without an establishment"
                yield Fault(FaultKind.HALF, row.line, name, here, why)

    def twice(self, row: Texts, others: Sequence[int]) -> Iterable[Fault]:
        if others:
            cell = f"{row.commune} {row.naf}"
            lines = ", ".join(str(line) for line in others)
            why = f"stands on line {lines} as well: one cell has one row"
            yield Fault(FaultKind.TWICE, row.line, self._commune, cell, why)

    def figures(self, row: Texts) -> tuple[EmploymentRow, int]:
        """The row as figures; where there are establishments, no employees means none."""
        establishments = tuple(None if t is None else int(t) for t in row.establishments)
        employees = []
        unsaid = 0
        for count, text in zip(establishments, row.employees, strict=True):
            unsaid += count is not None and text is None
            employees.append(int(text) if text is not None else None if count is None else 0)
        return (
            EmploymentRow(
                line=row.line,
                commune=row.commune or "",
                naf=row.naf or "",
                establishments=establishments,
                employees=tuple(employees),
            ),
            unsaid,
        )
