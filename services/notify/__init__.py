"""What people see and what they are told: the desk, and the delivery of verdicts."""
