"""How the system is put on machines: with containers, or as plain processes on this one."""
