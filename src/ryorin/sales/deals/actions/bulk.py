"""Opening, winning and losing many deals at once, as an import does; what is written is what the single verbs write."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions.bulk import Reached, reach_stages
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.customers.timeline.actions import write_inbox
from ryorin.lib import clock
from ryorin.lib.rows import insert_rows, reserve_ids
from ryorin.sales.deals.actions.changing import CHANGEABLE, change_deal, move_deal
from ryorin.sales.deals.actions.outcome import lose_deal, reopen_deal, win_deal
from ryorin.sales.deals.models import Deal, DealPerson, DealProduct, DealState, LostReason, Stage, StageMove
from ryorin.sales.deals.rules import search_text
from ryorin.workspace.audit.actions import record_alike
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search.actions import index_tokens
from ryorin.workspace.search.rules import grams

_DEFAULTS: dict[str, Any] = {
    "name": "", "company_id": None, "person_id": None, "pipeline_id": None, "stage_id": None, "state": "open",
    "amount": 0, "currency": "", "expected_close_on": None, "opened_at": None, "closed_at": None,
    "lost_reason_id": None, "lost_note": "", "next_action": "", "next_action_on": None, "source_channel": "",
    "source_campaign_id": None, "budget": None, "problem": "", "problem_cost": None, "cost_basis": "", "solution": "",
    "effect": "", "competitor": "", "memo": "", "owner_id": None, "external_key": None, "yomi": "",
}  # fmt: skip
COLUMNS = tuple(_DEFAULTS)
_REST = ("stage_since", "handoff_id", "version", "created_at", "updated_at", "id")
_MOVE_COLUMNS = ("deal_id", "stage_id", "state", "at", "by_id", "updated_at")
_LINE_COLUMNS = ("deal_id", "product_id", "quantity", "unit_price", "amount")
_CLOSED = {DealState.WON.value: "deal_won", DealState.LOST.value: "deal_lost"}

Row = Mapping[str, Any]


@transaction.atomic
def add_deals(rows: Sequence[Row], *, by: Member | None) -> Sequence[int]:
    """This function will add the deals, open or closed, and return their ids; values as the columns hold them.

    `lines` are products as (product id, quantity, unit price, amount). People reach the stages that follow.
    """
    require(by, "deals.change")
    now, currency = clock.now(), current().currency
    ids = reserve_ids(Deal, len(rows))
    pairs = list(zip(ids, ({**_DEFAULTS, "currency": currency, **row} for row in rows), strict=True))
    member = by.pk if by else None
    insert_rows(
        Deal,
        (*COLUMNS, *_REST),
        [
            (*(row[name] for name in COLUMNS), row["closed_at"] or row["opened_at"], None, 1, now, now, pk)
            for pk, row in pairs
        ],
    )
    insert_rows(
        DealPerson,
        ("deal_id", "person_id", "part", "attitude", "note"),
        [(pk, row["person_id"], "", "", "") for pk, row in pairs if row["person_id"]],
    )
    insert_rows(DealProduct, _LINE_COLUMNS, [(pk, *line) for pk, row in pairs for line in row.get("lines", ())])
    moves = [(pk, row["stage_id"], DealState.OPEN.value, row["opened_at"], member, now) for pk, row in pairs]
    moves += [
        (pk, row["stage_id"], row["state"], row["closed_at"], member, now)
        for pk, row in pairs
        if row["state"] != DealState.OPEN
    ]
    insert_rows(StageMove, _MOVE_COLUMNS, moves)
    index_all(pairs)
    tell(pairs, by=by, currency=currency)
    reach_stages(reached_by(pairs), by=by)
    return ids


@transaction.atomic
def apply_changes(changes: Sequence[tuple[int, Row, Row]], *, by: Member | None) -> None:
    """This function will set the new values of each deal (id, old values, new values) through the verbs of one deal."""
    deals = Deal.objects.in_bulk([pk for pk, _old, _new in changes])
    for pk, _old, new in changes:
        apply_change(deals[pk], dict(new), by=by)


def apply_change(deal: Deal, new: dict[str, Any], *, by: Member | None) -> None:
    """This function will change fields, stage and outcome of a deal, each by the verb that is made for it."""
    fields = {name: new[name] for name in CHANGEABLE if name in new}
    for name, model in (("company", Company), ("person", Person), ("owner", Member)):
        if f"{name}_id" in new:
            fields[name] = model._default_manager.filter(pk=new[f"{name}_id"]).first()
    deal = change_deal(deal, by=by, version=None, **fields)
    state, closed_at = new.get("state"), new.get("closed_at")
    if state and state != deal.state and deal.state != DealState.OPEN:
        deal = reopen_deal(deal, by=by)
    if "stage_id" in new and deal.state == DealState.OPEN:
        deal = move_deal(deal, Stage.objects.get(pk=new["stage_id"]), by=by)
    if state == DealState.WON and deal.state == DealState.OPEN:
        deal = win_deal(deal, by=by, at=closed_at)
    elif state == DealState.LOST and deal.state == DealState.OPEN:
        reason = LostReason.objects.filter(pk=new.get("lost_reason_id") or 0).first() or unknown_reason()
        deal = lose_deal(deal, by=by, reason=reason, note=new.get("lost_note", ""), at=closed_at)
    rest = {name: new[name] for name in ("opened_at", "closed_at", "lost_reason_id", "lost_note") if name in new}
    differing = {name: value for name, value in rest.items() if getattr(deal, name) != value}
    if differing and not (deal.state == DealState.OPEN and differing.keys() == {"closed_at"}):
        facts: dict[str, Any] = {name: [getattr(deal, name), value] for name, value in differing.items()}
        Deal.objects.filter(pk=deal.pk).update(**differing, updated_at=clock.now())
        record_alike("deal_changed", "deal", [(deal.pk, facts)], by=by)


def unknown_reason() -> LostReason:
    """Return the reason that stands for a loss whose reason the other system did not tell."""
    return LostReason.objects.order_by("-position", "-pk").first() or LostReason.objects.create(name=_("その他"))


def index_all(pairs: Sequence[tuple[int, Row]]) -> None:
    """This function will make the new deals findable by name, company and main person."""
    companies = Company.objects.only("name", "name_kana").in_bulk({row["company_id"] for _pk, row in pairs} - {None})
    people = Person.objects.in_bulk({row["person_id"] for _pk, row in pairs} - {None})
    tokens = []
    for pk, row in pairs:
        company, person = companies.get(row["company_id"]), people.get(row["person_id"])
        words = (
            f"{company.name} {company.name_kana}" if company else "",
            f"{person.name} {person.kana}" if person else "",
        )
        tokens.append((pk, grams(search_text(row["name"], *words))))
    index_tokens("deal", tokens)


def tell(pairs: Sequence[tuple[int, Row]], *, by: Member | None, currency: str) -> None:
    """This function will write the facts: opened, and won or lost where they were."""
    record_alike(
        "deal_opened",
        "deal",
        [(pk, {"name": row["name"], "amount": row["amount"], "why": "imported"}) for pk, row in pairs],
        by=by,
    )
    touchpoints = [touchpoint("deal_opened", pk, row, at="opened_at", by=by, currency=currency) for pk, row in pairs]
    for state, kind in _CLOSED.items():
        closed = [(pk, row) for pk, row in pairs if row["state"] == state]
        if closed:
            record_alike(
                kind, "deal", [(pk, {"name": row["name"], "amount": row["amount"]}) for pk, row in closed], by=by
            )
        touchpoints += [touchpoint(kind, pk, row, at="closed_at", by=by, currency=currency) for pk, row in closed]
    write_inbox(one for one in touchpoints if one["person_id"] or one["company_id"])


def touchpoint(kind: str, pk: int, row: Row, *, at: str, by: Member | None, currency: str) -> dict[str, Any]:
    return {
        "at": row[at],
        "kind": kind,
        "person_id": row["person_id"],
        "company_id": row["company_id"],
        "channel": row["source_channel"],
        "campaign_id": row["source_campaign_id"],
        "member_id": by.pk if by else None,
        "value": row["amount"] if row["currency"] == currency else None,
        "source": "deals",
        "properties": json.dumps({"deal_id": pk, "deal": row["name"]}, ensure_ascii=False),
    }


def reached_by(pairs: Sequence[tuple[int, Row]]) -> list[Reached]:
    """Return how far the deals bring their people: opportunity, customer, and repeat from the second one won."""
    people = {row["person_id"] for _pk, row in pairs if row["person_id"]}
    ids = [pk for pk, _row in pairs]
    won = Deal.objects.filter(state=DealState.WON, person_id__in=people).exclude(pk__in=ids)
    bought = set(won.values_list("person_id", flat=True)) if people else set()
    reached = []
    for pk, row in sorted(pairs, key=lambda pair: pair[1]["closed_at"] or pair[1]["opened_at"]):
        person, cause = row["person_id"], (row["source_channel"], row["source_campaign_id"], "deal", pk)
        if not person:
            continue
        reached.append(Reached(person, LifecycleStage.OPPORTUNITY.value, row["opened_at"], "deal_opened", *cause))
        if row["state"] == DealState.WON:
            reached.append(Reached(person, LifecycleStage.CUSTOMER.value, row["closed_at"], "deal_won", *cause))
            if person in bought:
                reached.append(Reached(person, LifecycleStage.REPEAT.value, row["closed_at"], "deal_won", *cause))
            bought.add(person)
    return reached
