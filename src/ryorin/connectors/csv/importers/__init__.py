"""One importer for each record type: what its files may hold, how a line is made ready, how lines are written."""
