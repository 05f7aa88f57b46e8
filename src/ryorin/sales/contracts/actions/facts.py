"""What every verb of a contract needs: the rows to itself in one order, its fact told, its version raised."""

from typing import Any

from ryorin.customers.people.models import Person
from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.contracts.errors import ContractGone
from ryorin.sales.contracts.models import Contract
from ryorin.sales.contracts.rules.time import day_to_mind, remind_on
from ryorin.sales.deals.models import Deal, DealPerson
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import closed_days, current


def locked(contract: Contract, version: int | None = None) -> Contract:
    """Return the contract's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    related = ("company", "person", "deal", "quotation", "owner")
    row = Contract.objects.select_for_update(of=("self",)).select_related(*related).filter(pk=contract.pk).first()
    if row is None:
        raise ContractGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def locked_with_deal(contract: Contract, version: int | None = None) -> Contract:
    """Return the contract's row, held after its people and its deal: the order in which everybody takes them."""
    known = Contract.objects.filter(pk=contract.pk).values("deal_id", "person_id").first()
    if known is None:
        raise ContractGone()
    people = {known["person_id"]} - {None}
    if known["deal_id"]:
        people |= set(DealPerson.objects.filter(deal_id=known["deal_id"]).values_list("person_id", flat=True))
        people |= set(Deal.objects.filter(pk=known["deal_id"]).values_list("person_id", flat=True)) - {None}
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))
    list(Deal.objects.select_for_update().filter(pk=known["deal_id"]).values_list("pk"))
    return locked(contract, version)


def save(contract: Contract, *columns: str) -> None:
    """This function will write the columns and raise the version."""
    contract.version += 1
    contract.updated_at = clock.now()
    contract.save(update_fields=[*columns, "version", "updated_at"])


def plan_reminder(contract: Contract) -> None:
    """This function will note when the owner is reminded of the day that must not be missed; nothing is saved."""
    day = day_to_mind(contract.ends_on, renews=contract.renews, notice_days=contract.notice_days)
    wanted = contract.is_recurring and contract.cancelled_on is None and day is not None
    contract.remind_on = remind_on(day, closed=closed_days()) if wanted and day else None


def tell(kind: str, contract: Contract, *, by: Member | None, **properties: Any) -> None:
    """This function will write the touchpoint; money only in the company's own currency."""
    if not (contract.person_id or contract.company_id):
        return
    timeline.record(
        kind,
        source="contracts",
        by=by,
        person_id=contract.person_id,
        company_id=contract.company_id,
        channel=contract.deal.source_channel if contract.deal else "",
        campaign_id=contract.deal.source_campaign_id if contract.deal else None,
        value=contract.gross if contract.currency == current().currency else None,
        properties={
            "contract_id": contract.pk,
            "number": contract.number,
            "title": contract.title,
            "deal_id": contract.deal_id,
            **properties,
        },
    )
