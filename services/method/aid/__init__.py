"""Checks on the aid asked for: *de minimis*, and the size of enterprises.

Each says whether what the applicant said speaks for or against; all are to be verified, none is a
decision, and none changes the verdict.
"""
