from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="quotations",
        model="sales_quotations.Quotation",
        record_type="quotation",
        columns=(
            Column("id", Kind.INT),
            Column("number", Kind.TEXT),
            Column("title", Kind.TEXT),
            Column("deal_id", Kind.INT),
            Column("company_id", Kind.INT),
            Column("person_id", Kind.INT),
            Column("state", Kind.TEXT),
            Column("revision", Kind.INT),
            Column("amount", Kind.INT),
            Column("net", Kind.INT),
            Column("currency", Kind.TEXT),
            Column("valid_until", Kind.DATE),
            Column("sent_at", Kind.TIME),
            Column("answered_at", Kind.TIME),
            Column("owner_id", Kind.INT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
