"""How fast and how large: each row of the table is work done on made-up data, beside a named reference run."""
