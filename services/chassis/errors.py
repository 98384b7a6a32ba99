"""Three errors, each a decision: the type says what happens to the message or the request next.

And two that are for whoever called: by them the command line knows how to end.
"""


class Decision(Exception):
    """Base of the three decisions. The message says what was wrong, where, why, and what to do."""


class Retry(Decision):
    """Nothing is wrong with the message; something it needs is not there yet. Try again later."""


class Park(Decision):
    """This message can never be handled as it is. Keep its bytes and the reason, and go on."""


class Refuse(Decision):
    """The caller asked for something that is not allowed; tell the caller, change nothing."""


class BadSetting(Refuse):
    """A setting is missing, or names what cannot be: nothing was tried."""


class TakesTooLong(Exception):
    """A transaction of several events is not over in time: undo it, and take fewer at once."""


class StoreUnavailable(Retry):
    """The database could not take the write: full disk, lock held by another process, or gone."""


class LeftOpen(StoreUnavailable):
    """The database ended a transaction that did nothing for too long: for whoever calls it is as
    unavailable as ever; whoever computed meanwhile would only be ended again.
    """


class BusUnavailable(Retry):
    """The bus cannot take or give anything now; what is to be sent waits in the outbox."""


class BadData(Exception):
    """What was given cannot be used as it is; the message names every place to correct."""


class Unreachable(Exception):
    """No service answers at the address."""
