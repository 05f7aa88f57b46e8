"""What is known here by the names a medium may use for it."""

from collections import defaultdict
from datetime import date

from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.media.models import Creative, Flight, Match, Placement
from ryorin.marketing.media.rules import Known, folded, named


def known(source: str) -> Known:
    """Return campaigns, flights, creatives and placements by name, and what was said about this source."""
    campaigns = Campaign.objects.values_list("pk", "code", "name", "external_key")
    flights = Flight.objects.values_list("pk", "campaign_id", "external_key", "vehicle")
    bookings: dict[tuple[int, str], list[tuple[int, date, date]]] = defaultdict(list)
    for owner, pk, *days in Flight.objects.filter(source=source).values_list(
        "campaign_id", "pk", "starts_on", "ends_on"
    ):
        bookings[owner, source].append((pk, days[0], days[1]))
    creatives = Creative.objects.values_list("pk", "campaign_id", "external_key", "name")
    placements = Placement.objects.values_list("code", "campaign_id", "flight_id", "creative_id")
    matches = Match.objects.filter(source=source).values_list(
        "source", "level", "key", "campaign_id", "flight_id", "creative_id"
    )
    return Known(
        campaigns=named((text, pk) for pk, *texts in campaigns for text in texts if text),
        flights=named((text, (owner, pk)) for pk, owner, *texts in flights for text in texts if text),
        creatives=named((text, (owner, pk)) for pk, owner, *texts in creatives for text in texts if text),
        bookings=bookings,
        placements={folded(code): (owner, flight, creative) for code, owner, flight, creative in placements},
        matches={(at, level, key): (owner, flight, creative) for at, level, key, owner, flight, creative in matches},
    )
