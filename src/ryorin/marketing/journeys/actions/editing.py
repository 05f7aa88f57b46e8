"""Drawing a journey: every step is a change of the draft that can be taken back; nobody inside is touched by it."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import Field

from ryorin.lib import clock
from ryorin.marketing.journeys.errors import InUse, JourneyGone, NameMissing, NameTaken, NothingToUndo, TextTooLong
from ryorin.marketing.journeys.models import Journey, JourneyState, Passage, Reentry
from ryorin.marketing.journeys.rules import drawing as rules
from ryorin.marketing.journeys.rules.drawing import Card, Drawing, Place, read, to_json
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST_BEFORE = 30
LONGEST_PAUSE = 3_650
SETTINGS = ("name", "goal", "reentry", "reentry_days", "excluded")


@transaction.atomic
def create_journey(*, name: str, by: Member | None, goal: str = "", drawing: Drawing | None = None) -> Journey:
    """This function will begin a journey, drawn empty or from a sample; nobody comes in before it is switched on."""
    require(by, "journeys.change")
    now = clock.now()
    drawn = to_json(drawing or Drawing({"kind": "touchpoint", "kind_of": "form_submitted"}))
    row = Journey(**_texts(name, goal), draft=drawn, owner=by, created_at=now, updated_at=now)
    _save(row)
    audit.record("journey_created", "journey", row.pk, by=by, name=row.name)
    return row


@transaction.atomic
def copy_journey(journey: Journey, *, by: Member | None) -> Journey:
    """This function will begin another journey from the draft of one."""
    require(by, "journeys.change")
    number, names = 2, set(Journey.objects.values_list("name", flat=True))
    while (name := f"{journey.name[:72]} ({number})") in names:
        number += 1
    return create_journey(name=name, goal=journey.goal, drawing=read(journey.draft), by=by)


@transaction.atomic
def change_settings(
    journey: Journey,
    *,
    by: Member | None,
    version: int | None,
    name: str,
    goal: str = "",
    reentry: str = Reentry.ONCE,
    reentry_days: int = 90,
    excluded: Iterable[int] = (),
) -> Journey:
    """This function will change name, aim, re-entry and exclusions; they hold from now on for whoever would come."""
    require(by, "journeys.change")
    row = locked(journey, version)
    values: dict[str, Any] = {
        **_texts(name, goal),
        "reentry": reentry if reentry in Reentry.values else Reentry.ONCE,
        "reentry_days": max(1, min(reentry_days, LONGEST_PAUSE)),
        "excluded": sorted(set(excluded)),
    }
    changes = {key: [getattr(row, key), value] for key, value in values.items() if getattr(row, key) != value}
    if not changes:
        return row
    for key, value in values.items():
        setattr(row, key, value)
    touch(row)
    audit.record("journey_changed", "journey", row.pk, by=by, **changes)
    return row


def add_card(journey: Journey, card: Card, place: Place, *, by: Member | None, version: int | None) -> Journey:
    """This function will put a card into the draft."""
    return _draw(journey, lambda drawn: rules.insert(drawn, card, place), by=by, version=version)


def change_card(journey: Journey, card: Card, *, by: Member | None, version: int | None) -> Journey:
    """This function will give a card of the draft another content."""
    return _draw(journey, lambda drawn: rules.change(drawn, card), by=by, version=version)


def move_card(journey: Journey, key: str, place: Place, *, by: Member | None, version: int | None) -> Journey:
    """This function will put a card of the draft elsewhere, with all that stands in its arms."""
    return _draw(journey, lambda drawn: rules.move(drawn, key, place), by=by, version=version)


def remove_card(journey: Journey, key: str, *, by: Member | None, version: int | None) -> Journey:
    """This function will take a card, with all that stands in its arms, out of the draft."""
    return _draw(journey, lambda drawn: rules.remove(drawn, key), by=by, version=version)


def change_start(journey: Journey, start: dict[str, Any], *, by: Member | None, version: int | None) -> Journey:
    """This function will change how people come in."""
    return _draw(journey, lambda drawn: Drawing(start, drawn.cards), by=by, version=version)


@transaction.atomic
def undo(journey: Journey, *, by: Member | None, version: int | None) -> Journey:
    """This function will take the last change of the draft back."""
    require(by, "journeys.change")
    row = locked(journey, version)
    if not row.before:
        raise NothingToUndo()
    row.draft, row.before = row.before[-1], row.before[:-1]
    touch(row)
    audit.record("journey_undone", "journey", row.pk, by=by)
    return row


@transaction.atomic
def delete_journey(journey: Journey, *, by: Member | None) -> None:
    """This function will remove a journey that nobody went through."""
    require(by, "journeys.change")
    row = locked(journey, None)
    if row.state not in (JourneyState.DRAFT, JourneyState.STOPPED) or Passage.objects.filter(journey=row).exists():
        raise InUse()
    audit.record("journey_deleted", "journey", row.pk, by=by, name=row.name, draft=row.draft)
    row.live = None
    row.save(update_fields=["live"])
    row.delete()


def locked(journey: Journey, version: int | None) -> Journey:
    """Return the row, held until the transaction ends; refuses when somebody changed it since `version`."""
    row = Journey.objects.select_for_update().filter(pk=journey.pk).first()
    if row is None:
        raise JourneyGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def touch(row: Journey) -> None:
    """This function will save the row with a new version."""
    row.version += 1
    row.updated_at = clock.now()
    _save(row)


@transaction.atomic
def _draw(journey: Journey, change: Callable[[Drawing], Drawing], *, by: Member | None, version: int | None) -> Journey:
    require(by, "journeys.change")
    row = locked(journey, version)
    drawn = to_json(read(to_json(change(read(row.draft)))))
    if drawn == row.draft:
        return row
    row.before = [*row.before[-MOST_BEFORE + 1 :], row.draft]
    row.draft = drawn
    touch(row)
    audit.record("journey_drawn", "journey", row.pk, by=by)
    return row


def _texts(name: str, goal: str) -> dict[str, str]:
    values = {"name": name.replace("\0", "").strip(), "goal": goal.replace("\0", "").strip()}
    if not values["name"]:
        raise NameMissing()
    for key, value in values.items():
        column = cast("Field[Any, Any]", Journey._meta.get_field(key))
        if len(value) > (column.max_length or 0):
            raise TextTooLong(field=column.verbose_name, limit=column.max_length)
    return values


def _save(row: Journey) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTaken(name=row.name) from None
