"""The real parts on this machine, without containers: for tests, trials and measurements."""
