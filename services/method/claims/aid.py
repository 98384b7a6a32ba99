"""What is said of the aid asked for, what it would take, and the size of enterprises (``aid/``).

Past aid, accounts and ties of a firm are its own, also who granted or owns what: those claims are
left out, words and all, for whoever may not see them.
"""

from services.method.claims.meaning import ESTIMATE, NUMBER, Meaning, Visibility, claim

CLAIMS: dict[str, Meaning] = {
    # It may be a firm's threshold and a euro, which gives its result away.
    "aid.needed": claim(
        "Outside aid after which every firm wins", NUMBER, "EUR/year", whose=Visibility.FIRM
    ),
    "aid.present_value": claim(
        "Its present value over the horizon", NUMBER, "EUR and its year", whose=Visibility.FIRM
    ),
    # A single number when net jobs may be none.
    "aid.per_net_job": claim(
        "The same per net job",
        "estimate or number",
        "EUR and its year per net job",
        whose=Visibility.FIRM,
    ),
    "aid.requested": claim("Aid requested", NUMBER, "EUR and its year"),
    "aid.requested_per_net_job": claim(
        "Aid requested per net job", "estimate or number", "EUR and its year per net job"
    ),
    "aid.no_net_job": claim("No net job to divide it by"),
    # The central cost per net job; the value is the range of past schemes.
    "aid.below_reference": claim("Below what past schemes cost", ESTIMATE, "EUR per net job"),
    "aid.within_reference": claim("Within what past schemes cost", ESTIMATE, "EUR per net job"),
    "aid.above_reference": claim("Above what past schemes cost", ESTIMATE, "EUR per net job"),
    "check.basis_unsaid": claim("The legal basis of the aid", "state", "check"),
    "check.in_force": claim(
        "The de minimis regulation applies on the day of the grant", "state", "check"
    ),
    "check.de_minimis": claim(
        "The aid keeps %(about)s within the de minimis ceiling",
        "state",
        "check",
        about="identifiers of the firms",
    ),
    "check.export_use": claim(
        "The aid pays neither for exported quantities nor for a distribution network nor for "
        "other current costs of exporting",
        "state",
        "check",
    ),
    "check.primary_production": claim(
        "The aid is not for primary agricultural production, fisheries or aquaculture",
        "state",
        "check",
    ),
    "check.tied_to_products": claim(
        "The aid neither follows the price or quantity of products of primary producers nor "
        "is passed on to them",
        "state",
        "check",
    ),
    "check.domestic_goods": claim(
        "The aid does not depend on using domestic goods instead of imported ones", "state", "check"
    ),
    "aid.checks": claim("Checks on the aid: each to be verified, none a decision"),
    "aid.basis": claim("The aid rests on %(about)s", about="basis"),
    "aid.planned_on": claim("Day of the grant, as said: %(first)s", about="day (ISO 8601)"),
    "aid.today": claim(
        "The day of the grant was not said; that of the judgement stands for it: %(first)s",
        about="day (ISO 8601)",
    ),
    # The fullest window that would hold the new aid; the day on which it ends.
    "aid.past_total": claim(
        "De minimis aid received in the three years that end on %(first)s",
        NUMBER,
        "EUR",
        about="day (ISO 8601)",
        whose=Visibility.WHOLE,
    ),
    "aid.received": claim(
        "Granted on %(first)s by %(third)s, counts until the eve of %(second)s",
        NUMBER,
        "EUR",
        about="day of the grant, day from which it no longer counts, granting body, regulation",
        whose=Visibility.WHOLE,
    ),
    "aid.past_total_later": claim(
        "Of that past aid, still counts from %(first)s on",
        NUMBER,
        "EUR",
        about="day (ISO 8601)",
        whose=Visibility.WHOLE,
    ),
    "aid.asked_part": claim(
        "What would be added by the aid asked for", ESTIMATE, "EUR", whose=Visibility.WHOLE
    ),
    "aid.parts_unsaid": claim("How the aid is divided among the firms was not said"),
    "aid.room": claim(
        "Left below the ceiling before the aid asked for", NUMBER, "EUR", whose=Visibility.WHOLE
    ),
    "aid.fits_from": claim(
        "The aid asked for would fit from %(first)s on",
        about="day (ISO 8601)",
        whose=Visibility.WHOLE,
    ),
    "aid.never_fits": claim("The aid asked for could alone exceed the ceiling"),
    "aid.services_counted": claim(
        "Some of the past aid was for services of general economic interest, which have a "
        "ceiling of their own; it is counted here all the same",
        whose=Visibility.WHOLE,
    ),
    "aid.past_unsaid": claim("De minimis aid of the last three years was not said"),
    "aid.ties_unsaid": claim("Linked enterprises were not said; aid to them counts as well"),
    "aid.use": claim("The aid pays for %(about)s", about="purpose"),
    "aid.use_amount": claim("The aid pays for %(about)s", NUMBER, "EUR", about="purpose"),
    "aid.activity": claim(
        "Activity of %(first)s: %(second)s", about="identifier of the firm, NAF code"
    ),
    "question.aid_use": claim(
        "What does the aid pay for? Aid for exported quantities, for setting up or running a "
        "distribution network or for other current costs of exporting cannot be de minimis "
        "aid; fairs, studies and advice to enter a market normally can"
    ),
    "question.aid_pay": claim(
        "What does the shared pay cover? The current work of exporting cannot be paid by de "
        "minimis aid; preparing the entry into a market normally can"
    ),
    "check.size": claim(
        "%(first)s, by headcount, turnover and balance sheet",
        "size",
        "size",
        about="identifier of the firm",
    ),
    "check.size_between": claim(
        "%(first)s, by headcount, turnover and balance sheet: between a %(second)s and a %(third)s",
        about="identifier of the firm, smallest, largest",
    ),
    # Each with what is counted of others.
    "size.staff": claim("Headcount counted", NUMBER, "annual work units", whose=Visibility.WHOLE),
    "size.turnover": claim("Turnover counted", NUMBER, "EUR", whose=Visibility.WHOLE),
    "size.balance_sheet": claim(
        "Balance-sheet total counted", NUMBER, "EUR", whose=Visibility.WHOLE
    ),
    "size.counted": claim(
        "%(first)s (%(second)s), counted for",
        NUMBER,
        "share",
        about="its name, tie",
        whose=Visibility.WHOLE,
    ),
    "size.ties_unsaid": claim("Partner and linked enterprises were not said"),
    "size.year_before": claim("By the accounts of the year before", "size", "size"),
    "size.year_before_between": claim(
        "By the accounts of the year before: between a %(first)s and a %(second)s",
        about="smallest, largest",
    ),
    "size.two_years": claim("The category changes only after two years running beyond a limit"),
}
