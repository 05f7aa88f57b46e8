from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="members",
        model="workspace_members.Member",
        record_type="member",
        changed="",
        columns=(
            Column("id", Kind.INT),
            Column("family_name", Kind.TEXT),
            Column("given_name", Kind.TEXT),
            Column("role", Kind.TEXT),
            Column("team_id", Kind.INT),
            Column("is_active", Kind.BOOL),
        ),
    ),
)
