from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="activities",
        model="sales_activities.Activity",
        record_type="activity",
        columns=(
            Column("id", Kind.INT),
            Column("kind", Kind.TEXT),
            Column("at", Kind.TIME),
            Column("minutes", Kind.INT),
            Column("subject", Kind.TEXT),
            Column("outcome", Kind.TEXT),
            Column("person_id", Kind.INT),
            Column("company_id", Kind.INT),
            Column("deal_id", Kind.INT),
            Column("owner_id", Kind.INT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
