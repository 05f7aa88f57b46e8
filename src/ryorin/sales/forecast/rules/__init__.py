"""How much will be won: decisions about forecasts without a database."""
