from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="forms",
        model="marketing_pages.Form",
        record_type="form",
        columns=(
            Column("id", Kind.INT),
            Column("name", Kind.TEXT),
            Column("slug", Kind.TEXT),
            Column("campaign_id", Kind.INT),
            Column("state", Kind.TEXT),
            Column("owner_id", Kind.INT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
    PublishedTable(
        name="form_answers",
        model="marketing_pages.FormAnswer",
        columns=(
            Column("id", Kind.INT),
            Column("form_id", Kind.INT),
            Column("at", Kind.TIME),
            Column("person_id", Kind.INT),
            Column("visitor", Kind.TEXT),
            Column("channel", Kind.TEXT),
            Column("is_spam", Kind.BOOL),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
