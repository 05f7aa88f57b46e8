from django.db import transaction

from ryorin.customers.people.actions import reach_stage
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.lib import clock
from ryorin.sales.deals.actions.facts import index, locked, save
from ryorin.sales.deals.models import Attitude, Deal, DealPerson, DealState
from ryorin.sales.deals.rules import checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def add_person(
    deal: Deal,
    person: Person,
    *,
    by: Member | None,
    part: str = "",
    attitude: str | None = None,
    note: str | None = None,
) -> DealPerson:
    """This function will let a person take part in the deal, or change the part; the first one is the main person.

    `attitude` (for, neutral, against) and `note` stay as they are unless given.
    """
    require(by, "deals.change")
    deal = locked(deal, None)
    given = {"part": part, "attitude": attitude, "note": note}
    values = checked(DealPerson, {name: value for name, value in given.items() if value is not None})
    if values.get("attitude", "") not in ("", *Attitude.values):
        values["attitude"] = ""
    row, _made = DealPerson.objects.update_or_create(deal=deal, person=person, defaults=values)
    if deal.person_id is None:
        deal.person = person
        save(deal, "person")
        index(deal)
    if deal.state == DealState.OPEN:
        reach_stage(
            person,
            LifecycleStage.OPPORTUNITY,
            at=clock.now(),
            why="deal_joined",
            channel=deal.source_channel,
            campaign_id=deal.source_campaign_id,
            ref=("deal", deal.pk),
            by=by,
        )
    audit.record("deal_person_added", "deal", deal.pk, by=by, person=person.name, person_id=person.pk, **values)
    return row


@transaction.atomic
def remove_person(deal: Deal, person: Person, *, by: Member | None) -> None:
    """This function will take a person out of the deal; another one becomes the main person where there is one."""
    require(by, "deals.change")
    deal = locked(deal, None)
    DealPerson.objects.filter(deal=deal, person=person).delete()
    if deal.person_id == person.pk:
        following = deal.people.select_related("person").order_by("pk").first()
        deal.person = following.person if following else None
        save(deal, "person")
        index(deal)
    audit.record("deal_person_removed", "deal", deal.pk, by=by, person=person.name, person_id=person.pk)
