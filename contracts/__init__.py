"""Words all services share: proposals, verdicts, events, topics.

Imports nothing from ``services``.
"""
