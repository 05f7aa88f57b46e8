from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="companies",
        model="customers_companies.Company",
        record_type="company",
        columns=(
            Column("id", Kind.INT),
            Column("name", Kind.TEXT),
            Column("name_kana", Kind.TEXT),
            Column("name_en", Kind.TEXT),
            Column("corporate_number", Kind.TEXT),
            Column("industry", Kind.TEXT),
            Column("employees", Kind.INT),
            Column("annual_revenue", Kind.INT),
            Column("established_year", Kind.INT),
            Column("phone", Kind.TEXT),
            Column("website", Kind.TEXT),
            Column("postal_code", Kind.TEXT),
            Column("prefecture", Kind.TEXT),
            Column("city", Kind.TEXT),
            Column("payment_terms", Kind.TEXT),
            Column("customer_group", Kind.TEXT),
            Column("parent_id", Kind.INT),
            Column("owner_id", Kind.INT),
            Column("external_key", Kind.TEXT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
