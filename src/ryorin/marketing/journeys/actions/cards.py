"""What each kind of card does, for everybody who stands at it at once."""

import json
from collections.abc import Callable
from datetime import datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import override

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.values import one_value
from ryorin.customers.people.actions import change_person
from ryorin.customers.segments.models import Membership, Segment
from ryorin.customers.timeline.actions import Touchpoint, record_many
from ryorin.lib.fiscal import add_business_days
from ryorin.marketing.journeys.actions.trip import Fail, Go, Stay, Traveller, Trip, Verdict
from ryorin.marketing.journeys.models import Node, NodeKind
from ryorin.marketing.journeys.queries.facts import did_since
from ryorin.marketing.journeys.queries.limits import allowed_now
from ryorin.marketing.journeys.rules.checking import SETTABLE
from ryorin.marketing.journeys.rules.choosing import arm_of_share, share_of
from ryorin.marketing.journeys.rules.waiting import CHECK_AGAIN, after, wait_until
from ryorin.marketing.mail.models import MailKind, Message
from ryorin.marketing.segments.actions.filling import Move, put, settle_size
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.tasks.actions import add_task
from ryorin.workspace.webhooks.actions import queue_calls
from ryorin.workspace.webhooks.models import Webhook

Work = Callable[[Trip, Node, list[Traveller]], list[Verdict]]


