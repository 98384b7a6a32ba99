"""How services become processes: all in one, or one alone, and the registry of them."""
