"""How notices leave: each channel hands over what is due and marks what it handed over."""
