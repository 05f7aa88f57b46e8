"""Reads shaped for the pages of campaigns."""

from collections.abc import Iterable

from django.db.models import Sum

from ryorin.marketing.campaigns.models import Campaign, CampaignCost


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of the campaigns with these ids."""
    wanted = {pk for pk in ids if pk}
    return dict(Campaign.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def campaign_of(utm: dict[str, str]) -> Campaign | None:
    """Return the campaign whose code the utm parameters name."""
    code = utm.get("utm_campaign", "")
    return Campaign.objects.filter(code=code).first() if code else None


def cost_so_far(ids: Iterable[int]) -> dict[int, int]:
    """Return what each campaign has cost until now, in minor units."""
    rows = CampaignCost.objects.filter(campaign_id__in=list(ids)).values("campaign_id").annotate(sum=Sum("amount"))
    return {row["campaign_id"]: row["sum"] for row in rows}
