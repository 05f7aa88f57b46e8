from datetime import datetime
from typing import Any

from django.db import transaction

from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import reach_stage
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.lib import clock
from ryorin.sales.deals.actions.facts import index, log_move, log_yomi, tell
from ryorin.sales.deals.actions.stage_rules import check_stage_rules
from ryorin.sales.deals.errors import StageOfAnotherPipeline
from ryorin.sales.deals.models import Deal, DealPerson, Pipeline, Stage
from ryorin.sales.deals.queries import default_pipeline, first_stage
from ryorin.sales.deals.rules import checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


@transaction.atomic
def open_deal(
    *,
    name: str,
    by: Member | None,
    company: Company | None = None,
    person: Person | None = None,
    pipeline: Pipeline | None = None,
    stage: Stage | None = None,
    amount: int = 0,
    owner: Member | None = None,
    at: datetime | None = None,
    source_channel: str = "",
    source_campaign_id: int | None = None,
    handoff_id: int | None = None,
    **fields: Any,
) -> Deal:
    """This function will open a deal; its source is the person's unless given, its person becomes an opportunity."""
    require(by, "deals.change")
    moment = at or clock.now()
    stage = stage or first_stage(pipeline or default_pipeline())
    if pipeline is not None and stage.pipeline_id != pipeline.pk:
        raise StageOfAnotherPipeline()
    if person is not None and not source_channel and source_campaign_id is None:
        source_channel, source_campaign_id = person.source_channel, person.source_campaign_id
    values = checked(Deal, {"name": name, "amount": amount, "source_channel": source_channel, **fields})
    deal = Deal.objects.create(
        **({"currency": current().currency} | values),
        company=company or (person.company if person else None),
        person=person,
        pipeline_id=stage.pipeline_id,
        stage=stage,
        owner=owner,
        source_campaign_id=source_campaign_id,
        handoff_id=handoff_id,
        opened_at=moment,
        stage_since=moment,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    log_move(deal, at=moment, by=by)
    if deal.yomi:
        log_yomi(deal, at=moment, by=by)
    if person is not None:
        DealPerson.objects.create(deal=deal, person=person)
        reach_stage(
            person,
            LifecycleStage.OPPORTUNITY,
            at=moment,
            why="deal_opened",
            channel=deal.source_channel,
            campaign_id=source_campaign_id,
            ref=("deal", deal.pk),
            by=by,
        )
    check_stage_rules(deal, stage, by=by, is_new=True)
    index(deal, fresh=True)
    audit.record("deal_opened", "deal", deal.pk, by=by, name=deal.name, amount=deal.amount, stage=stage.name)
    tell("deal_opened", deal, at=moment, by=by, stage=stage.name)
    return deal
