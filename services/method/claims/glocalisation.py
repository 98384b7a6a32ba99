"""What is said of the glocalisation index (``territory/glocalisation.py``)."""

from services.method.claims.meaning import ESTIMATE, Meaning, Visibility, claim

CLAIMS: dict[str, Meaning] = {
    "glocalisation.index": claim(
        "Glocalisation index, the smaller of global reach and local embedding (0 to 1)",
        ESTIMATE,
        "of 1",
    ),
    "glocalisation.unknown": claim(
        "The glocalisation index is not known: of one side nothing was said"
    ),
    # The mean of its answers, as is embedding.
    "glocalisation.reach": claim("Global reach (0 to 1)", ESTIMATE, "of 1"),
    "glocalisation.reach_unknown": claim("Nothing was said of global reach"),
    "glocalisation.embedding": claim("Local embedding (0 to 1)", ESTIMATE, "of 1"),
    "glocalisation.embedding_unknown": claim("Nothing was said of local embedding"),
    "glocalisation.abroad": claim(
        "Share of turnover or customers outside the country",
        ESTIMATE,
        "of 1",
        whose=Visibility.GROUP,
    ),
    "glocalisation.abroad.unknown": claim(
        "Share of turnover or customers outside the country, not said", ESTIMATE, "of 1"
    ),
    # From 0, none, towards 1.
    "glocalisation.countries": claim(
        "Countries reached (%(first)s), on the scale", ESTIMATE, "of 1", about="number of countries"
    ),
    "glocalisation.countries.unknown": claim("Countries reached, not said", ESTIMATE, "of 1"),
    "glocalisation.links": claim(
        "Links to networks in other countries (%(about)s)", ESTIMATE, "of 1", about="networks"
    ),
    "glocalisation.links.unknown": claim(
        "Links to networks in other countries, not said", ESTIMATE, "of 1"
    ),
    "glocalisation.partners": claim("Share of the partners inside the territory", ESTIMATE, "of 1"),
    "glocalisation.partners.unknown": claim(
        "Share of the partners inside the territory, not said", ESTIMATE, "of 1"
    ),
    "glocalisation.suppliers": claim("Share of suppliers inside the territory", ESTIMATE, "of 1"),
    "glocalisation.suppliers.unknown": claim(
        "Share of suppliers inside the territory, not said", ESTIMATE, "of 1"
    ),
    "glocalisation.jobs": claim("Share of jobs inside the territory", ESTIMATE, "of 1"),
    "glocalisation.jobs.unknown": claim(
        "Share of jobs inside the territory, not said", ESTIMATE, "of 1"
    ),
    "glocalisation.relays": claim(
        "Relays of the territory that take part (%(about)s)",
        ESTIMATE,
        "of 1",
        about="names of relays",
    ),
    "glocalisation.relays.unknown": claim(
        "Relays of the territory that take part, not said", ESTIMATE, "of 1"
    ),
    "glocalisation.before": claim(
        "Whether the partners have worked together before", ESTIMATE, "of 1"
    ),
    "glocalisation.before.unknown": claim(
        "Whether the partners have worked together before, not said", ESTIMATE, "of 1"
    ),
    "glocalisation.links_none": claim("No link to a network in another country", ESTIMATE, "of 1"),
    "glocalisation.relays_none": claim("No relay of the territory takes part", ESTIMATE, "of 1"),
}