def do_card(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    """Return what becomes of each of the group at this card, having done what the card does."""
    return CARDS[NodeKind(node.kind)](trip, node, group)


def _start(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    return [Go("entered") for _one in group]


def _wait(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for one in group:
        if one.woken == "skipped":
            verdicts.append(Go("skipped"))
        elif one.is_resting:
            verdicts.append(Go("waited"))
        else:
            due_at = wait_until(one.since, node.config, work=trip.work)
            verdicts.append(Stay(due_at) if due_at > trip.now else Go("waited"))
    return verdicts


def _wait_for(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    """Wait for a touchpoint (facts wake the passage) or for a condition (looked at again and again)."""
    config, met = node.config, set[int]()
    is_condition = config.get("what") == "condition"
    limits = {one.pk: after(one.since, int(config["amount"]), str(config["unit"]), work=trip.work) for one in group}
    if is_condition:
        met = trip.matching(config["condition"], [one.person_id for one in group])
    else:  # before it is called too late: did nobody notice?
        late = {one.person_id: one.since for one in group if limits[one.pk] <= trip.now and not one.woken}
        met = did_since(late, kind=config["kind_of"], where=config.get("where"))
    verdicts: list[Verdict] = []
    for one in group:
        limit = limits[one.pk]
        if one.woken == "met" or one.person_id in met:
            verdicts.append(Go("met", 0))
        elif one.woken == "skipped":
            verdicts.append(Go("skipped", 1))
        elif trip.now >= limit:
            verdicts.append(Go("late", 1))
        else:
            verdicts.append(Stay(min(limit, trip.now + CHECK_AGAIN) if is_condition else limit))
    return verdicts


def _branch(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    """Take the first arm whose condition is met, asking each condition of all who are left, in one go."""
    arms = node.config["arms"]
    chosen, left = dict[int, int](), {one.person_id for one in group}
    for number, arm in enumerate(arms[:-1]):
        if left:
            met = trip.matching(arm["condition"], sorted(left))
            chosen |= dict.fromkeys(met, number)
            left -= met
    last = len(arms) - 1
    return [_to_arm(arms, chosen.get(one.person_id, last)) for one in group]


def _split(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    arms = node.config["arms"]
    shares = [int(arm["share"]) for arm in arms]
    salt = f"journey:{trip.journey.pk}:{node.key}"
    return [_to_arm(arms, arm_of_share(shares, share_of(salt, one.person_id))) for one in group]


def _to_arm(arms: list[dict[str, str]], number: int) -> Verdict:
    return Go("arm", number, {"name": arms[number].get("name", "")})


def _mail(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    """Hand the message over to be sent, as soon as one may write to each of them."""
    from ryorin.marketing.mailings.actions import send_many
    from ryorin.marketing.mailings.models import RecipientState
    from ryorin.marketing.mailings.rules.reasons import GONE
    from ryorin.marketing.mailings.rules.reasons import why as reason_in_words

    message = Message.objects.current().filter(pk=node.config["message"]).first()
    if message is None:
        return [Fail(_("メッセージがありません。")) for _one in group]
    is_promotion = message.kind == MailKind.PROMOTION
    waits = allowed_now([one.person_id for one in group], trip.now) if is_promotion else {}
    now = [one for one in group if not waits.get(one.person_id)]
    keys = {one.pk: f"journey:{one.pk}:{one.visit}" for one in now}
    reason = _("ジャーニー「%(name)s」") % {"name": trip.journey.name}
    rows = send_many(message, [(one.person_id, keys[one.pk]) for one in now], reason=reason) if now else {}
    verdicts: list[Verdict] = []
    for one in group:
        if wait := waits.get(one.person_id):
            verdicts.append(Stay(wait))
            continue
        row = rows.get(keys[one.pk])
        if row is None or row.state in (RecipientState.SUPPRESSED, RecipientState.SKIPPED):
            why = reason_in_words(row.answer if row is not None else GONE)
            verdicts.append(Go("suppressed", detail={"why": why, "message": message.name}))
        else:
            verdicts.append(Go("queued", detail={"message": message.name, "recipient": row.pk}))
    return verdicts


def _task(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    people = trip.people([one.person_id for one in group])
    day = add_business_days(trip.work.day_of(trip.now), int(node.config["days"]), closed=trip.work.closed)
    due_at = datetime.combine(day, time(17), trip.work.zone)
    if due_at <= trip.now:
        due_at = after(due_at, 1, "business_days", work=trip.work)
    verdicts: list[Verdict] = []
    for one in group:
        person = people[one.person_id]
        owner = _member(trip, node.config["owner"], person.owner)
        with override(owner.language if owner else "ja"):
            why = _("ジャーニー「%(name)s」") % {"name": trip.journey.name}
        task = add_task(
            title=str(node.config["title"]),
            note=str(node.config.get("note", "")),
            owner=owner,
            by=None,
            due_at=due_at,
            about=("person", person.pk, person.name),
            why=why,
        )
        if owner is not None:
            notify([owner], kind="task_assigned", text=task.title, url="/tasks")
        verdicts.append(Go("task", detail={"task": task.pk}))
    return verdicts


def _score(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    from ryorin.customers.people.actions.scores import give_points

    points = int(node.config["points"])
    give_points([one.person_id for one in group], points)
    record_many(
        Touchpoint(
            kind="points_given",
            source=f"journey:{trip.journey.pk}",
            at=trip.now,
            person_id=one.person_id,
            properties={"points": points, "journey": trip.journey.name},
        )
        for one in group
    )
    return [Go("points", detail={"points": points}) for _one in group]


def _set_field(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    field = next((one for one in SETTABLE if one.name == node.config["field"]), None)
    if field is None:
        return [Fail(_("変える項目がありません。")) for _one in group]
    try:
        value = one_value(node.config["value"], field, where=str(field.label))
    except ConditionInvalid as problem:
        return [Fail(str(problem)) for _one in group]
    shown = dict(field.options()).get(str(value), value) if field.options() else value
    given = Member.objects.filter(pk=str(value)).first() if field.name == "owner" else value
    people = trip.people([one.person_id for one in group])
    verdicts: list[Verdict] = []
    for one in group:
        person = people[one.person_id]
        is_same = getattr(person, field.path) == value
        if not is_same:
            change_person(person, by=None, version=None, **{field.name: given})
        detail = {"field": str(field.label), "value": str(shown)}
        verdicts.append(Go("unchanged" if is_same else "changed", detail=detail))
    return verdicts


def _segment(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    segment = Segment.objects.in_use().filter(pk=node.config["segment"]).first()
    if segment is None:
        return [Fail(_("セグメントがありません。")) for _one in group]
    people = {one.person_id for one in group}
    held = set(Membership.objects.filter(segment=segment, person_id__in=people).values_list("person_id", flat=True))
    reason = {"cause": "journey", "name": trip.journey.name}
    moves = [Move(pk, True, reason) for pk in sorted(people - held)]
    if moves:
        put(segment.pk, moves, at=trip.now)
        settle_size(segment.pk)
    return [Go("listed", detail={"name": segment.name}) for _one in group]


def _webhook(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    webhook = Webhook.objects.filter(pk=node.config["webhook"]).first()
    if webhook is None:
        return [Fail(_("Webhookがありません。")) for _one in group]
    people = trip.people([one.person_id for one in group])
    calls = []
    for one in group:
        person = people[one.person_id]
        body = {
            "event": "journey",
            "journey": {"id": trip.journey.pk, "name": trip.journey.name, "card": node.key},
            "passage": one.pk,
            "at": trip.now.isoformat(),
            "person": {
                "id": person.pk,
                "name": person.name,
                "email": person.email,
                "company": person.company.name if person.company else "",
                "external_key": person.external_key or "",
            },
        }
        calls.append((f"journey:{one.pk}:{one.visit}", json.dumps(body, ensure_ascii=False)))
    queue_calls(webhook, calls)
    return [Go("called", detail={"name": webhook.name}) for _one in group]


def _notify(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    people = trip.people([one.person_id for one in group])
    verdicts: list[Verdict] = []
    for one in group:
        person = people[one.person_id]
        member = _member(trip, node.config["to"], person.owner)
        if member is None:
            verdicts.append(Go("told", detail={"name": _("（担当なし）")}))
            continue
        text = f"{person.name}：{node.config['text']}"
        notify([member], kind="journey", text=text, url=f"/people/{person.pk}")
        verdicts.append(Go("told", detail={"name": member.name}))
    return verdicts


def _goal(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    for one in group:
        one.goal_at = one.goal_at or trip.now
    return [Go("reached", detail={"name": str(node.config["name"])}) for _one in group]


def _goto(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    return [Go("jumped") for _one in group]


def _exit(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    return [Go("ended") for _one in group]


def _member(trip: Trip, chosen: object, owner: Member | None) -> Member | None:
    """Return who is meant: the person's owner (else the journey's), the journey's owner, or a member by number."""
    if chosen == "person":
        found = owner if owner is not None and owner.is_active else trip.journey.owner
    elif chosen == "journey":
        found = trip.journey.owner
    else:
        found = Member.objects.filter(pk=str(chosen)).first()
    return found if found is not None and found.is_active else None


CARDS: dict[NodeKind, Work] = {
    NodeKind.START: _start,
    NodeKind.WAIT: _wait,
    NodeKind.WAIT_FOR: _wait_for,
    NodeKind.BRANCH: _branch,
    NodeKind.SPLIT: _split,
    NodeKind.MAIL: _mail,
    NodeKind.TASK: _task,
    NodeKind.SCORE: _score,
    NodeKind.SET_FIELD: _set_field,
    NodeKind.SEGMENT: _segment,
    NodeKind.WEBHOOK: _webhook,
    NodeKind.NOTIFY: _notify,
    NodeKind.GOAL: _goal,
    NodeKind.GOTO: _goto,
    NodeKind.EXIT: _exit,
}
