"""The words about the aid asked for, the size of enterprises, and the glocalisation index.

A part of ``phrases.py``. Past aid, accounts and ties of a firm are its own, also who granted or
owns what: those claims are left out, words and all, for whoever may not see them.
"""

from services.notify.desk.visibility import Visibility
from services.notify.desk.wording.language import mark
from services.notify.desk.wording.words import Phrase

_WHOLE = Visibility.WHOLE

AID = {
    "aid.checks": Phrase(mark("Checks on the aid: each to be verified, none a decision")),
    "aid.basis": Phrase(mark("The aid rests on %(about)s")),
    "check.basis_unsaid": Phrase(mark("The legal basis of the aid")),
    "check.in_force": Phrase(mark("The de minimis regulation applies on the day of the grant")),
    "check.de_minimis": Phrase(mark("The aid keeps %(about)s within the de minimis ceiling")),
    "check.export_use": Phrase(
        mark(
            "The aid pays neither for exported quantities nor for a distribution network nor for "
            "other current costs of exporting"
        )
    ),
    "check.primary_production": Phrase(
        mark("The aid is not for primary agricultural production, fisheries or aquaculture")
    ),
    "check.tied_to_products": Phrase(
        mark(
            "The aid neither follows the price or quantity of products of primary producers nor is "
            "passed on to them"
        )
    ),
    "check.domestic_goods": Phrase(
        mark("The aid does not depend on using domestic goods instead of imported ones")
    ),
    "aid.planned_on": Phrase(mark("Day of the grant, as said: %(first)s")),
    "aid.today": Phrase(
        mark("The day of the grant was not said; that of the judgement stands for it: %(first)s")
    ),
    "aid.past_total": Phrase(
        mark("De minimis aid received in the three years that end on %(first)s"), _WHOLE
    ),
    "aid.received": Phrase(
        mark("Granted on %(first)s by %(third)s, counts until the eve of %(second)s"), _WHOLE
    ),
    "aid.past_total_later": Phrase(
        mark("Of that past aid, still counts from %(first)s on"), _WHOLE
    ),
    "aid.asked_part": Phrase(mark("What would be added by the aid asked for"), _WHOLE),
    "aid.parts_unsaid": Phrase(mark("How the aid is divided among the firms was not said")),
    "aid.room": Phrase(mark("Left below the ceiling before the aid asked for"), _WHOLE),
    "aid.fits_from": Phrase(mark("The aid asked for would fit from %(first)s on"), _WHOLE),
    "aid.never_fits": Phrase(mark("The aid asked for could alone exceed the ceiling")),
    "aid.services_counted": Phrase(
        mark(
            "Some of the past aid was for services of general economic interest, which have a "
            "ceiling of their own; it is counted here all the same"
        ),
        _WHOLE,
    ),
    "aid.past_unsaid": Phrase(mark("De minimis aid of the last three years was not said")),
    "aid.ties_unsaid": Phrase(mark("Linked enterprises were not said; aid to them counts as well")),
    "aid.use": Phrase(mark("The aid pays for %(about)s")),
    "aid.use_amount": Phrase(mark("The aid pays for %(about)s")),
    "aid.activity": Phrase(mark("Activity of %(first)s: %(second)s")),
    "question.aid_use": Phrase(
        mark(
            "What does the aid pay for? Aid for exported quantities, for setting up or running a "
            "distribution network or for other current costs of exporting cannot be de minimis "
            "aid; fairs, studies and advice to enter a market normally can"
        )
    ),
    "question.aid_pay": Phrase(
        mark(
            "What does the shared pay cover? The current work of exporting cannot be paid by de "
            "minimis aid; preparing the entry into a market normally can"
        )
    ),
    "check.size": Phrase(mark("%(first)s, by headcount, turnover and balance sheet")),
    "check.size_between": Phrase(
        mark(
            "%(first)s, by headcount, turnover and balance sheet: between a %(second)s and a "
            "%(third)s"
        )
    ),
    "size.staff": Phrase(mark("Headcount counted"), _WHOLE),
    "size.turnover": Phrase(mark("Turnover counted"), _WHOLE),
    "size.balance_sheet": Phrase(mark("Balance-sheet total counted"), _WHOLE),
    "size.counted": Phrase(mark("%(first)s (%(second)s), counted for"), _WHOLE),
    "size.ties_unsaid": Phrase(mark("Partner and linked enterprises were not said")),
    "size.year_before": Phrase(mark("By the accounts of the year before")),
    "size.year_before_between": Phrase(
        mark("By the accounts of the year before: between a %(first)s and a %(second)s")
    ),
    "size.two_years": Phrase(
        mark("The category changes only after two years running beyond a limit")
    ),
}

GLOCALISATION = {
    "glocalisation.index": Phrase(
        mark("Glocalisation index, the smaller of global reach and local embedding (0 to 1)")
    ),
    "glocalisation.unknown": Phrase(
        mark("The glocalisation index is not known: of one side nothing was said")
    ),
    "glocalisation.reach": Phrase(mark("Global reach (0 to 1)")),
    "glocalisation.reach_unknown": Phrase(mark("Nothing was said of global reach")),
    "glocalisation.embedding": Phrase(mark("Local embedding (0 to 1)")),
    "glocalisation.embedding_unknown": Phrase(mark("Nothing was said of local embedding")),
    "glocalisation.abroad": Phrase(
        mark("Share of turnover or customers outside the country"), Visibility.GROUP
    ),
    "glocalisation.abroad.unknown": Phrase(
        mark("Share of turnover or customers outside the country, not said")
    ),
    "glocalisation.countries": Phrase(mark("Countries reached (%(first)s), on the scale")),
    "glocalisation.countries.unknown": Phrase(mark("Countries reached, not said")),
    "glocalisation.links": Phrase(mark("Links to networks in other countries (%(about)s)")),
    "glocalisation.links_none": Phrase(mark("No link to a network in another country")),
    "glocalisation.links.unknown": Phrase(mark("Links to networks in other countries, not said")),
    "glocalisation.partners": Phrase(mark("Share of the partners inside the territory")),
    "glocalisation.partners.unknown": Phrase(
        mark("Share of the partners inside the territory, not said")
    ),
    "glocalisation.suppliers": Phrase(mark("Share of suppliers inside the territory")),
    "glocalisation.suppliers.unknown": Phrase(
        mark("Share of suppliers inside the territory, not said")
    ),
    "glocalisation.jobs": Phrase(mark("Share of jobs inside the territory")),
    "glocalisation.jobs.unknown": Phrase(mark("Share of jobs inside the territory, not said")),
    "glocalisation.relays": Phrase(mark("Relays of the territory that take part (%(about)s)")),
    "glocalisation.relays_none": Phrase(mark("No relay of the territory takes part")),
    "glocalisation.relays.unknown": Phrase(
        mark("Relays of the territory that take part, not said")
    ),
    "glocalisation.before": Phrase(mark("Whether the partners have worked together before")),
    "glocalisation.before.unknown": Phrase(
        mark("Whether the partners have worked together before, not said")
    ),
}
