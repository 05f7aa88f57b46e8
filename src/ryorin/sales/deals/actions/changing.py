from datetime import datetime
from typing import Any, cast

from django.db import IntegrityError, connection, transaction

from ryorin.customers.people.actions import reach_stage
from ryorin.customers.people.models import LifecycleStage
from ryorin.lib import clock
from ryorin.sales.deals.actions.facts import index, locked, log_move, log_yomi, save, tell
from ryorin.sales.deals.actions.stage_rules import check_stage_rules
from ryorin.sales.deals.errors import DealClosed, DealGone, DealNotRestorable, NameTaken
from ryorin.sales.deals.models import Deal, DealPerson, DealProduct, DealState, Stage, StageMove
from ryorin.sales.deals.rules import checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.search import actions as search

CHANGEABLE = frozenset(
    {
        "name", "company", "person", "amount", "currency", "expected_close_on", "next_action", "next_action_on",
        "memo", "owner", "source_channel", "source_campaign_id", "external_key", "yomi", "budget", "problem",
        "problem_cost", "cost_basis", "solution", "effect", "competitor",
    }
)  # fmt: skip


@transaction.atomic
def change_deal(deal: Deal, *, by: Member | None, version: int | None, **fields: Any) -> Deal:
    """This function will change the named fields and tell a new owner; what stays the same is not written."""
    require(by, "deals.change")
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not changeable here: {', '.join(sorted(unknown))}")
    deal = locked(deal, version)
    values = checked(Deal, fields)
    changed = {name: value for name, value in values.items() if getattr(deal, name) != value}
    if not changed:
        return deal
    facts = {name: [_said(getattr(deal, name)), _said(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(deal, name, value)
    try:
        with transaction.atomic():
            save(deal, *changed)
    except IntegrityError as error:
        raise NameTaken(name=changed.get("external_key", "")) from error
    if "yomi" in changed:
        log_yomi(deal, at=clock.now(), by=by)
    if "person" in changed and deal.person is not None:
        _join(deal, by=by)
    if changed.keys() & {"name", "company", "person"}:
        index(deal)
    audit.record("deal_changed", "deal", deal.pk, by=by, **facts)
    if "owner" in changed and deal.owner and deal.owner != by:
        notify([deal.owner], kind="deal_assigned", text=deal.name, url=f"/deals/{deal.pk}")
    return deal


@transaction.atomic
def move_deal(
    deal: Deal,
    stage: Stage,
    *,
    by: Member | None,
    version: int | None = None,
    at: datetime | None = None,
    despite: str | None = None,
) -> Deal:
    """This function will put an open deal into a stage, of another pipeline too; twice changes nothing.

    Refuses while something the stages on the way ask for is not known, unless a leader says why to go on `despite` it.
    """
    require(by, "deals.change")
    deal = locked(deal, version)
    if deal.state != DealState.OPEN:
        raise DealClosed(state=deal.get_state_display())
    if deal.stage_id == stage.pk:
        return deal
    check_stage_rules(deal, stage, by=by, despite=despite)
    moment, was = at or clock.now(), deal.stage.name
    deal.stage, deal.pipeline_id, deal.stage_since = stage, stage.pipeline_id, moment
    save(deal, "stage", "pipeline", "stage_since")
    log_move(deal, at=moment, by=by)
    audit.record("deal_moved", "deal", deal.pk, by=by, stage=[was, stage.name])
    tell("deal_moved", deal, at=moment, by=by, stage=stage.name, was=was)
    return deal


@transaction.atomic
def delete_deal(deal: Deal, *, by: Member | None) -> AuditEntry:
    """This function will delete the deal with its people, products and moves and return its entry."""
    require(by, "deals.delete")
    deal = locked(deal, None)
    search.forget("deal", [deal.pk])
    return delete(deal, record_type="deal", by=by)


@transaction.atomic
def restore_deal(entry: AuditEntry, *, by: Member | None) -> Deal:
    """This function will bring a deleted deal back with all that hung on it; refuses when that is gone by now."""
    require(by, "deals.delete")
    if entry.action != "deal_deleted":
        raise DealGone()
    try:
        with transaction.atomic():
            deal = cast(Deal, restore(entry, by=by))
            connection.check_constraints([model._meta.db_table for model in (Deal, DealPerson, DealProduct, StageMove)])
    except IntegrityError as error:
        raise DealNotRestorable() from error
    index(deal)
    return deal


def _join(deal: Deal, *, by: Member | None) -> None:
    """This function will let the new main person take part in the deal, as an opportunity at least."""
    assert deal.person is not None
    DealPerson.objects.get_or_create(deal=deal, person=deal.person)
    reach_stage(
        deal.person,
        LifecycleStage.OPPORTUNITY,
        at=clock.now(),
        why="deal_joined",
        channel=deal.source_channel,
        campaign_id=deal.source_campaign_id,
        ref=("deal", deal.pk),
        by=by,
    )


def _said(value: Any) -> Any:
    """Return a value as the trail keeps it: records by their name."""
    return str(value) if hasattr(value, "pk") else value
