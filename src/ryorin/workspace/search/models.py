"""No Django models: the search table is an FTS5 table on SQLite and a tsvector table on PostgreSQL (see migrations)."""
