"""The publisher's employment file, read as it is downloaded and refused where it is not right.

The Urssaf data set *Établissements employeurs et effectifs salariés du secteur privé, au niveau
commune x APE* (open.urssaf.fr, Licence Ouverte): a row for each commune and activity, a pair
of columns for each year. ``layout`` finds the columns, ``area`` says which rows are wanted,
``reading`` reads them with DuckDB, ``checking`` names what is wrong by line and column, and
``importing`` makes of the rest the data a territory is judged with.
"""
