from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="identities",
        model="customers_identity.Identity",
        columns=(
            Column("id", Kind.INT),
            Column("visitor", Kind.TEXT),
            Column("person_id", Kind.INT),
            Column("since", Kind.TIME),
            Column("why", Kind.TEXT),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
