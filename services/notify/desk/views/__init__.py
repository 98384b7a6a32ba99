"""What each page shows, as values: from events and rows, before any HTML."""
