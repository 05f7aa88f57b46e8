"""What tests of feedback share: leads of a campaign that Sato answers."""

from ryorin.alignment.handoffs.actions import accept_handoff, offer_handoff, send_back_handoff
from ryorin.alignment.handoffs.models import Handoff, SendBackReason
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.marketing.campaigns.models import Campaign
from ryorin.workspace.members.models import Member

NAMES = ("安達", "飯田", "上田", "江口", "大野", "加納", "木下", "久保", "小林", "坂本")


def leads_of(campaign: Campaign | None, count: int, *, owner: Member | None = None, first: int = 0) -> list[Person]:
    """Return new leads that a campaign brought, named in the order of NAMES."""
    return [
        create_person(
            by=None,
            family_name=NAMES[(first + number) % len(NAMES)],
            given_name="愛",
            email=f"lead{campaign.pk if campaign else 0}-{first + number}@acme.example",
            owner=owner,
            source_channel="event",
            source_campaign_id=campaign.pk if campaign else None,
        )
        for number in range(count)
    ]


def rejected(people: list[Person], *, by: Member, offered_by: Member, note: str = "") -> list[Handoff]:
    """Return the people's hand-offs, sent back for want of a budget."""
    reason = SendBackReason.objects.get(name="予算なし")
    return [
        send_back_handoff(offer_handoff(person, by=offered_by, owner=by), by=by, reason=reason, note=note)
        for person in people
    ]


def accepted(people: list[Person], *, by: Member, offered_by: Member) -> None:
    """This function will have every one of the people taken over by sales."""
    for person in people:
        accept_handoff(offer_handoff(person, by=offered_by, owner=by), by=by)
