"""How a record becomes a row of the search table: id and type in one number, its text as bigrams in plain letters."""

from ryorin.lib.japanese import bigrams, search_terms

TYPES = {"person": 0, "company": 1, "deal": 2, "campaign": 3, "product": 4, "quotation": 5, "proposal": 6}
NAMES = {code: name for name, code in TYPES.items()}
LONGEST = 200


def row_number(record_type: str, record_id: int) -> int:
    return record_id * 8 + TYPES[record_type]


def record_of(row_number: int) -> tuple[str, int]:
    return NAMES[row_number % 8], row_number // 8


def grams(text: str) -> str:
    """Return the tokens of `text` for the index, separated by spaces."""
    return " ".join(dict.fromkeys(bigrams(text)))


def query(text: str, *, vendor: str) -> str:
    """Return the full-text query that asks for every token of `text`; empty when there is nothing to look for."""
    terms = search_terms(text[:LONGEST].replace("\0", " "))
    if vendor == "sqlite":
        return " AND ".join('"' + term.replace('"', '""') + '"' for term in terms)
    return " & ".join("'" + term.replace("\\", "\\\\").replace("'", "''") + "'" for term in terms)
