"""What a sheet may ask, which questions follow from which answers, and what counts as an answer. No database."""
