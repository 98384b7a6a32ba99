"""Does the territory win? Five dimensions, each with its own room and its own parameters.

``assessment.py`` puts them together as far as they are known before the join.
"""
