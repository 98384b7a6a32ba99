"""The publisher's employment file, read as it is downloaded and refused where it is not right.

The Urssaf data set *Établissements employeurs et effectifs salariés du secteur privé, au niveau
commune x APE* (open.urssaf.fr, Licence Ouverte): a row for each commune and activity, a pair
of columns for each year. ``layout`` finds the columns, ``area`` says which rows are wanted,
``duckdb_import`` reads them, ``checking`` finds what is wrong and ``faults`` names it by line and
column, ``nation`` is the whole file as a map, and ``importing`` makes of the rest the data a
territory is judged with.
"""
