"""Scoring judges whether every firm wins, joins the territory's half, and issues the verdict."""
