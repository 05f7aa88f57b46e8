from ryorin.lib.published import Column, Kind, PublishedTable

TABLES = (
    PublishedTable(
        name="campaigns",
        model="marketing_campaigns.Campaign",
        record_type="campaign",
        columns=(
            Column("id", Kind.INT),
            Column("name", Kind.TEXT),
            Column("code", Kind.TEXT),
            Column("channel", Kind.TEXT),
            Column("state", Kind.TEXT),
            Column("starts_on", Kind.DATE),
            Column("ends_on", Kind.DATE),
            Column("budget", Kind.INT),
            Column("owner_id", Kind.INT),
            Column("external_key", Kind.TEXT),
            Column("created_at", Kind.TIME),
            Column("updated_at", Kind.TIME),
        ),
    ),
    PublishedTable(
        name="costs",
        model="marketing_campaigns.CampaignCost",
        columns=(
            Column("id", Kind.INT),
            Column("campaign_id", Kind.INT),
            Column("day", Kind.DATE),
            Column("kind", Kind.TEXT),
            Column("amount", Kind.INT),
            Column("updated_at", Kind.TIME),
        ),
    ),
    PublishedTable(
        name="tracked_links",
        model="marketing_campaigns.TrackedLink",
        changed="",
        columns=(
            Column("id", Kind.INT),
            Column("campaign_id", Kind.INT),
            Column("code", Kind.TEXT),
            Column("label", Kind.TEXT),
            Column("target", Kind.TEXT),
            Column("utm_source", Kind.TEXT),
            Column("utm_medium", Kind.TEXT),
            Column("utm_content", Kind.TEXT),
            Column("utm_term", Kind.TEXT),
            Column("created_at", Kind.TIME),
        ),
    ),
)
