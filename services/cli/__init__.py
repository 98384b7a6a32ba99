"""The ``winwinwin`` command: one file per group of commands, what they share beside them."""
