"""Deals shaped for the board and the pages around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from ryorin.customers.voice.models import Need
from ryorin.lib import clock
from ryorin.sales.deals.errors import NoStage
from ryorin.sales.deals.models import (
    Deal,
    DealAnswer,
    DealPerson,
    DealProduct,
    DealQuerySet,
    LostReason,
    Pipeline,
    Stage,
    StageRule,
)
from ryorin.sales.deals.rules import (
    ASKABLE,
    DEFAULT_LOST_REASONS,
    DEFAULT_PIPELINE,
    DEFAULT_STAGES,
    Known,
    entered,
    weighted,
)
from ryorin.sales.next_actions.queries import planned_for_deal
from ryorin.workspace.members.models import Member

CARDS = 20


@dataclass(frozen=True, slots=True)
class Card:
    """What the board shows of one deal."""

    pk: int
    name: str
    amount: int
    currency: str
    stage_since: datetime
    next_action: str
    next_action_on: date | None
    is_planned: bool
    version: int
    company: str
    person: str
    owner: Member | None
    missing: int = 0


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One stage with its open deals: how many, what they sum to, and the first cards."""

    stage: Stage
    count: int
    amount: int
    cards: list[Card]
    next_after: str = ""

    @property
    def weighted(self) -> int:
        return weighted(self.amount, self.stage.probability)

    @property
    def stale_before(self) -> datetime | None:
        return standing_since(self.stage)


@dataclass(frozen=True, slots=True)
class Board:
    pipeline: Pipeline
    columns: list[BoardColumn]

    @property
    def count(self) -> int:
        return sum(column.count for column in self.columns)

    @property
    def amount(self) -> int:
        return sum(column.amount for column in self.columns)

    @property
    def weighted(self) -> int:
        return sum(column.weighted for column in self.columns)


def board(pipeline: Pipeline, member: Member, where: Q | None = None) -> Board:
    """Return the open deals of a pipeline that the member sees, by stage: totals of all, cards of the newest."""
    deals = open_deals(pipeline, member, where)
    totals = {
        stage_id: (count, amount)
        for stage_id, count, amount in deals.order_by()
        .values_list("stage_id")
        .annotate(count=Count("pk"), sum=Coalesce(Sum("amount"), 0))
    }
    stages = list(pipeline.stages.all())
    pages = [_rows(stage, deals) if stage.pk in totals else ([], "") for stage in stages]
    owners = _owners(row for rows, _after in pages for row in rows)
    missing = missing_ahead(pipeline, [row["pk"] for rows, _after in pages for row in rows])
    columns = []
    for stage, (rows, after) in zip(stages, pages, strict=True):
        count, amount = totals.get(stage.pk, (0, 0))
        cards = [_card(row, owners, missing) for row in rows]
        columns.append(BoardColumn(stage=stage, count=count, amount=amount, cards=cards, next_after=after))
    return Board(pipeline=pipeline, columns=columns)


def open_deals(pipeline: Pipeline, member: Member, where: Q | None = None) -> DealQuerySet:
    """Return the open deals of a pipeline that the member sees."""
    deals: DealQuerySet = Deal.objects.visible_to(member).open().filter(pipeline=pipeline)
    return deals.filter(where) if where is not None else deals


def cards_of(stage: Stage, deals: DealQuerySet, *, after: str = "") -> tuple[list[Card], str]:
    """Return the next cards of a stage, newest in the stage first, and the key to go on after; "" at the end."""
    rows, following = _rows(stage, deals, after=after)
    owners = _owners(rows)
    missing = missing_ahead(stage.pipeline, [row["pk"] for row in rows])
    return [_card(row, owners, missing) for row in rows], following


CARD_COLUMNS = (
    "pk", "name", "amount", "currency", "stage_since", "next_action", "next_action_on", "version", "owner_id",
    "company__name", "person__family_name", "person__given_name",
)  # fmt: skip


def _rows(stage: Stage, deals: DealQuerySet, *, after: str = "") -> tuple[list[dict[str, Any]], str]:
    """Return the values of the next cards of a stage, and the key to go on after."""
    rows = deals.filter(stage=stage).order_by("-stage_since", "-pk")
    if place := _place(after):
        since, pk = place
        rows = rows.filter(Q(stage_since__lt=since) | Q(stage_since=since, pk__lt=pk), stage_since__lte=since)
    found = list(rows.values(*CARD_COLUMNS, is_planned=planned_for_deal())[: CARDS + 1])
    last = found[CARDS - 1] if len(found) > CARDS else None
    return found[:CARDS], f"{last['stage_since'].timestamp():.6f}_{last['pk']}" if last else ""


def _owners(rows: Iterable[dict[str, Any]]) -> dict[int, Member]:
    return Member.objects.in_bulk({row["owner_id"] for row in rows if row["owner_id"]})


def _card(row: dict[str, Any], owners: dict[int, Member], missing: dict[int, int]) -> Card:
    company, owner = row.pop("company__name") or "", owners.get(row.pop("owner_id"))
    names = (row.pop("person__family_name"), row.pop("person__given_name"))
    return Card(
        **row, company=company, person=" ".join(filter(None, names)), owner=owner, missing=missing.get(row["pk"], 0)
    )


def _place(after: str) -> tuple[datetime, int] | None:
    """Return the moment and id a page key stands for; None for no key and for one nobody gave out."""
    since, _mark, pk = after.partition("_")
    try:
        return datetime.fromtimestamp(float(since), tz=clock.now().tzinfo), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def rules_of(stage: Stage, *, since: Stage | None) -> list[StageRule]:
    """Return what a deal must meet on its way from one stage to another: the rules of each stage it newly enters."""
    rules = list(StageRule.objects.filter(stage__pipeline=stage.pipeline_id).select_related("stage"))
    if not rules:
        return []
    order = list(Stage.objects.filter(pipeline=stage.pipeline_id).values_list("pk", flat=True))
    ahead = set(entered(order, since=since.pk if since else None, to=stage.pk))
    return list({(rule.kind, rule.name): rule for rule in rules if rule.stage_id in ahead}.values())


