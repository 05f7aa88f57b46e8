"""Leads that were answered, many enough to learn from: those of the fair who look at prices are won."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from ryorin.alignment.handoffs.models import Handoff, HandoffState, SendBackReason
from ryorin.customers.people.actions.bulk import add_people
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.deals.queries import default_pipeline

FAIR, WEB = 7, 8  # campaigns
CHANCES = {("event", "部長"): 0.85, ("event", "担当"): 0.5, ("website", "部長"): 0.4}
FEW_CHANCE = 0.08


@dataclass(frozen=True)
class Ended:
    """How one lead ended: sent back, lost, won, or still open."""

    campaign: int
    channel: str
    title: str
    end: str


def leads_of(
    count: int,
    *,
    seed: int = 4,
    ends: tuple[str, ...] = ("sent_back", "lost", "won", "open"),
    fair: int = FAIR,
    web: int = WEB,
) -> list[Ended]:
    """Return so many leads of the campaigns `fair` and `web`; titles and the fair make winning likely."""
    dice = random.Random(seed)
    leads = []
    for _n in range(count):
        (campaign, channel), title = dice.choice(((fair, "event"), (web, "website"))), dice.choice(("部長", "担当"))
        good = dice.random() < CHANCES.get((channel, title), FEW_CHANCE)
        end = "won" if good else dice.choice(("sent_back", "sent_back", "lost"))
        if dice.random() < 0.05:
            end = "open"
        leads.append(Ended(campaign, channel, title, end if end in ends else ends[0]))
    return leads


def answered(
    leads: list[Ended], *, days: int = 300, end: datetime | None = None, reason: SendBackReason | None = None
) -> list[int]:
    """This function will make the leads with their hand-offs and deals, spread over the days before now."""
    now = end or clock.now()
    step = timedelta(days=days) / max(len(leads), 1)
    moments = [now - timedelta(days=days) + step * n for n in range(len(leads))]
    rows = [
        {
            "family_name": f"リード{n}", "job_title": lead.title, "source_campaign_id": lead.campaign,
            "source_channel": lead.channel, "first_contact_at": at,
            "prefecture": "13" if n % 3 else "27", "email": f"lead{n}@customer.example",
        }
        for n, (lead, at) in enumerate(zip(leads, moments, strict=True))
    ]  # fmt: skip
    ids = list(add_people(rows, by=None, source="test"))
    pipeline = default_pipeline()
    stage = pipeline.stages.first()
    reason = reason or SendBackReason.objects.first() or SendBackReason.objects.create(name="予算なし")
    for pk, lead, at in zip(ids, leads, moments, strict=True):
        ended = getattr(DealState, lead.end.upper(), None)
        offered, closed = at + timedelta(hours=5), at + timedelta(hours=9)
        deal = None
        if lead.end != "sent_back":
            deal = Deal.objects.create(
                name=f"商談{pk}", person_id=pk, pipeline=pipeline, stage=stage, state=ended,
                opened_at=offered, stage_since=offered, closed_at=None if lead.end == "open" else closed,
                created_at=offered, updated_at=closed,
            )  # fmt: skip
        Handoff.objects.create(
            person_id=pk, state=HandoffState.ACCEPTED if deal else HandoffState.SENT_BACK, offered_at=offered,
            deadline=closed, answered_at=closed, deal=deal, send_back_reason=None if deal else reason,
            channel=lead.channel, campaign_id=lead.campaign, updated_at=closed,
        )  # fmt: skip
    catch_up()
    return ids


def look(person: int, *, at: datetime, kind: str = "page_view") -> None:
    """This function will let somebody look at a page."""
    record(kind, source="collector", at=at, person_id=person, properties={"url": "https://ryorin.example/pricing"})


def new_lead(campaign: int, title: str, **more: object) -> Person:
    """Return a lead that nobody has answered yet."""
    row = {
        "family_name": "新井", "job_title": title, "source_campaign_id": campaign, "prefecture": "13",
        "source_channel": "event" if campaign == FAIR else "website", "email": f"new{campaign}{title}@customer.example",
        "first_contact_at": clock.now(),
    }  # fmt: skip
    (pk,) = add_people([row | more], by=None, source="test")
    catch_up()
    return Person.objects.get(pk=pk)
