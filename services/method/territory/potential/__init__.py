"""Which activities a place may open or deepen, and how much that indicator has earned here.

``table`` makes matrices of the public file's rows; ``panel`` the candidates of one year and what
became of them; ``terms`` what is known of a candidate in the first year; ``logistic`` fits,
``curves`` marks; ``past`` holds years by fifths, ``backtest`` asks the territory's own past, and
``knowledge`` is what one project is answered from.
"""
