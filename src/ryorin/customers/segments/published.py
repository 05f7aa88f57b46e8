from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="segments",
        model="customers_segments.Segment",
        record_type="segment",
        columns=(
            Column("id", Kind.INT),
            Column("name", Kind.TEXT),
            Column("kind", Kind.TEXT),
            Column("size", Kind.INT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
    PublishedTable(
        name="segment_members",
        model="customers_segments.Membership",
        record_type="membership",
        columns=(
            Column("id", Kind.INT),
            Column("segment_id", Kind.INT),
            Column("person_id", Kind.INT),
            Column("is_in", Kind.BOOL),
            Column("since", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
