"""Tables of a nation that an authority loads for its territory, from CSV files.

``cells`` reads rows and names faults by line and column, ``input_output`` and ``skills`` make the
tables of the contract, ``branches.csv`` says which divisions the branches of the French national
accounts hold.
"""
