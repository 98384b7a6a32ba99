"""Externalities owns the territories and says how a project changes one: does the territory win?"""
