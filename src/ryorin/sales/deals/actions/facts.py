"""What every verb of a deal needs: the row to itself, its fact told, its place in the search."""

from datetime import datetime
from typing import Any

from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.deals.errors import DealGone
from ryorin.sales.deals.models import Deal, StageMove, YomiMove
from ryorin.sales.deals.rules import search_text
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search import actions as search


def locked(deal: Deal, version: int | None) -> Deal:
    """Return the deal's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    row = Deal.objects.select_for_update().filter(pk=deal.pk).first()
    if row is None:
        raise DealGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def save(deal: Deal, *columns: str) -> None:
    """This function will write the columns and raise the version."""
    deal.version += 1
    deal.updated_at = clock.now()
    deal.save(update_fields=[*columns, "version", "updated_at"])


def log_move(deal: Deal, *, at: datetime, by: Member | None) -> None:
    """This function will keep that the deal entered its present stage and state."""
    StageMove.objects.create(deal=deal, stage_id=deal.stage_id, state=deal.state, at=at, by=by, updated_at=clock.now())


def log_yomi(deal: Deal, *, at: datetime, by: Member | None) -> None:
    """This function will keep what is expected of the deal from now on."""
    YomiMove.objects.create(deal=deal, yomi=deal.yomi, at=at, by=by)


def tell(kind: str, deal: Deal, *, at: datetime, by: Member | None, **properties: Any) -> None:
    """This function will write the touchpoint, where a customer took part; money only in the company's own currency."""
    if not (deal.person_id or deal.company_id):
        return
    timeline.record(
        kind,
        source="deals",
        by=by,
        at=at,
        person_id=deal.person_id,
        company_id=deal.company_id,
        channel=deal.source_channel,
        campaign_id=deal.source_campaign_id,
        value=deal.amount if deal.currency == current().currency else None,
        properties={"deal_id": deal.pk, "deal": deal.name, **properties},
    )


def index(deal: Deal, *, fresh: bool = False) -> None:
    """This function will make the deal findable by its name, its company and its main person."""
    company = f"{deal.company.name} {deal.company.name_kana}" if deal.company else ""
    person = f"{deal.person.name} {deal.person.kana}" if deal.person else ""
    search.index("deal", [(deal.pk, search_text(deal.name, company, person))], fresh=fresh)
