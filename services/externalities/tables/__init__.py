"""Tables of a nation that an authority loads for its territory, from CSV files.

``input_output`` and ``skills`` make the tables of the contract of what ``csv_files`` has read,
``branches.csv`` says which divisions the branches of the French national accounts hold.
"""
