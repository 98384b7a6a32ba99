"""What only this repository needs: files drawn from code."""
