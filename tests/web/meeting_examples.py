"""What addresses of meetings are about: the monthly meeting of Mei and Sato, with an item, a decision and a letter."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from tests.world import World

from ryorin.alignment.meetings.actions import add_item, create_series, decide, refresh_agenda
from ryorin.alignment.meetings.models import AgendaItem, AgendaSection, Decision, Letter, Meeting, Series
from ryorin.lib import clock

Examples = dict[str, Callable[[World], dict[str, Any]]]


def series_of(world: World) -> Series:
    """Return the regular meeting of all members of the world but Kato."""
    found = Series.objects.filter(is_active=True).first()
    if found is None:
        people = [member for member in world.members.values() if member != world.kato]
        found = create_series(
            by=world.mei, name="営業・マーケ定例", rhythm="weekly", weekday=1, starts_on=date(2026, 1, 1),
            begins_at=time(10), organiser=world.tamura, members=people,
        )  # fmt: skip
    return found


def meeting_of(world: World) -> Meeting:
    """Return a planned meeting of the series, with an agenda."""
    found = series_of(world).meetings.planned().filter(starts_at__gt=clock.now()).order_by("-starts_at").first()
    assert found is not None
    if not found.sections.exists():
        refresh_agenda(found)
    return found


def begun_meeting(world: World) -> Meeting:
    """Return a meeting that has begun, so that it can be closed."""
    found = meeting_of(world)
    Meeting.objects.filter(pk=found.pk).update(starts_at=clock.now() - timedelta(minutes=5))
    return Meeting.objects.get(pk=found.pk)


def item_of(world: World) -> AgendaItem:
    meeting = meeting_of(world)
    found = AgendaItem.objects.filter(section__meeting=meeting, is_own=True).first()
    return found or add_item(meeting, title="展示会の出展", by=world.mei)


def section_of(world: World) -> AgendaSection:
    found = meeting_of(world).sections.first()
    assert found is not None
    return found


def decision_of(world: World) -> Decision:
    meeting = meeting_of(world)
    due = clock.today() + timedelta(days=14)
    return meeting.decisions.first() or decide(meeting, text="料金表を直す", owner=world.mei, due_on=due, by=world.mei)


def letter_of(world: World) -> Letter:
    fields = {"meeting": meeting_of(world), "kind": "agenda", "email": "mei@ryorin.example"}
    return Letter.objects.get_or_create(**fields, defaults={"state": "failed", "next_at": clock.now()})[0]


def pk_of(world: World) -> dict[str, Any]:
    return {"pk": meeting_of(world).pk}


MEETING_EXAMPLES: Examples = {
    **dict.fromkeys(
        (
            "meeting", "meeting_refresh", "meeting_send", "meeting_move", "meeting_cancel", "meeting_attendance",
            "meeting_item_new", "meeting_minutes", "meeting_blocks", "meeting_decision_new", "meeting_present",
            "meeting_pdf", "meeting_pptx",
        ),
        pk_of,
    ),
    "meeting_close": lambda world: {"pk": begun_meeting(world).pk},
    **dict.fromkeys(
        ("meeting_series", "meeting_series_running", "meeting_series_add"),
        lambda world: {"pk": series_of(world).pk},
    ),
    "meeting_item": lambda world: {"pk": meeting_of(world).pk, "item": item_of(world).pk},
    "meeting_item_deed": lambda world: {"pk": meeting_of(world).pk, "item": item_of(world).pk, "deed": "hide"},
    "meeting_section_deed": lambda world: {
        "pk": meeting_of(world).pk, "section": section_of(world).pk, "deed": "hide",
    },
    "meeting_decision": lambda world: {"pk": meeting_of(world).pk, "decision": decision_of(world).pk},
    "meeting_decision_drop": lambda world: {"pk": meeting_of(world).pk, "decision": decision_of(world).pk},
    "meeting_letter_again": lambda world: {"pk": meeting_of(world).pk, "letter": letter_of(world).pk},
}  # fmt: skip
