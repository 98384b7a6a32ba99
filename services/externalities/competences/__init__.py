"""The directory of competences: who offers and who needs what."""
