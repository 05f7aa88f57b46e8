from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="hearings",
        model="sales_hearing.Hearing",
        record_type="hearing",
        columns=(
            Column("id", Kind.INT),
            Column("sheet_id", Kind.INT),
            Column("deal_id", Kind.INT),
            Column("person_id", Kind.INT),
            Column("company_id", Kind.INT),
            Column("state", Kind.TEXT),
            Column("started_at", Kind.TIME),
            Column("finished_at", Kind.TIME),
            Column("answered", Kind.INT),
            Column("owner_id", Kind.INT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
    PublishedTable(
        name="hearing_answers",
        model="sales_hearing.Answer",
        record_type="answer",
        columns=(
            Column("id", Kind.INT),
            Column("hearing_id", Kind.INT),
            Column("question", Kind.TEXT),
            Column("label", Kind.TEXT),
            Column("said", Kind.TEXT),
            Column("number", Kind.FLOAT),
            Column("day", Kind.DATE),
            Column("at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