def missing_for(deal: Deal, stage: Stage, *, since: Stage | None = None) -> list[StageRule]:
    """Return what is not known yet for the deal to enter the stage, from where it stands (or from `since`)."""
    rules = rules_of(stage, since=since or deal.stage)
    if not rules:
        return []
    known = known_of([deal])[deal.pk]
    return [rule for rule in rules if not known.has(rule.kind, rule.name)]


def known_of(deals: Sequence[Deal]) -> dict[int, Known]:
    """Return what is known of each deal, in four queries however many there are."""
    ids = [deal.pk for deal in deals]
    found: dict[str, dict[int, set[str]]] = {name: {pk: set() for pk in ids} for name in ("part", "need", "answer")}
    for deal_id, part in DealPerson.objects.filter(deal__in=ids).exclude(part="").values_list("deal_id", "part"):
        found["part"][deal_id].add(part)
    for deal_id, kind in Need.objects.filter(deal_id__in=ids).values_list("deal_id", "kind"):
        found["need"][deal_id or 0].add(kind)
    for deal_id, key in DealAnswer.objects.filter(deal__in=ids).values_list("deal_id", "key"):
        found["answer"][deal_id].add(key)
    with_products = set(DealProduct.objects.filter(deal__in=ids).values_list("deal_id", flat=True))
    return {
        deal.pk: Known(
            fields=frozenset(name for name in ASKABLE if name != "products" and _is_filled(deal, name))
            | (frozenset({"products"}) if deal.pk in with_products else frozenset()),
            parts=frozenset(found["part"][deal.pk]),
            needs=frozenset(found["need"][deal.pk]),
            answers=frozenset(found["answer"][deal.pk]),
        )
        for deal in deals
    }


def missing_ahead(pipeline: Pipeline, ids: Sequence[int]) -> dict[int, int]:
    """Return how many things each deal misses for its next stage; deals that miss nothing are left out."""
    asked: dict[int, list[StageRule]] = {}
    for rule in StageRule.objects.filter(stage__pipeline=pipeline):
        asked.setdefault(rule.stage_id, []).append(rule)
    if not asked or not ids:
        return {}
    order = list(pipeline.stages.values_list("pk", flat=True))
    following = dict(pairwise(order))
    deals = list(Deal.objects.filter(pk__in=ids).defer("memo"))
    known = known_of(deals)
    counts = {
        deal.pk: sum(
            not known[deal.pk].has(rule.kind, rule.name) for rule in asked.get(following.get(deal.stage_id, 0), [])
        )
        for deal in deals
    }
    return {pk: count for pk, count in counts.items() if count}


def _is_filled(deal: Deal, name: str) -> bool:
    """Return whether the deal's field says something; an amount of nothing says nothing."""
    column = {"company": "company_id", "person": "person_id"}.get(name, name)
    return bool(getattr(deal, column))


def standing_since(stage: Stage) -> datetime | None:
    """Return the moment before which a deal must have entered the stage to stand in it for too long; None for never."""
    return clock.now() - timedelta(days=stage.stale_days) if stage.stale_days else None


def stale_deals(member: Member) -> dict[Stage, int]:
    """Return how many open deals that the member sees stand still, by stage; stages without any are left out."""
    standing = {}
    for stage in Stage.objects.filter(pipeline__is_active=True, stale_days__gt=0).select_related("pipeline"):
        rows = Deal.objects.visible_to(member).open().filter(pipeline_id=stage.pipeline_id, stage=stage)
        if count := rows.filter(stage_since__lt=standing_since(stage)).count():
            standing[stage] = count
    return standing


def pipelines() -> list[Pipeline]:
    """Return the pipelines in use, in order; a fresh installation is given the default one."""
    active = list(Pipeline.objects.filter(is_active=True))
    return active or [default_pipeline()]


def default_pipeline() -> Pipeline:
    """Return the first pipeline in use; a fresh installation is given one with its stages and lost reasons."""
    return Pipeline.objects.filter(is_active=True).first() or _first_pipeline()


@transaction.atomic
def _first_pipeline() -> Pipeline:
    pipeline, _made = Pipeline.objects.get_or_create(name=DEFAULT_PIPELINE, defaults={"is_active": True})
    for position, (name, probability) in enumerate(DEFAULT_STAGES):
        Stage.objects.get_or_create(
            pipeline=pipeline, name=name, defaults={"position": position, "probability": probability}
        )
    for position, name in enumerate(DEFAULT_LOST_REASONS):
        LostReason.objects.get_or_create(name=name, defaults={"position": position})
    return pipeline


def first_stage(pipeline: Pipeline) -> Stage:
    """Return where deals of the pipeline begin; refuses a pipeline without stages."""
    stage = pipeline.stages.first()
    if stage is None:
        raise NoStage(pipeline=pipeline.name)
    return stage


def lost_reasons() -> list[LostReason]:
    """Return the reasons to lose a deal, in order."""
    return list(LostReason.objects.all())


def usage_of_stages() -> dict[int, int]:
    """Return how many deals stand in each stage, closed ones included; stages without any are left out."""
    return dict(Deal.objects.order_by().values_list("stage_id").annotate(count=Count("pk")))


def usage_of_reasons() -> dict[int, int]:
    """Return how many deals were lost for each reason; reasons without any are left out."""
    lost = Deal.objects.filter(lost_reason__isnull=False).order_by()
    return dict(lost.values_list("lost_reason_id").annotate(count=Count("pk")))
