"""Placing creatives: each place has a link, and a code by which visits and figures find back to it."""

from django.db import transaction

from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import add_link
from ryorin.marketing.campaigns.models import TrackedLink
from ryorin.marketing.media.errors import WrongCampaign
from ryorin.marketing.media.models import Creative, Flight, Placement
from ryorin.marketing.media.rules import UTM_OF_SOURCE, placement_code
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def place(creative: Creative, flight: Flight | None, *, by: Member | None) -> Placement:
    """This function will place a creative on a flight of its campaign and make the link for it; once is enough."""
    require(by, "campaigns.change")
    if flight is not None and flight.campaign_id != creative.campaign_id:
        raise WrongCampaign()
    held = Placement.objects.filter(creative=creative, flight=flight).select_related("link").first()
    if held is not None:
        return held
    code = placement_code(creative.pk, flight.pk if flight else None)
    utm_source, utm_medium = UTM_OF_SOURCE.get(flight.source, ("", flight.channel)) if flight else ("", "")
    link = add_link(
        creative.campaign,
        label=f"{creative.name} / {flight.vehicle}"[:80] if flight else creative.name[:80],
        target=creative.landing,
        utm_source=utm_source,
        utm_medium=utm_medium,
        utm_content=code,
        by=by,
    )
    placement = Placement.objects.create(
        creative=creative,
        flight=flight,
        campaign_id=creative.campaign_id,
        code=code,
        link=link,
        created_at=clock.now(),
    )
    flight_name = flight.vehicle if flight else ""
    audit.record("creative_placed", "creative", creative.pk, by=by, name=creative.name, flight=flight_name, code=code)
    return placement


def repoint(creative: Creative) -> None:
    """This function will let the links of a creative lead to its landing page."""
    TrackedLink.objects.filter(placement__creative=creative).update(target=creative.landing)
