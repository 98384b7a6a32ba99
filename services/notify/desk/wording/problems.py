"""Pages that say what cannot be shown, why, and what the reader can do."""

from dataclasses import dataclass

from services.notify.desk.wording.language import Speech


@dataclass(frozen=True, slots=True)
class PageProblem:
    """Why a page cannot be shown, and what the reader can do."""

    status: int
    title: str
    why: str
    remedy: str


def not_found(voice: Speech) -> PageProblem:
    """Also the answer for a verdict of another territory: nobody learns that it exists."""
    return PageProblem(
        404,
        voice.say("This page does not exist"),
        voice.say("There is no such page, or it concerns a territory that is not yours."),
        voice.say("Check the address, or look for the project in the list."),
    )


def not_judged(title: str, told: str, voice: Speech) -> PageProblem:
    """The page of a file without verdict, because judging it failed."""
    return PageProblem(
        200,
        title,
        told,
        voice.say("Nothing can be decided on this project yet. The verdict will stand here."),
    )


def no_milieu(instead: str, voice: Speech) -> PageProblem:
    """``instead`` says whom to ask while no relay is known."""
    return PageProblem(
        404,
        voice.say("Nothing is known of this territory's milieu yet"),
        voice.say("Neither a directory of relays nor a survey is loaded.") + " " + instead,
        voice.say("The authority loads them with winwinwin territory load-relays and load-survey."),
    )


def refused(voice: Speech) -> PageProblem:
    """A form that another site, or no page at all, tried to send in somebody's name."""
    return PageProblem(
        403,
        voice.say("You have no right to do this from there"),
        voice.say("The request did not come from a page of this desk, so nothing was done."),
        voice.say("Open the desk in your browser and try again from its own page."),
    )


def bad_address(voice: Speech) -> PageProblem:
    """A list's address that was cut or changed."""
    return PageProblem(
        400,
        voice.say("This address cannot be read"),
        voice.say("The filter, the order or the page in the address is not one the list knows."),
        voice.say("Start again from the first page of the list."),
    )


def too_large(voice: Speech) -> PageProblem:
    return PageProblem(
        413,
        voice.say("This form is too large"),
        voice.say("An address and a password take a few hundred letters at most."),
        voice.say("Go back and fill in the form again."),
    )


def unavailable(reference: str, voice: Speech) -> PageProblem:
    """The database cannot be used now; why is in the log under the reference."""
    return PageProblem(
        503,
        voice.say("The desk cannot answer just now"),
        voice.say("Its database is not available. Nothing was lost."),
        voice.say(
            "Try again in a moment; if it lasts, give the person who operates the service this "
            "reference: %(reference)s.",
            reference=reference,
        ),
    )
