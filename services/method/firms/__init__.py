"""Do the firms win? The co-operative game of the declared synergies, and its solutions.

``game.py`` builds it, ``level.py`` places it on F0 to F3, ``judgement.py`` says it line by line,
``solutions.py`` holds the textbook notions under their names.
"""
