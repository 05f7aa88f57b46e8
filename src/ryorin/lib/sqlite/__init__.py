"""SQLite as the database of many threads and processes: named as ENGINE in the settings."""
