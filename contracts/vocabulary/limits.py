"""How large a proposal may be. Structural bounds of the contract, not parameters of the method.

Each bound protects a reader (a body that must fit in memory, a page that must stay legible) or
the game itself: 2**12 coalitions is what the firm-level method enumerates.
"""

from datetime import date

MAX_BODY_BYTES = 262_144
"""Largest request body of a proposal: ten times the largest example."""

MIN_FIRMS = 2
MAX_FIRMS = 40
"""Firms a proposal may list; from 13 on the firm level is computed in part or not at all, and the
verdict says so."""

MAX_PLAYERS = 12
"""Firms a game can hold: 4,095 coalitions are enumerated exactly."""

MAX_PAIR_PLAYERS = 30
"""Firms of a group held by pair synergies only: its cuts are searched instead of enumerated."""

MAX_SYNERGIES = 300
MAX_EXCLUDED_GROUPS = 40
MAX_PARTS = 40
MAX_SYNERGY_SIZE = 12
MAX_EVIDENCE = 40
MAX_IMAGE_COUNT = 1_000_000
MAX_SOURCES = 40
MAX_MARKET_SHARES = 100
MAX_RELATED = 40
"""Enterprises a firm is tied to: a group with more of them is no small firm."""

MAX_PAST_AID = 60
MAX_COUNTRIES = 250
"""The United Nations have 193 members."""

MAX_ACTIVITIES = 2_000
"""NAF rev. 2 has 732 sub-classes; the bound leaves room for a finer nomenclature."""

MAX_COMMUNES = 5_000
"""The largest area one would judge as one territory is a region; the largest has 4,400 communes."""

MAX_EMPLOYMENT_ROWS = 200_000
"""One commune and one activity a row: Rouen's area has 9,338, France 1.23 million."""

MAX_BRANCHES = 100
"""Branches of an input-output table: the nomenclature has 88 divisions."""

MAX_SKILL_PAIRS = 80_000
"""Pairs of a table of skill relatedness: all pairs of the 272 groups, both ways round."""

MAX_RELAYS = 1_000
"""Relays one directory may hold: a region's chambers, banks, schools and laboratories."""

MAX_INSTITUTIONS = 12
"""Relays that carry one project."""

MAX_FUNDED = 500
"""Twenty years of two sessions with a dozen projects each."""

MAX_EMPLOYMENT_YEARS = 40

MAX_COMPETENCES = 1_000
"""Entries of a directory of competences: it travels as one message, and is read by people."""

MAX_PHRASES = 12
"""Offers, or needs, of one entry."""

MAX_DIRECTORY_BYTES = 2_000_000
"""A directory as JSON: half of what a message may hold."""

MAX_AMOUNT = 1e12
"""Largest figure accepted anywhere (euros, tonnes, jobs): beyond it a unit was mistaken."""

FIRST_START = date(2025, 1, 1)
"""The carbon value path in force starts in 2025; an earlier start could not be judged with it."""

LAST_START = date(2075, 12, 31)
MAX_HORIZON_YEARS = 30
