from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="handoffs",
        model="alignment_handoffs.Handoff",
        record_type="handoff",
        columns=(
            Column("id", Kind.INT),
            Column("person_id", Kind.INT),
            Column("state", Kind.TEXT),
            Column("definition_id", Kind.INT),
            Column("score", Kind.INT),
            Column("chance", Kind.INT),
            Column("offered_at", Kind.TIME),
            Column("offered_by_id", Kind.INT),
            Column("team_id", Kind.INT),
            Column("owner_id", Kind.INT),
            Column("hours", Kind.INT),
            Column("deadline", Kind.TIME),
            Column("escalated_at", Kind.TIME),
            Column("answered_at", Kind.TIME),
            Column("answered_by_id", Kind.INT),
            Column("answer_hours", Kind.FLOAT),
            Column("send_back_reason_id", Kind.INT),
            Column("deal_id", Kind.INT),
            Column("channel", Kind.TEXT),
            Column("campaign_id", Kind.INT),
            Column("updated_at", Kind.TIME),
        ),
    ),
)
