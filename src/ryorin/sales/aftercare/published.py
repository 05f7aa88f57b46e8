from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="satisfactions",
        model="sales_aftercare.Satisfaction",
        changed="created_at",
        columns=(
            Column("id", Kind.INT),
            Column("person_id", Kind.INT),
            Column("company_id", Kind.INT),
            Column("score", Kind.INT),
            Column("at", Kind.TIME),
            Column("owner_id", Kind.INT),
            Column("created_at", Kind.TIME),
        ),
    ),
)
