"""Who wins: the lattice firms x territory, judged at the worst, central and best points.

``lattice.py`` is the table, ``territory.py`` the territory's level at the join, ``aid.py`` what
outside aid would cost, ``combination.py`` the verdict with its explanation.
"""
