"""The machinery every service stands on. Knows no domain and imports no service.

Read in this order: ``errors`` (what a failure asks for), ``tables`` and ``store`` (one database,
one writer), ``transaction`` (effects and events in one commit), ``bus`` (what a bus is),
``relay`` (outbox to bus), ``consumer`` (bus to reactions), ``service`` (the parts put together).
"""
