"""Who sits on the committee and what they were shown: accounts, sessions, the journal."""
