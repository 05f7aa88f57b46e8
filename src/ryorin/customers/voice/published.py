from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="needs",
        model="customers_voice.Need",
        record_type="need",
        columns=(
            Column("id", Kind.INT),
            Column("kind", Kind.TEXT),
            Column("what", Kind.TEXT),
            Column("strength", Kind.INT),
            Column("area", Kind.TEXT),
            Column("product_id", Kind.INT),
            Column("competitor", Kind.TEXT),
            Column("budget", Kind.INT),
            Column("wanted_on", Kind.DATE),
            Column("said_at", Kind.TIME),
            Column("person_id", Kind.INT),
            Column("company_id", Kind.INT),
            Column("deal_id", Kind.INT),
            Column("source", Kind.TEXT),
            Column("state", Kind.TEXT),
            Column("owner_id", Kind.INT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
