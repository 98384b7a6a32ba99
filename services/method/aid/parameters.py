"""The day's values of the rules about aid."""

from dataclasses import dataclass

from contracts.vocabulary.parameters import ParameterSheet

CEILING = "de_minimis.ceiling"
WINDOW = "de_minimis.window"
LAST_YEAR = "de_minimis.last_year"
PRIMARY = "de_minimis.primary_divisions"
PROCESSING = "de_minimis.processing_divisions"
STAFF = "sme.staff"
TURNOVER = "sme.turnover"
BALANCE_SHEET = "sme.balance_sheet"
PARTNER_SHARE = "sme.partner_share"
LINKED_SHARE = "sme.linked_share"


@dataclass(frozen=True, slots=True)
class AidParameters:
    """``staff``, ``turnover`` and ``balance_sheet`` hold the limits of a micro, a small and a
    medium-sized enterprise, in that order.
    """

    ceiling: float
    window: int
    last_year: int
    primary: frozenset[int]
    processing: frozenset[int]
    staff: tuple[float, ...]
    turnover: tuple[float, ...]
    balance_sheet: tuple[float, ...]
    partner_share: float
    linked_share: float
    decimals: int
    staff_decimals: int
    share_decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "AidParameters":
        return cls(
            ceiling=sheet.number(CEILING),
            window=int(sheet.number(WINDOW)),
            last_year=int(sheet.number(LAST_YEAR)),
            primary=frozenset(map(int, sheet.numbers(PRIMARY))),
            processing=frozenset(map(int, sheet.numbers(PROCESSING))),
            staff=sheet.numbers(STAFF),
            turnover=sheet.numbers(TURNOVER),
            balance_sheet=sheet.numbers(BALANCE_SHEET),
            partner_share=sheet.number(PARTNER_SHARE),
            linked_share=sheet.number(LINKED_SHARE),
            decimals=int(sheet.number("rounding.euros")),
            staff_decimals=int(sheet.number("rounding.jobs")),
            share_decimals=int(sheet.number("rounding.shares")),
        )
