"""What the method says about the aid asked for (``aid/``) and the glocalisation index."""

from services.method.meanings import Meaning, claim

_ESTIMATE, _NUMBER = "estimate", "number"
_FIRMS = "identifiers of the firms"
_DAY = "day (ISO 8601)"

CHECKS: dict[str, Meaning] = {
    f"check.{name}": claim(says, "state", "check", about)
    for name, says, about in (
        ("basis_unsaid", "The legal basis of the aid was not said.", ""),
        ("in_force", "The de minimis regulation applies on the day of the grant.", ""),
        ("de_minimis", "A single undertaking stays within the de minimis ceiling.", _FIRMS),
        ("export_use", "The aid pays for no current costs of exporting.", ""),
        ("primary_production", "The aid is not for primary production.", ""),
        ("tied_to_products", "The aid does not follow the products of primary producers.", ""),
        ("domestic_goods", "The aid does not favour domestic goods.", ""),
    )
}

AID: dict[str, Meaning] = {
    "aid.checks": claim("Checks on the aid: each to be verified, none a decision."),
    "aid.basis": claim("Legal basis of the aid, as said.", about="basis"),
    "aid.planned_on": claim("Day on which the aid would be granted, as said.", about=_DAY),
    "aid.today": claim("No day was said: the day of the judgement stands for it.", about=_DAY),
    "aid.past_total": claim(
        "De minimis aid received in the fullest window that would hold the new one; the day on "
        "which the window ends.",
        _NUMBER,
        "EUR",
        _DAY,
    ),
    "aid.received": claim(
        "One de minimis aid inside the window.",
        _NUMBER,
        "EUR",
        "day of the grant, day from which it no longer counts, granting body, regulation",
    ),
    "aid.past_total_later": claim(
        "What is left of it in the window that ends on this later day.", _NUMBER, "EUR", _DAY
    ),
    "aid.asked_part": claim("What the undertaking would receive.", _ESTIMATE, "EUR"),
    "aid.parts_unsaid": claim("How the aid is divided among the firms was not said."),
    "aid.room": claim("What is left of the ceiling.", _NUMBER, "EUR"),
    "aid.fits_from": claim("First day on which the aid would fit.", about=_DAY),
    "aid.never_fits": claim("The aid alone is more than the ceiling."),
    "aid.services_counted": claim(
        "Some of it was for services of general economic interest, which have a ceiling of their "
        "own: counted here all the same."
    ),
    "aid.past_unsaid": claim("Past de minimis aid was not said."),
    "aid.ties_unsaid": claim("Linked enterprises were not said; theirs would count."),
    "aid.use": claim("One thing the aid pays for.", about="purpose"),
    "aid.use_amount": claim("The same, with its part of it.", _NUMBER, "EUR", "purpose"),
    "aid.activity": claim("Activity of a firm.", about="identifier of the firm, NAF code"),
    "question.aid_use": claim("What does the aid pay for, of the costs of exporting?"),
    "question.aid_pay": claim("What does the pay cover, of the costs of exporting?"),
}

SIZE: dict[str, Meaning] = {
    "check.size": claim("Category of an enterprise.", "size", "size", "identifier of the firm"),
    "check.size_between": claim(
        "Category of an enterprise, which some unsaid figure leaves open.",
        about="identifier of the firm, smallest, largest",
    ),
    "size.staff": claim("Headcount with what is counted of others.", _NUMBER, "annual work units"),
    "size.turnover": claim("Turnover with what is counted of others.", _NUMBER, "EUR"),
    "size.balance_sheet": claim("Balance-sheet total, the same.", _NUMBER, "EUR"),
    "size.counted": claim(
        "How much of another enterprise is counted.", _NUMBER, "share", "its name, tie"
    ),
    "size.ties_unsaid": claim("Partner and linked enterprises were not said."),
    "size.year_before": claim("Category by the accounts of the year before.", "size", "size"),
    "size.year_before_between": claim("The same, left open.", about="smallest, largest"),
    "size.two_years": claim("A category changes after two years running beyond a limit."),
}

_OF_ONE = "of 1"
GLOCALISATION: dict[str, Meaning] = {
    "glocalisation.index": claim("The smaller of reach and embedding.", _ESTIMATE, _OF_ONE),
    "glocalisation.unknown": claim("The index is not known: of one side nothing was said."),
    "glocalisation.reach": claim("Global reach: mean of its answers.", _ESTIMATE, _OF_ONE),
    "glocalisation.reach_unknown": claim("Nothing was said of global reach."),
    "glocalisation.embedding": claim("Local embedding: mean of its answers.", _ESTIMATE, _OF_ONE),
    "glocalisation.embedding_unknown": claim("Nothing was said of local embedding."),
}
for _name, _says, _about in (
    ("abroad", "Share of turnover or customers outside the country.", ""),
    ("countries", "Number of countries, from 0, none, towards 1.", "number of countries"),
    ("links", "Whether there is a link to a network in another country.", "networks"),
    ("partners", "Share of the partners inside the territory.", ""),
    ("suppliers", "Share of suppliers inside the territory.", ""),
    ("jobs", "Share of jobs inside the territory.", ""),
    ("relays", "Whether relays of the territory take part.", "names of relays"),
    ("before", "Whether the partners have worked together before.", ""),
):
    GLOCALISATION[f"glocalisation.{_name}"] = claim(_says, _ESTIMATE, _OF_ONE, _about)
    GLOCALISATION[f"glocalisation.{_name}.unknown"] = claim(
        f"Not said. {_says}", _ESTIMATE, _OF_ONE
    )

for _name, _says in (
    ("links_none", "There is no link to a network in another country."),
    ("relays_none", "No relay of the territory takes part."),
):
    GLOCALISATION[f"glocalisation.{_name}"] = claim(_says, _ESTIMATE, _OF_ONE)

AID_AND_GLOCALISATION = CHECKS | AID | SIZE | GLOCALISATION
