"""One database of a service, SQLite or PostgreSQL: one writer, group commit, migrations."""
