"""Pages of mailings for members."""
