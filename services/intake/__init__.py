"""Intake owns the proposal: its revisions, its withdrawal, and its state as the partner sees it."""
