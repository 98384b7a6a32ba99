"""The machinery every service stands on. Knows no domain and imports no service.

Read in this order: ``errors`` (what a failure asks for), ``database.tables`` and
``database.store`` (one database, one writer), ``messaging.transaction`` (effects and events in one
commit), ``messaging.bus`` (what a bus is), ``messaging.outbox_relay`` (outbox to bus),
``messaging.consumer`` (bus to reactions), ``service`` (the parts put together). ``web`` is what
every HTTP interface shares, ``ops`` what whoever runs a service sees and sets.
"""
