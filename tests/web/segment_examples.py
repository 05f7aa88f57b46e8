"""What addresses of segments and personas are about: a snapshot of Ada, and her portrait with a picture."""

from collections.abc import Callable
from typing import Any

from tests.web.media_examples import PNG
from tests.world import World

from ryorin.customers.segments.models import Segment
from ryorin.marketing.personas.actions import change_persona, create_persona
from ryorin.marketing.personas.models import Persona
from ryorin.marketing.segments.actions import create_segment, fill_waiting

Examples = dict[str, Callable[[World], dict[str, Any]]]


def segment_of(world: World) -> Segment:
    """Return a segment that holds Ada for good."""
    found = Segment.objects.filter(name="アクメの人").first()
    if found is None:
        condition = {"field": "id", "op": "is", "value": world.ada.pk}
        found = create_segment(by=world.mei, name="アクメの人", condition=condition, kind="snapshot")
        fill_waiting()
    return found


def persona_of(world: World) -> Persona:
    """Return the portrait of the segment's people."""
    found = Persona.objects.first()
    if found is None:
        made = create_persona(segment_of(world), by=world.mei, name="安達さん")
        found = change_persona(made, by=world.mei, version=None, name="安達さん", picture=PNG, picture_name="ada.png")
    return found


def fact_of(world: World) -> dict[str, Any]:
    persona = persona_of(world)
    fact = persona.facts.first() or persona.facts.create(section="who", key="prefecture:13", people=1)
    return {"pk": persona.pk, "fact": fact.pk}


SEGMENT_EXAMPLES: Examples = {
    **dict.fromkeys(
        ("segment", "segment_changes", "segment_edit", "segment_archive", "segment_delete", "segment_take_out"),
        lambda world: {"pk": segment_of(world).pk},
    ),
    "persona_people": fact_of,
    "persona_hide_fact": fact_of,
    **dict.fromkeys(
        (
            "persona", "persona_edit", "persona_agree", "persona_refresh", "persona_show_facts", "persona_delete",
            "persona_paper", "persona_picture",
        ),
        lambda world: {"pk": persona_of(world).pk},
    ),
}  # fmt: skip
SEGMENT_POSTED: Examples = {
    "segment_delete": lambda world: {},
    "people_tasks": lambda world: {"ids": world.ada.pk, "title": "お礼の電話"},
}
