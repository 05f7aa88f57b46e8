"""Keeping the search table true. Called inside the transaction that changes the record."""

from collections.abc import Iterable

from django.db import connection

from ryorin.workspace.search.rules import grams, row_number


def index(record_type: str, texts: Iterable[tuple[int, str]], *, fresh: bool = False) -> None:
    """This function will make the records (id, text) findable; `fresh` promises that none is there yet."""
    rows = [(row_number(record_type, pk), grams(text)) for pk, text in texts]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            if not fresh:
                cursor.executemany("DELETE FROM search_entry WHERE rowid = %s", [(number,) for number, _grams in rows])
            cursor.executemany("INSERT INTO search_entry (rowid, grams) VALUES (%s, %s)", rows)
        else:
            cursor.executemany(
                "INSERT INTO search_entry (rowid, grams) VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))"
                " ON CONFLICT (rowid) DO UPDATE SET grams = EXCLUDED.grams",
                rows,
            )


def forget(record_type: str, ids: Iterable[int]) -> None:
    """This function will take the records out of the search table."""
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM search_entry WHERE rowid = %s", [(row_number(record_type, pk),) for pk in ids])


def index_tokens(record_type: str, tokens: Iterable[tuple[int, str]]) -> None:
    """This function will make new records findable by tokens (`rules.grams`) that were worked out elsewhere."""
    rows = [(row_number(record_type, pk), grams) for pk, grams in tokens]
    statement = "INSERT INTO search_entry (rowid, grams) VALUES (%s, %s)"
    if connection.vendor != "sqlite":
        statement = "INSERT INTO search_entry (rowid, grams) VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))"
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
