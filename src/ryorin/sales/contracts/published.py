from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="contracts",
        model="sales_contracts.Contract",
        record_type="contract",
        columns=(
            Column("id", Kind.INT),
            Column("number", Kind.TEXT),
            Column("title", Kind.TEXT),
            Column("kind", Kind.TEXT),
            Column("state", Kind.TEXT),
            Column("company_id", Kind.INT),
            Column("person_id", Kind.INT),
            Column("deal_id", Kind.INT),
            Column("currency", Kind.TEXT),
            Column("net", Kind.INT),
            Column("gross", Kind.INT),
            Column("billed", Kind.TEXT),
            Column("starts_on", Kind.DATE),
            Column("ends_on", Kind.DATE),
            Column("renews", Kind.BOOL),
            Column("signed_at", Kind.TIME),
            Column("owner_id", Kind.INT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
