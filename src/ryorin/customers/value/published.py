from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="person_values",
        model="customers_value.PersonValue",
        columns=(
            Column("id", Kind.INT, source="person_id"),
            Column("first_on", Kind.DATE),
            Column("last_on", Kind.DATE),
            Column("revenue", Kind.INT),
            Column("lifetime", Kind.INT),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
