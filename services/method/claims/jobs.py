"""What is said of jobs (``territory/jobs.py``): one claim for each step of the chain."""

from services.method.claims.meaning import ESTIMATE, NUMBER, Meaning, claim, veto, warning
from services.method.territory import jobs
from services.method.territory.input_output import LOCAL_SHARE

CLAIMS: dict[str, Meaning] = {
    "veto.net_jobs_negative": veto(
        "The territory would lose more jobs than it gains.",
        rule=(
            "Source: the rule of the method itself (the territory must win, Torrès), on the "
            "figures of the jobs chain"
        ),
    ),
    # Type I: jobs at suppliers.
    "jobs.multiplier.table": claim(
        "Follow at suppliers here (input-output table)", ESTIMATE, "factor"
    ),
    # Jobs in the nation of the table.
    "jobs.multiplier.branch": claim(
        "For one job of %(first)s, branch %(second)s of the table, in all (%(third)s, %(fourth)s)",
        NUMBER,
        "factor",
        about="activity, branch, source, year",
    ),
    "jobs.multiplier.set_aside": claim(
        "The applicant's own multiplier, set aside: never two multipliers", ESTIMATE, "factor"
    ),
    # Or none was said.
    "jobs.multiplier.table_lacks": claim(
        "The input-output table has no multiplier for this project's activities: %(about)s",
        about="NAF codes",
    ),
    "jobs.net": claim("Net jobs", ESTIMATE, "FTE"),
    "jobs.gross.said": claim("Jobs announced", ESTIMATE, "FTE"),
    "jobs.gross.missing": claim("The number of jobs created was not said"),
    "jobs.multiplier.said": claim("Follow elsewhere locally", ESTIMATE, "factor"),
    "jobs.multiplier.unknown": claim("Follow elsewhere locally (not said)", ESTIMATE, "factor"),
    # Not a tradable activity.
    "jobs.multiplier.none": claim("Follow elsewhere: none, sells locally", ESTIMATE, "factor"),
    "jobs.destroyed.said": claim("Destroyed", ESTIMATE, "FTE"),
    # A share of gross jobs.
    "jobs.destroyed.unknown": claim("Destroyed (not said)", ESTIMATE, "share"),
    "jobs.reference.said": claim("Without the project", ESTIMATE, "FTE"),
    "jobs.full_time.said": claim("Full-time equivalents of one job", ESTIMATE, "factor"),
    "jobs.permanent.said": claim("Of the announced jobs, permanent", ESTIMATE, "share"),
    "jobs.survival.supported": claim(
        "Supported firms that live on after %(first)s years (%(second)s)",
        ESTIMATE,
        "share",
        about="years, source",
    ),
    "jobs.survival.reference": claim(
        "Firms that would live on anyway after %(first)s years (%(second)s)",
        ESTIMATE,
        "share",
        about="years, source",
    ),
    "jobs.remaining": claim("Remaining", ESTIMATE, "FTE"),
    "jobs.deadweight.said": claim("Would have come anyway", ESTIMATE, "share"),
    "jobs.deadweight.unknown": claim("Would have come anyway (not said)", ESTIMATE, "share"),
    "jobs.leakage.said": claim("Go outside the territory", ESTIMATE, "share"),
    "jobs.leakage.unknown": claim("Go outside the territory (not said)", ESTIMATE, "share"),
    "jobs.displacement.said": claim("Taken from other local firms", ESTIMATE, "share"),
    "jobs.displacement.unknown": claim("Taken from other firms (not said)", ESTIMATE, "share"),
    "jobs.substitution.said": claim("Replace others in the firm", ESTIMATE, "share"),
    "jobs.substitution.unknown": claim("Replace others in the firm (not said)", ESTIMATE, "share"),
    "jobs.interval_contains_zero": warning(
        "Net jobs could be zero or less: the territory might not gain a single job.",
        rule="Source: the figures of the jobs chain",
    ),
    "jobs.local_multiplier_not_tradable": warning(
        "Further local jobs are claimed although the activity does not sell outside the "
        "territory: customers would mostly move from other local firms.",
        rests_on=(jobs.LOCAL_MULTIPLIER,),
    ),
    "jobs.multiplier_set_aside": warning(
        "The applicant's multiplier was set aside: the territory's input-output table gives "
        "one, and the two are never used together.",
        rests_on=(LOCAL_SHARE,),
    ),
    "tie.jobs": warning(
        "Net jobs equal a threshold exactly: a tie, counted at the lower level.",
        rests_on=jobs.LEVEL_PARAMETERS,
    ),
}
