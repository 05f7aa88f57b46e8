from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="observations",
        model="alignment_observations.Observation",
        record_type="observation",
        columns=(
            Column("id", Kind.INT),
            Column("metric", Kind.TEXT),
            Column("day", Kind.DATE),
            Column("value", Kind.FLOAT),
            Column("source", Kind.TEXT),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
