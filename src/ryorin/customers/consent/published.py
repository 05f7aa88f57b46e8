from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="consents",
        model="customers_consent.Consent",
        changed="at",
        columns=(
            Column("id", Kind.INT),
            Column("person_id", Kind.INT),
            Column("medium", Kind.TEXT),
            Column("allowed", Kind.BOOL),
            Column("basis", Kind.TEXT),
            Column("source", Kind.TEXT),
            Column("at", Kind.TIME),
            Column("by_id", Kind.INT),
        ),
    ),
)
