"""What commands print: the consoles, a verdict, the marks of an indicator."""
