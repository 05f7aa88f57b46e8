"""Finding records by what people type: two Japanese letters are enough."""

from django.db import connection

from ryorin.workspace.search.rules import TYPES, query, record_of


def find(text: str, *, record_types: tuple[str, ...] = tuple(TYPES), limit: int = 50) -> list[tuple[str, int]]:
    """Return (record type, id) of records that hold every bigram of `text`, newest record first, at most `limit`."""
    wanted = query(text, vendor=connection.vendor)
    if not wanted:
        return []
    codes = [TYPES[name] for name in record_types]
    condition = "" if len(codes) == len(TYPES) else f" AND rowid %% 8 IN ({','.join(map(str, codes))})"
    match = "search_entry MATCH %s" if connection.vendor == "sqlite" else "grams @@ %s::tsquery"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM search_entry WHERE {match}{condition} ORDER BY rowid DESC LIMIT %s", [wanted, limit]
        )
        return [record_of(number) for (number,) in cursor.fetchall()]


def find_ids(text: str, record_type: str, *, limit: int = 2000) -> list[int]:
    """Return the ids of the records of one type that match, newest first."""
    return [pk for _type, pk in find(text, record_types=(record_type,), limit=limit)]


def find_each(text: str, *, limit: int) -> dict[str, list[int]]:
    """Return the ids that match by record type, newest first, at most `limit` of each.

    All types are looked for together; only those that were crowded out by others are asked for again.
    """
    found: dict[str, list[int]] = {}
    asked = tuple(TYPES)
    while asked:
        hits = find(text, record_types=asked, limit=limit * len(asked))
        for name in asked:
            found[name] = [pk for each, pk in hits if each == name][:limit]
        is_all = len(hits) < limit * len(asked)
        asked = () if is_all else tuple(name for name in asked if len(found[name]) < limit)
    return found
