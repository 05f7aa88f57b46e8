from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="bills",
        model="sales_billing.Bill",
        record_type="bill",
        columns=(
            Column("id", Kind.INT),
            Column("kind", Kind.TEXT),
            Column("number", Kind.TEXT),
            Column("state", Kind.TEXT),
            Column("issued_on", Kind.DATE),
            Column("due_on", Kind.DATE),
            Column("company_id", Kind.INT),
            Column("deal_id", Kind.INT),
            Column("currency", Kind.TEXT),
            Column("net", Kind.INT),
            Column("gross", Kind.INT),
            Column("paid", Kind.INT),
            Column("credited", Kind.INT),
            Column("owner_id", Kind.INT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
