"""Examples of the addresses of journeys: Ada waits in one of Mei's, and some of it stands in an older version."""

from collections.abc import Callable
from typing import Any

from tests.world import World

from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.models import Journey, Passage, Simulation
from ryorin.marketing.journeys.rules.drawing import Arm, Card, Drawing, Place
from ryorin.workspace.webhooks.actions import create_webhook, queue_calls
from ryorin.workspace.webhooks.models import Webhook, WebhookCall

Examples = dict[str, Callable[[World], dict[str, Any]]]
HEADS = {"field": "job_title", "op": "contains", "value": "部長"}


def journey_of(world: World) -> Journey:
    """Return Mei's journey, in its second version, Ada in the first."""
    found = Journey.objects.first()
    if found is None:
        wait = Card("w1", "wait", {"mode": "for", "amount": 3, "unit": "days"})
        yes, no = Arm({"name": "部長", "condition": HEADS}), Arm({"name": "それ以外"})
        drawing = Drawing({"kind": "hand"}, (wait, Card("b1", "branch", {}, (yes, no))))
        found = actions.create_journey(name="資料請求フォロー", drawing=drawing, by=world.mei)
        actions.publish(found, by=world.mei, version=None)
        actions.enter_people(found, [world.ada], by=world.mei)
        actions.advance_journeys()
        actions.add_card(found, Card("x1", "exit", {}), Place("b1.1", 0), by=world.mei, version=None)
        actions.publish(found, by=world.mei, version=None)
    return Journey.objects.get(pk=found.pk)


def passage_of(world: World) -> Passage:
    """Return Ada's way."""
    return Passage.objects.get(journey=journey_of(world))


def simulation_of(world: World) -> Simulation:
    """Return a simulation that waits to be run."""
    return Simulation.objects.first() or actions.ask_simulation(journey_of(world), by=world.mei)


def webhook_of(world: World) -> Webhook:
    """Return an address of another system."""
    found = Webhook.objects.first()
    return found or create_webhook(name="基幹システム", url="https://hooks.example/in", by=world.kimura)[0]


def call_of(world: World) -> WebhookCall:
    """Return a call that waits to be made."""
    queue_calls(webhook_of(world), [("example", "{}")])
    return WebhookCall.objects.get()


def _version(world: World) -> dict[str, Any]:
    return {"version": journey_of(world).version}


JOURNEY_EXAMPLES: Examples = {
    "journey": lambda world: {"pk": journey_of(world).pk},
    "journey_card": lambda world: {"pk": journey_of(world).pk, "key": "w1"},
    "journey_card_add": lambda world: {"pk": journey_of(world).pk},
    "journey_card_move": lambda world: {"pk": journey_of(world).pk},
    "journey_card_remove": lambda world: {"pk": journey_of(world).pk},
    "journey_arm": lambda world: {"pk": journey_of(world).pk, "key": "b1", "arm": 0},
    "journey_move": lambda world: {"pk": journey_of(world).pk, "number": 1},
    "journey_passage": lambda world: {"pk": passage_of(world).pk},
    "journey_simulation": lambda world: {"pk": simulation_of(world).pk},
    "person_journeys": lambda world: {"pk": world.ada.pk},
    "webhook": lambda world: {"pk": webhook_of(world).pk},
    "webhook_call_again": lambda world: {"pk": call_of(world).pk},
}

JOURNEY_POSTED: Examples = {
    "journey_card_add": lambda world: {"kind": "exit", "place": "root:0", **_version(world)},
    "journey_card_move": lambda world: {"key": "w1", "place": "root:2", **_version(world)},
    "journey_card_remove": lambda world: {"key": "w1", **_version(world)},
    "journey_undo": _version,
    "journey_card": lambda world: {"mode": "for", "amount": "2", "unit": "days", **_version(world)},
    "journey_switch": lambda world: {"what": "pause"},
    "journey_move": lambda world: {"to-w1": "card:w1", **_version(world)},
    "journey_passage": lambda world: {"what": "out"},
    "journey_enter": lambda world: {"person": world.ada.pk},
}
