"""Journeys: what a tick costs while everybody waits, and how fast those who are due go on."""

from datetime import timedelta

from benchmarks.bench import Bench, counted
from benchmarks.clocking import seconds_of, times_of
from benchmarks.results import Bar, Result

DUE = 100_000
HEADS = {"field": "prefecture", "op": "is", "value": "13"}


def travel(bench: Bench) -> list[Result]:
    """Everybody is inside and waits; then some are due at once: they leave a wait, are divided, and wait again."""
    from ryorin.customers.people.models import Person
    from ryorin.lib import clock
    from ryorin.lib.rows import insert_rows
    from ryorin.marketing.journeys import actions
    from ryorin.marketing.journeys.actions.engine import advance_due
    from ryorin.marketing.journeys.actions.entering import COLUMNS
    from ryorin.marketing.journeys.models import Journey, Node, Passage
    from ryorin.marketing.journeys.rules.drawing import Arm, Card, Drawing

    wait = {"mode": "for", "amount": 30, "unit": "days"}
    arms = (Arm({"name": "東京", "condition": HEADS}), Arm({"name": "他"}))
    cards = (Card("w1", "wait", wait), Card("b1", "branch", {}, arms), Card("w2", "wait", wait))
    drawing = Drawing({"kind": "hand"}, cards)
    journey = actions.create_journey(name="bench", drawing=drawing, by=None)
    version = actions.publish(journey, by=None, version=None)
    node, now = Node.objects.get(version=version, key="w1"), clock.now()
    later = now + timedelta(days=30)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    common = ("active", later, now, 1, True, "", {}, "", now, "")
    rows = ((journey.pk, version.pk, person, node.pk, *common) for person in people)
    insert_rows(Passage, COLUMNS, rows)
    ticks = times_of(advance_due, repeats=bench.scale.repeats)
    due = people[:DUE]
    last = due[-1]
    Passage.objects.filter(journey=journey, person_id__lte=last).update(due_at=now)
    moving = seconds_of(advance_due)
    Passage.objects.filter(journey=journey).delete()
    Journey.objects.filter(pk=journey.pk).update(live=None)
    journey.refresh_from_db()
    journey.delete()
    return [
        Result(
            work="journey: a tick while all wait",
            size=counted(bench.scale.people, "people"),
            times=tuple(ticks),
            bars=(Bar("p95", most=0.05),),
        ),
        Result(work="journey: all who are due go on", size=counted(len(due), "people"), times=(moving,)),
    ]
