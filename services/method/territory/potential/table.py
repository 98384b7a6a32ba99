"""The public file's rows as matrices: a row per commune, a column per activity."""

from dataclasses import dataclass

import numpy as np

from contracts.vocabulary.territory import EmploymentTable
from services.method.firms.coalitions import Array


@dataclass(frozen=True, slots=True)
class Matrices:
    """One year at one level: employees and establishments by commune and activity."""

    communes: tuple[str, ...]
    activities: tuple[str, ...]
    employees: Array
    establishments: Array


def matrices(table: EmploymentTable, year: int, characters: int) -> Matrices:
    """The year's figures, activities being the first ``characters`` of their code.

    Communes and activities are those of all years of the table, so that two years have the same
    rows and columns. Raises ``ValueError`` for a year that the table does not hold.
    """
    if year not in table.years:
        raise ValueError(
            f"the table holds {', '.join(map(str, table.years))} and not {year}: import the file "
            f"again with that year among the kept ones"
        )
    position = table.years.index(year)
    communes = tuple(sorted({row.commune for row in table.rows}))
    activities = tuple(sorted({row.naf[:characters] for row in table.rows}))
    place = {code: i for i, code in enumerate(communes)}
    column = {code: i for i, code in enumerate(activities)}
    employees = np.zeros((len(communes), len(activities)))
    establishments = np.zeros_like(employees)
    for row in table.rows:
        cell = place[row.commune], column[row.naf[:characters]]
        employees[cell] += row.employees[position] or 0
        establishments[cell] += row.establishments[position] or 0
    return Matrices(communes, activities, employees, establishments)
