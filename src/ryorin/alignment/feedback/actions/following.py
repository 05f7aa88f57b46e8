"""Reading what sales says: answers to hand-offs, ends of deals, what customers need; each once, however often read."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from ryorin.alignment.feedback.actions.judging import judge
from ryorin.alignment.feedback.actions.tying import Draft, tie
from ryorin.alignment.feedback.models import FeedbackPosition, Said, Saying
from ryorin.alignment.feedback.rules import topic_of
from ryorin.alignment.handoffs.models import Handoff, HandoffState
from ryorin.customers.voice.models import Need
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal, DealState

BATCH = 500
OVERLAP = timedelta(minutes=1)  # what was being written while its neighbours were read is read again
JUDGED_ANEW = timedelta(days=1)  # without news, too: what is old falls out of the window
COMPARED = ("kind", "key", "label", "at", "person_id", "by_id", "owner_id")


def follow_feedback() -> int:
    """This function will read what is new, judge it where there is something to judge, and return how much was new."""
    news = read_news()
    with transaction.atomic():
        position, now = _locked(), clock.now()
        is_old = position.judged_at is None or position.judged_at <= now - JUDGED_ANEW
        if position.is_new or is_old:
            judge(now=now)
            position.judged_at, position.is_new = now, False
            position.save(update_fields=["judged_at", "is_new"])
    return news


def read_news() -> int:
    """This function will read the hand-offs, deals and needs that changed, and return how many sayings are new."""
    return (
        _read(Handoff, "handoffs_until", _of_handoff, columns=HANDOFF_COLUMNS)
        + _read(Deal, "deals_until", _of_deal, columns=DEAL_COLUMNS)
        + _read(Need, "needs_until", _of_need, columns=NEED_COLUMNS)
    )


def _read(
    model: Any, until: str, drafts_of: Callable[[dict[str, Any]], Iterator[Draft]], *, columns: Sequence[str]
) -> int:
    """This function will read one table's changed rows in batches, each with its position in one transaction."""
    start = FeedbackPosition.objects.values_list(until, flat=True).filter(pk=1).first()
    cursor: tuple[datetime, int] | None = (start - OVERLAP, 0) if start else None
    news = 0
    while True:
        with transaction.atomic():
            position = _locked()
            rows = model.objects.order_by("updated_at", "pk")
            if cursor is not None:
                at, pk = cursor
                rows = rows.filter(Q(updated_at__gt=at) | Q(updated_at=at, pk__gt=pk))
            batch = list(rows.values("pk", "updated_at", *columns)[:BATCH])
            if not batch:
                return news
            kept = keep([draft for row in batch for draft in drafts_of(row)], model=model, ids=[r["pk"] for r in batch])
            cursor = (batch[-1]["updated_at"], batch[-1]["pk"])
            setattr(position, until, max(cursor[0], getattr(position, until) or cursor[0]))
            position.is_new = position.is_new or kept > 0
            position.save(update_fields=[until, "is_new"])
            news += kept


def keep(drafts: Sequence[Draft], *, model: Any, ids: Sequence[int]) -> int:
    """This function will write what is new or changed of these records and take away what no longer holds."""
    known = {one.source_key: one for one in Saying.objects.filter(**{f"{model._meta.model_name}__in": ids})}
    stale = [one.pk for key, one in known.items() if key not in {draft.source_key for draft in drafts}]
    if stale:
        Saying.objects.filter(pk__in=stale).delete()
    changed: list[tuple[Saying, Draft]] = []
    for draft in drafts:
        row = known.get(draft.source_key) or Saying(source_key=draft.source_key)
        if row.pk and all(getattr(row, name) == getattr(draft, name) for name in COMPARED):
            continue
        for name in (*COMPARED, "handoff_id", "deal_id", "need_id"):
            setattr(row, name, getattr(draft, name))
        row.save()
        changed.append((row, draft))
    tie(changed)
    for kind, key, label in {(row.kind, row.key, row.label) for row, _draft in changed if row.key}:
        Saying.objects.filter(kind=kind, key=key).exclude(label=label).update(label=label)  # it was renamed
    return len(changed) + len(stale)


HANDOFF_COLUMNS = (
    "state", "answered_at", "send_back_reason_id", "send_back_reason__name", "person_id", "person__source_campaign_id",
    "campaign_id", "answered_by_id", "owner_id",
)  # fmt: skip
DEAL_COLUMNS = (
    "state", "closed_at", "lost_reason_id", "lost_reason__name", "competitor", "person_id",
    "person__source_campaign_id", "source_campaign_id", "owner_id",
)  # fmt: skip
NEED_COLUMNS = (
    "kind", "what", "area", "competitor", "said_at", "person_id", "person__source_campaign_id", "owner_id",
)  # fmt: skip


def _of_handoff(row: dict[str, Any]) -> Iterator[Draft]:
    if row["state"] == HandoffState.WAITING or row["answered_at"] is None:
        return
    is_back = row["state"] == HandoffState.SENT_BACK
    yield Draft(
        source_key=f"handoff:{row['pk']}",
        kind=Said.SENT_BACK if is_back else Said.ACCEPTED,
        key=str(row["send_back_reason_id"] or "") if is_back else "",
        label=row["send_back_reason__name"] or "" if is_back else "",
        at=row["answered_at"],
        person_id=row["person_id"],
        handoff_id=row["pk"],
        by_id=row["answered_by_id"] or row["owner_id"],
        owner_id=row["owner_id"],
        campaign_id=row["campaign_id"] or row["person__source_campaign_id"],
    )


def _of_deal(row: dict[str, Any]) -> Iterator[Draft]:
    if row["state"] == DealState.OPEN or row["closed_at"] is None:
        return
    is_lost = row["state"] == DealState.LOST
    same: dict[str, Any] = {
        "at": row["closed_at"],
        "person_id": row["person_id"],
        "deal_id": row["pk"],
        "by_id": row["owner_id"],
        "owner_id": row["owner_id"],
        "campaign_id": row["source_campaign_id"] or row["person__source_campaign_id"],
    }
    yield Draft(
        source_key=f"deal:{row['pk']}",
        kind=Said.LOST if is_lost else Said.WON,
        key=str(row["lost_reason_id"] or "") if is_lost else "",
        label=row["lost_reason__name"] or "" if is_lost else "",
        **same,
    )
    rival = row["competitor"].strip()
    if is_lost and rival:
        yield Draft(
            source_key=f"deal:{row['pk']}:competitor", kind=Said.COMPETITOR, key=topic_of(rival), label=rival, **same
        )


def _of_need(row: dict[str, Any]) -> Iterator[Draft]:
    is_rival = row["kind"] == Said.COMPETITOR
    label = (row["competitor"] if is_rival else row["area"]).strip() or row["what"].strip()
    yield Draft(
        source_key=f"need:{row['pk']}",
        kind=Said(row["kind"]),
        key=topic_of(label),
        label=label[:200],
        at=row["said_at"],
        person_id=row["person_id"],
        need_id=row["pk"],
        by_id=row["owner_id"],
        owner_id=row["owner_id"],
        campaign_id=row["person__source_campaign_id"],
    )


def _locked() -> FeedbackPosition:
    """Return the position under lock; must be called within a transaction."""
    FeedbackPosition.objects.get_or_create(pk=1)
    return FeedbackPosition.objects.select_for_update().get(pk=1)
