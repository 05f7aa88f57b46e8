"""Saying whose figures these are, once for all days: remembered, and applied to what is there."""

from django.db import transaction

from ryorin.lib import clock
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.media.actions.figures import line_of, roll_up
from ryorin.marketing.media.errors import WrongCampaign
from ryorin.marketing.media.models import Creative, Figure, Flight, Level, Match
from ryorin.marketing.media.queries.known import known
from ryorin.marketing.media.rules import found_for
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def match(
    figure: Figure,
    level: str,
    *,
    campaign: Campaign,
    by: Member | None,
    flight: Flight | None = None,
    creative: Creative | None = None,
) -> int:
    """This function will say whose this figure's campaign, group or ad is, and return how many figures it moved."""
    require(by, "campaigns.change")
    if any(one is not None and one.campaign_id != campaign.pk for one in (flight, creative)):
        raise WrongCampaign()
    key = line_of(figure).match_key(Level(level))
    Match.objects.update_or_create(
        source=figure.source,
        level=level,
        key=key,
        defaults={"campaign": campaign, "flight": flight, "creative": creative, "updated_at": clock.now()},
    )
    audit.record("figures_matched", "campaign", campaign.pk, by=by, name=campaign.name, source=figure.source, ad=key)
    same = Figure.objects.filter(source=figure.source, campaign_name=figure.campaign_name)
    return _own_again(list(same.select_for_update(of=("self",))), figure.source, by=by)


@transaction.atomic
def match_again(*, by: Member | None) -> int:
    """This function will look for the owners of figures that have none yet, and return how many were found."""
    require(by, "campaigns.change")
    found = 0
    for source in Figure.objects.filter(campaign=None).order_by().values_list("source", flat=True).distinct():
        rows = Figure.objects.filter(source=source, campaign=None).select_for_update(of=("self",))
        found += _own_again(list(rows), source, by=by)
    return found


def _own_again(rows: list[Figure], source: str, *, by: Member | None) -> int:
    names, now, moved, touched = known(source), clock.now(), [], set()
    for row in rows:
        found = found_for(line_of(row), source, names)
        if (found.campaign_id, found.flight_id, found.creative_id) == (row.campaign_id, row.flight_id, row.creative_id):
            continue
        touched |= {(pk, row.day, source) for pk in (row.campaign_id, found.campaign_id) if pk}
        row.campaign_id, row.flight_id, row.creative_id = found.campaign_id, found.flight_id, found.creative_id
        row.updated_at = now
        moved.append(row)
    Figure.objects.bulk_update(moved, ["campaign", "flight", "creative", "updated_at"], batch_size=300)
    roll_up(touched, by=by)
    return len(moved)
