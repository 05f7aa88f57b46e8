from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="products",
        model="products_catalogue.Product",
        record_type="product",
        columns=(
            Column("id", Kind.INT),
            Column("code", Kind.TEXT),
            Column("name", Kind.TEXT),
            Column("name_en", Kind.TEXT),
            Column("category", Kind.TEXT),
            Column("unit", Kind.TEXT),
            Column("price", Kind.INT),
            Column("cost", Kind.INT),
            Column("tax_class", Kind.TEXT),
            Column("needs_person", Kind.BOOL),
            Column("is_active", Kind.BOOL),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
