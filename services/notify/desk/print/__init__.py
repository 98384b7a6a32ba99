"""Pages as PDF, by typst."""
