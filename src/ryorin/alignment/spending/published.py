from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="spending",
        model="alignment_spending.Spending",
        record_type="spending",
        columns=(
            Column("id", Kind.INT),
            Column("month", Kind.DATE),
            Column("team_id", Kind.INT),
            Column("kind", Kind.TEXT),
            Column("amount", Kind.INT),
            Column("acquires", Kind.BOOL),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
