"""Taking in figures: the same again changes nothing, corrected ones replace; the costs of campaigns follow at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import delete_cost, record_costs
from ryorin.marketing.campaigns.models import CampaignCost
from ryorin.marketing.media.errors import FiguresInvalid
from ryorin.marketing.media.models import AdFile, Figure, Flight, Source
from ryorin.marketing.media.queries.known import known
from ryorin.marketing.media.rules import KIND_PREFIX, Told, found_for, together
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LARGEST = 10**15
NAMES = ("account", "campaign_key", "campaign_name", "group_key", "group_name", "ad_key", "ad_name", "content")
NUMBERS = ("cost", "impressions", "clicks", "conversions")
AT_ONCE = 400
Touched = set[tuple[int, date, str]]  # campaign, day, source


@dataclass(slots=True)
class Taken:
    """What became of the lines of a report."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    replaced: int = 0
    unmatched: int = 0


@transaction.atomic
def record_figures(lines: Iterable[Told], *, source: str, by: Member | None, file: AdFile | None = None) -> Taken:
    """This function will set what a medium tells for each day; lines of the same thing and day are added up.

    Where a campaign is told more finely, or less, than before on a day, the new lines take the place of the old ones.
    """
    require(by, "campaigns.change")
    told, taken = together(lines), Taken()
    _check(told.values())
    touched = _drop_other_levels(told, source, taken)
    held = _held(source, told)
    names, now = known(source), clock.now()
    new, changed = [], []
    for place, line in told.items():
        row = held.get(place)
        if row is None:
            row = Figure(source=source, day=line.day, key=line.key, level=line.level, file=file, updated_at=now)
            _put(row, line)
            _own(row, line, names)
            new.append(row)
            taken.created += 1
        elif _put(row, line):
            row.file, row.updated_at = file or row.file, now
            if row.campaign_id is None:
                _own(row, line, names)
            changed.append(row)
            taken.updated += 1
        else:
            taken.unchanged += 1
            continue
        if row.campaign_id:
            touched.add((row.campaign_id, row.day, source))
        else:
            taken.unmatched += 1
    Figure.objects.bulk_create(new, batch_size=500)
    Figure.objects.bulk_update(
        changed, [*NAMES, *NUMBERS, "campaign", "flight", "creative", "file", "updated_at"], batch_size=200
    )
    roll_up(touched, by=by)
    return taken


@transaction.atomic
def type_figures(
    flight: Flight, day: date, *, by: Member | None, cost: int, impressions: int = 0, clicks: int = 0, leads: int = 0
) -> Figure:
    """This function will set what a flight cost and brought on a day, as somebody knows it from a bill or a report."""
    require(by, "campaigns.change")
    line = Told(
        day=day,
        campaign_key=f"flight:{flight.pk}",
        campaign_name=flight.vehicle,
        cost=cost,
        impressions=impressions,
        clicks=clicks,
        conversions=Decimal(leads),
    )
    _check([line])
    row = Figure.objects.select_for_update().filter(source=Source.TYPED, day=day, key=line.key).first()
    before = row.cost if row else None
    row = row or Figure(source=Source.TYPED, day=day, key=line.key, level=line.level)
    _put(row, line)
    row.campaign_id, row.flight, row.updated_at = flight.campaign_id, flight, clock.now()
    row.save()
    roll_up({(flight.campaign_id, day, str(Source.TYPED))}, by=by)
    audit.record(
        "figures_typed", "flight", flight.pk, by=by, name=flight.vehicle, day=day.isoformat(), cost=[before, cost]
    )
    return row


def roll_up(touched: Touched, *, by: Member | None) -> None:
    """This function will set the campaigns' costs of these days to the sums of their figures."""
    by_source: dict[str, list[tuple[int, date]]] = defaultdict(list)
    for campaign, day, source in touched:
        by_source[source].append((campaign, day))
    for source, places in by_source.items():
        campaigns, days = {place[0] for place in places}, {place[1] for place in places}
        rows = Figure.objects.filter(
            source=source, campaign_id__in=campaigns, day__range=(min(days), max(days))
        ).values_list("campaign_id", "day")
        sums = {(campaign, day): cost for campaign, day, cost in rows.annotate(sum=Sum("cost")).order_by()}
        kind = f"{KIND_PREFIX}{source}"
        record_costs([(*place, kind, sums[place], "") for place in sorted(places) if sums.get(place)], by=by)
        empty = [place for place in places if not sums.get(place)]
        for campaign, day in empty:
            for cost in CampaignCost.objects.filter(campaign_id=campaign, day=day, kind=kind):
                delete_cost(cost, by=by)


def _drop_other_levels(told: dict[tuple[date, str], Told], source: str, taken: Taken) -> Touched:
    """This function will delete what campaigns were told before, on another level, for the days told now."""
    levels: dict[tuple[date, str], set[str]] = defaultdict(set)
    for line in told.values():
        levels[line.day, line.match_key("campaign")].add(line.level)
    touched: Touched = set()
    rows = Figure.objects.filter(source=source, day__in={day for day, _campaign in levels})
    stale = []
    for row in rows.only("day", "level", "campaign_key", "campaign_name", "campaign_id", "source"):
        same = levels.get((row.day, line_of(row).match_key("campaign")))
        if same and row.level not in same:
            stale.append(row.pk)
            if row.campaign_id:
                touched.add((row.campaign_id, row.day, source))
    for start in range(0, len(stale), AT_ONCE):
        rows_now = Figure.objects.filter(pk__in=stale[start : start + AT_ONCE])
        audit.record_many(
            [audit.Fact("figure_deleted", "figure", pk) for pk in rows_now.values_list("pk", flat=True)], by=None
        )
        taken.replaced += rows_now.delete()[0]
    return touched


def _held(source: str, told: Collection[tuple[date, str]]) -> dict[tuple[date, str], Figure]:
    """Return the figures there are for these days and keys, kept from others until the transaction ends."""
    days = {day for day, _key in told}
    if not days:
        return {}
    rows = Figure.objects.select_for_update(of=("self",)).filter(source=source, day__range=(min(days), max(days)))
    return {(row.day, row.key): row for row in rows.iterator(chunk_size=5_000) if (row.day, row.key) in told}


def line_of(row: Figure) -> Told:
    """Return a figure as the line it was told by."""
    return Told(day=row.day, **{name: getattr(row, name) for name in (*NAMES, *NUMBERS) if name in row.__dict__})


def _put(row: Figure, line: Told) -> bool:
    """Set what the line tells, and return whether that changed anything."""
    changed = False
    for name in (*NAMES, *NUMBERS):
        value: Any = getattr(line, name)
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def _own(row: Figure, line: Told, names: Any) -> None:
    found = found_for(line, row.source, names)
    row.campaign_id, row.flight_id, row.creative_id = found.campaign_id, found.flight_id, found.creative_id


def _check(lines: Iterable[Told]) -> None:
    for line in lines:
        if any(not 0 <= getattr(line, name) < LARGEST for name in ("impressions", "clicks")):
            raise FiguresInvalid(what=_("回数は0以上で入力してください。"))
        if not 0 <= line.cost < LARGEST or not 0 <= line.conversions < 10**11:
            raise FiguresInvalid(what=_("費用とコンバージョンは0以上で入力してください。"))
